"""Of what kind a column is: the most specific that nearly all of its values are of, with the evidence in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from disclosure.codes import FILLER
from disclosure.drafts.columns import Column, Fit, fit, private, quoted
from disclosure.kinds import KINDS, Options, reader
from disclosure.registers import same_title

FITS, FITS_BY_TITLE = 0.95, 0.5
CHOICES, CHOICE_LENGTH, CHOICE_REPEATS = 15, 20, 4

_CODE = re.compile("信用代码")
_DATE = re.compile("日期|时间|日$|RQ$", re.I)
_ENDS = re.compile("截止|截至|到期|期限|届满|终止|至$|有效期$")
_MONEY = re.compile("金额|罚款|罚金|费|款额|价|（[万亿]?元）|\\([万亿]?元\\)")
_NUMBER = re.compile("数|量|次|面积|比例|率|年度|年份|得分|分值|人数|天数")
_DOCUMENT = re.compile("文号|文书号|决定书号|案号")
_IDENTIFIER = re.compile("编号|编码|代码|证号|号码|注册号|登记号|流水")
_NAME = re.compile(
    "(名称|姓名|单位|机关|部门|机构|法院|当事人|相对人|法定代表人|负责人|承诺人|纳税人|企业|主体)([（(].*[)）])?$"
)
_SERIAL = re.compile("序号|行号|NO\\.?", re.I)
_BRACKETED = re.compile(r"[〔\[【（(［〈]\s*\d{2,4}\s*[〕\]】）)］〉].{0,14}\d")
_NUMBERED = re.compile(r"(?=.*[0-9])[0-9A-Za-z-]{4,30}")
_VALUE = re.compile(r"\d{4}[-/.年]\d{1,2}|[〔\[【（(［]\d{4}[〕\]】）)］]")
_BETWEEN = re.compile(r"[、，,；;\n]")


@dataclass(frozen=True)
class Guess:
    """What a column is: a field of a kind, withheld, or ignored; what its kind needs; the evidence."""

    title: str
    use: str
    evidence: str
    kind: str = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()
    full: bool = False
    distinct: int = 0


def guess(column: Column, rows: int) -> Guess:
    """Return what a column is, of a file with so many rows."""
    title = column.title
    why = private(column)
    if why:
        return Guess(title, "withheld", why)
    if _SERIAL.fullmatch(same_title(title).upper()):
        return Guess(title, "ignored", "序号，不用")
    if _VALUE.search(title) and column.filled * 2 <= rows:
        return Guess(title, "ignored", f"列名像一个值，可能是转表时弄错的；{_filled(column, rows)}")
    if not column.filled:
        kind = "end_date" if _ENDS.search(title) else "date" if _DATE.search(title) else "text"
        return Guess(title, "field", f"{_filled(column, rows)}，种类是按列名猜的", kind)
    full, distinct = column.filled == rows, len(column.values)
    for kind, options, able in _candidates(column):
        found = fit(column, able)
        by_title = _BY_TITLE.get(kind)
        enough = FITS_BY_TITLE if by_title and by_title.search(title) else FITS
        if found.share >= enough:
            said = _evidence(column, rows, kind, found)
            return Guess(title, "field", said, kind, options.unit, options.choices, full, distinct)
    said = f"{_filled(column, rows)}，{'文字' if distinct > 1 else '都是同一个值'}，例：{quoted(next(iter(column.values)))}"
    return Guess(title, "field", said, "text", full=full, distinct=distinct)


_BY_TITLE = {"credit_code": _CODE, "date": _DATE, "end_date": _ENDS, "money": _MONEY, "document_number": _DOCUMENT}
Candidate = tuple[str, Options, Callable[[str], object]]


def _candidates(column: Column) -> list[Candidate]:
    """The kinds that a column may be of, the most specific first."""
    title, none = column.title, Options()
    code = reader("credit_code", none)
    found: list[Candidate] = []
    if fit(column, lambda text: (read := code(text)) != FILLER and read).share >= FITS_BY_TITLE:
        found.append(("credit_code", none, code))
    if not _IDENTIFIER.search(title):
        days = ["end_date"] if _ENDS.search(title) else ["date", "end_date"]
        found += [(kind, none, reader(kind, none)) for kind in days]
    if _MONEY.search(title):
        options = Options(unit=_unit(title))
        found.append(("money", options, reader("money", options)))
    elif not _IDENTIFIER.search(title) or _NUMBER.search(title):
        found.append(("number", none, lambda text: not re.match("0[0-9]", text) and reader("number", none)(text)))
    if _IDENTIFIER.search(title):
        found.append(("identifier", none, lambda text: _NUMBERED.fullmatch(text) and reader("identifier", none)(text)))
    found.append(("document_number", none, _BRACKETED.search))
    if not _NAME.search(title) and not _IDENTIFIER.search(title):
        found += _choice(column)
    if _NAME.search(title):
        found.append(("name", none, lambda text: len(text) <= 60 and reader("name", none)(text)))
    return found


def _unit(title: str) -> str:
    return "万元" if "万元" in title else "亿元" if "亿元" in title else "元"


def _choice(column: Column) -> list[Candidate]:
    """A column of few and short values that come again is a choice among them, of several where they stand joined."""
    values = list(column.values)
    several = any(_BETWEEN.search(value) for value in values)
    parts = [part.strip() for value in values for part in (_BETWEEN.split(value) if several else [value])]
    choices = tuple(dict.fromkeys("".join(part.split()) for part in parts if part))
    few = 2 <= len(choices) <= CHOICES and len(choices) * CHOICE_REPEATS <= column.filled
    if not few or any(len(choice) > CHOICE_LENGTH or re.search("[0-9]{4}", choice) for choice in choices):
        return []
    kind, options = "choices" if several else "choice", Options(choices=choices)
    return [(kind, options, reader(kind, options))]


def _filled(column: Column, rows: int) -> str:
    if column.filled == rows:
        return f"{rows:,} 行都填了"
    return f"{rows:,} 行里填了 {column.filled:,} 行" if column.filled else f"{rows:,} 行全空"


def _evidence(column: Column, rows: int, kind: str, found: Fit) -> str:
    said = f"{_filled(column, rows)}，{found.cells:,} 行是{KINDS[kind].label}，例：{quoted(found.like)}"
    if found.unlike:
        said += f"；不像的：{column.first[found.unlike]}{quoted(found.unlike)}"
    return said
