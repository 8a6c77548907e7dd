"""Which field of a draft plays which part: whom it is about, its code, its date, who decided, and by what two rows are one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from disclosure.drafts.guess import Guess

# By part: the kinds that can play it, then titles from the surest to the least sure.
_PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "code": (("credit_code",), ("相对人.*信用代码", "当事人.*信用代码", "^(?!.*(机关|部门|来源|单位)).*信用代码", "^(?!.*(机关|部门|来源)).*代码")),
    "source": (("name", "text"), ("数据来源单位$", "来源单位$", "报送单位$", "填报单位$")),
    "party": (
        ("name", "text"),
        ("相对人名称", "当事人名称", "被处罚", "主体名称", "企业名称", "当事人$", "相对人$", "承诺人", "纳税人名称", "单位名称$", "^名称$", "名称$", "姓名$"),
    ),
    "department": (
        ("name", "text", "choice"),
        ("(处罚|许可|决定|作出|认定|列入|登记|实施|抽查|检查|受理).*(机关|部门|单位|机构)$", "机关$", "部门$", "主管", "单位$"),
    ),
    "document": (("document_number", "text"), ("决定.*文.*号", "文书号", "文号", "案号", "编号$")),
    "date": (("date",), ("决定", "处罚|许可", "认定|列入|作出|签发", "^(?!.*(公示|发布|成立|报送|更新|有效)).*$", ".")),
    "ends": (("end_date", "date"), ("公示截止", "公示期", "公示至", "展示截止")),
}  # fmt: skip


@dataclass(frozen=True)
class Roles:
    """The names of the fields that play each part, "" where none does."""

    party: str
    code: str
    date: str
    ends: str
    department: str
    source: str
    document: str
    persons: str


def cast(fields: Sequence[Guess]) -> Roles:
    """Return who plays which part; there is always a party, if only the first field."""
    played: dict[str, str] = {}
    for part, (kinds, titles) in _PARTS.items():
        free = [guess for guess in fields if guess.kind in kinds and guess.title not in played.values()]
        free.sort(key=lambda guess: not guess.distinct)  # a column that is empty plays only where no other can
        played[part] = next((g.title for title in titles for g in free if re.search(title, g.title)), "")
    free = [guess for guess in fields if guess.title not in played.values()]
    by_kind = [g.title for kind in ("name", "text", "choice") for g in free if g.kind == kind]
    party = played["party"] or next(iter([*by_kind, *(guess.title for guess in fields)]))
    persons = next((guess.title for guess in fields if guess.kind == "choice" and "自然人" in guess.choices), "")
    return Roles(
        party,
        played["code"],
        played["date"],
        played["ends"],
        played["department"],
        played["source"],
        played["document"],
        persons,
    )


def key(roles: Roles, fields: Sequence[Guess]) -> list[str]:
    """Return the fields by which two rows are one: the document, who decided and whom it is about, else what comes near."""
    texts = [guess.title for guess in fields if guess.kind == "text" and guess.title != roles.party]
    parts = [roles.document, roles.department, roles.party] if roles.document else [roles.party, roles.date, *texts[:1]]
    return list(dict.fromkeys(part for part in parts if part))


def columns(roles: Roles, fields: Sequence[Guess]) -> list[str]:
    """Return the columns of the list, at most six."""
    some = [guess.title for kind in ("choice", "choices", "money") for guess in fields if guess.kind == kind]
    parts = [roles.party, roles.document, *some[:2], roles.date, roles.department]
    return list(dict.fromkeys(part for part in parts if part))


def summary(roles: Roles, fields: Sequence[Guess]) -> list[str]:
    """Return the fields that a record shows at once, at most six."""
    kinds = ("text", "choice", "choices", "money")
    named = {roles.party, roles.code, roles.source, roles.document, roles.department}
    told = [guess.title for guess in fields if guess.kind in kinds and guess.title not in named and guess.distinct]
    return [*told[:5], *([roles.department] if roles.department else [])]
