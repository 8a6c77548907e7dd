"""What the columns of a file that was sent look like: under each title its values, how often each and where first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from disclosure.kinds import Options, reader
from disclosure.personal import find
from disclosure.problems import mask
from disclosure.registers import same_title
from disclosure.source import Table

ROWS = 20_000  # read of a file; more would not change what a column is
SHOWN = 24


@dataclass
class Column:
    """All columns of one title: its cell in every row, its filled values with their number, the row each was met in first."""

    title: str
    cells: list[str] = field(default_factory=list)
    values: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return self.values.total()


@dataclass(frozen=True)
class Sample:
    """The columns of a file by title, how many rows they were seen in, and whether that is all of them."""

    columns: list[Column]
    rows: int
    whole: bool


def sample(tables: Sequence[Table]) -> Sample:
    """Read at most ROWS rows; raises Refused where the file breaks off before."""
    empty = reader("text", Options())
    columns: dict[str, Column] = {}
    rows, whole = 0, True
    for table in tables:
        sheet = table.name.partition("!")[2]
        norms = [same_title(title) for title in table.titles]
        for norm, title in zip(norms, table.titles, strict=True):
            columns.setdefault(norm, Column(" ".join(title.split()), [""] * rows))
        for row in table.rows:
            if rows == ROWS:
                whole = False
                break
            rows += 1
            cells = {norm: text for norm, value in zip(norms, row.values, strict=False) if (text := empty(value))}
            for norm, column in columns.items():
                text = cells.get(norm, "")
                column.cells.append(text)
                if text:
                    column.values[text] += 1
                    column.first.setdefault(text, f"{sheet} 第 {row.line} 行".strip())
    return Sample([column for norm, column in columns.items() if norm], rows, whole)


@dataclass(frozen=True)
class Fit:
    """How well a kind fits a column: how many of its filled cells are of the kind, one that is, one that is not."""

    cells: int
    filled: int
    like: str = ""
    unlike: str = ""

    @property
    def share(self) -> float:
        """The share of the filled cells that are of the kind, 0 where none is filled."""
        return self.cells / self.filled if self.filled else 0.0


def fit(column: Column, reads: Callable[[str], object]) -> Fit:
    """Return how well what reads a value fits a column; it reads "" or raises ValueError where a value is not of its kind."""
    cells, like, unlike = 0, "", ""
    for value, count in column.values.items():
        if _reads(reads, value):
            cells += count
            like = like or value
        else:
            unlike = unlike or value
    return Fit(cells, column.filled, like, unlike)


def _reads(reads: Callable[[str], object], value: str) -> bool:
    try:
        return bool(reads(value))
    except ValueError:
        return False


# Columns whose values are nobody's business, by their titles.
_PRIVATE = re.compile(
    "证件类型|证件种类|证件号|身份证|护照|电话|手机|联系方式|传真|邮箱|电子邮件|微信|账号|帐号|账户|银行卡|开户"
    "|住址|家庭|户籍|现居|出生|生日|性别|民族|年龄|SFZ|ZJHM|ZJLX",
    re.I,
)
_NUMBERS = ("identity", "mobile", "card", "landline", "email", "document")


def private(column: Column) -> str:
    """Say why a column is to be withheld, or "": by its title, or since most of its values are personal numbers."""
    if _PRIVATE.search(column.title):
        return "按列名看是个人信息"
    found = fit(column, _is_personal)
    return f"填了 {found.filled:,} 行，{found.cells:,} 行整格是个人号码" if found.share >= 0.2 else ""


def _is_personal(value: str) -> bool:
    half = "".join(value.split())
    return any(each.sort in _NUMBERS and each.end - each.start >= len(half) - 1 for each in find(half))


def quoted(text: str) -> str:
    """Return a value as a comment may quote it: one line, no personal number, not too long."""
    line = "".join(char if char.isprintable() else " " for char in mask(text))
    line = " ".join(line.split())
    return f"「{line[:SHOWN]}…」" if len(line) > SHOWN else f"「{line}」"
