"""The one shape that every file is read into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from disclosure.problems import Place, Problem

COLUMNS = 2_000


class Row(NamedTuple):
    """One row as it stands in its file: its first line or row number, its texts, and what its place is found by."""

    line: int
    values: list[str]
    raw: Any = None


@dataclass(frozen=True)
class Table:
    """Titles, rows below them, and a function that finds the place of a cell (column -1: the whole row).

    `rows` may be read once; reading it raises Refused where the file breaks off. `heading` is the row that the titles
    were taken from, the first that is filled, where a file has rows above its records: it may not be the right one. `sheet` is the sheet of a workbook.
    """

    name: str
    titles: list[str]
    rows: Iterator[Row]
    locate: Callable[[Row, int], Place]
    title_place: Callable[[int], Place]
    heading: Row | None = None
    sheet: str = ""


def too_many_titles(sort: str, place: Place) -> Problem:
    """Say that a file has more titles than any table of records."""
    why = f"一张表最多 {COLUMNS:,} 列；多半是把值写成了列名"
    return Problem(sort, place, f"列名超过 {COLUMNS:,} 个", why, "列名写在列名的位置，值写在值的位置")
