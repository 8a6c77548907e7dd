"""The one shape that every file is read into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from disclosure.problems import Place


class Row(NamedTuple):
    """One row as it stands in its file: its first line or row number, its texts, and what its place is found by."""

    line: int
    values: list[str]
    raw: Any = None


@dataclass(frozen=True)
class Table:
    """Titles, rows below them, and a function that finds the place of a cell (column -1: the whole row).

    `rows` may be read once; reading it raises Refused where the file breaks off.
    """

    name: str
    titles: list[str]
    rows: Iterator[Row]
    locate: Callable[[Row, int], Place]
    title_place: Callable[[int], Place]
