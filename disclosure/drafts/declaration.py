"""The text of a draft: a register.yaml that the program reads, every guess in it with its evidence as a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from disclosure.drafts import roles as parts
from disclosure.drafts.guess import Guess
from disclosure.drafts.roles import Roles

_BARE = re.compile(r"[\u4e00-\u9fffA-Za-z][\u4e00-\u9fff\w（）()、/.+-]*")
_CHINESE = re.compile("[\u4e00-\u9fff]{2}")
BADGE = "记录"
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def text(
    name: str, label: str, section: str, sent: str, seen: str, guesses: Sequence[Guess], roles: Roles, unique: str
) -> str:
    """Return the whole declaration; `sent` is the file, `seen` how much of it was read, `unique` how well the key tells rows apart."""
    fields = [guess for guess in guesses if guess.use == "field"]
    lines = [
        f"# {comment(label)}：草稿，由 python build.py new register 据 {comment(sent)} 的{seen}写出。",
        "# 每一处都是猜的，「#」后面是依据。逐条核对，改好后删去这些说明。各键的意思见 docs/registers.md。",
        f"label: {scalar(label)}",
        f"badge: {scalar(label[:2] if _CHINESE.match(label) else BADGE)}          # 记录前面的小标签，两个字为好",
        "tone: plain          # 颜色：licence 蓝、penalty 褐、blacklist 红、honour 绿、plain 灰",
        *([f"section: {scalar(section)}          # 主体页的哪一栏，见 site.yaml 的 sections"] if section else []),
        *_roles(roles),
        f"key: {listed(parts.key(roles, fields))}          # {unique}",
        *([f"title: {listed([roles.document])}"] if roles.document else []),
        f"summary: {listed(parts.summary(roles, fields))}",
        f"columns: {listed(parts.columns(roles, fields))}          # 列表有哪几列",
        *_many("counted", (guess.title for guess in fields if guess.kind in ("choice", "choices"))),
        *_many("numbers", [roles.document] if roles.document else []),
        *_with_evidence("ignored", [guess for guess in guesses if guess.use == "ignored"]),
        *_with_evidence("withheld", [guess for guess in guesses if guess.use == "withheld"]),
        "fields:",
        *_fields(fields, roles),
    ]
    return "\n".join(lines) + "\n"


def _roles(roles: Roles) -> Iterator[str]:
    said = {
        "party": "当事人",
        "code": "决定记录归到谁的页面",
        "date": "列表按它排列；晚于当天的不公示",
        "ends": "过了这一天就不公示",
        "department": "作出决定的机关",
        "source": "谁报来的",
    }
    for part, why in said.items():
        name = getattr(roles, part)
        if name:
            yield f"{part}: {scalar(name)}          # {why}"
        elif part == "ends":
            yield "# ends: 没有看出公示截止期是哪一列；有就写上，没有就由 data/rules/ 或人来定"
        elif part != "source":
            yield f"# {part}: 没有看出是哪一列（{why}）"
    if roles.persons:
        yield f"persons: {{{scalar(roles.persons)}: [自然人]}}          # 自然人不公示"
    else:
        yield "# persons: 没有看出哪一列说明当事人是自然人；没有代码、名称像人名的当作自然人，不公示"


def _many(key: str, names: Iterable[str]) -> list[str]:
    found = list(names)
    return [f"{key}: {listed(found)}"] if found else []


def _with_evidence(key: str, guesses: Sequence[Guess]) -> Iterator[str]:
    if guesses:
        yield f"{key}:"
        yield from (f"  - {scalar(guess.title)}          # {comment(guess.evidence)}" for guess in guesses)


def _fields(fields: Sequence[Guess], roles: Roles) -> Iterator[str]:
    playing = {roles.date, roles.department, roles.document}
    for guess in fields:
        yield f"  # {comment(guess.evidence)}"
        wanted = guess.title == roles.party or (guess.full and guess.title in playing)
        more = {"required": "true"} if wanted else {}
        more |= {"unit": guess.unit} if guess.unit else {}
        more |= {"choices": listed(guess.choices)} if guess.choices else {}
        told = "".join(f", {key}: {value}" for key, value in more.items())
        yield f"  {scalar(guess.title)}: {f'{{kind: {guess.kind}{told}}}' if more else guess.kind}"


def listed(names: Iterable[str]) -> str:
    """Return a list in one line."""
    return f"[{', '.join(scalar(name) for name in names)}]"


def scalar(value: str) -> str:
    """Return a text as YAML reads it back, bare where that leaves no doubt."""
    if _BARE.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    escaped = (char if char.isprintable() and char not in '"\\' else f"\\U{ord(char):08X}" for char in value)
    return f'"{"".join(escaped)}"'


def comment(said: str) -> str:
    """Return a text that stays within its comment."""
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())
