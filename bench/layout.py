"""Which row goes to which file: the demonstration as departments send it, or plain parts for measuring."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from bench.days import spoken
from bench.decisions import Row
from bench.files import write_csv, write_xlsx, write_yaml
from bench.happened import write_events
from bench.plan import write_plan
from bench.titles import CODES, DATES, NUMBER, TITLES

_PART = 20_000
_DISTRICT = {
    "231100": "heihe",
    "231102": "aihui",
    "231123": "xunke",
    "231124": "sunwu",
    "231181": "beian",
    "231182": "wudalianchi",
    "231183": "nenjiang",
}

# What is particular about a file; all others are CSV in UTF-8 with BOM, Chinese titles, dates as 2026-05-06.
GB18030 = "licence/transport-2026"
CODED = ("licence/health-2026", "penalty/safety-2026")
SLASHES = "licence/public-2026"
SPOKEN = "penalty/build-2026"
WORKBOOK = "licence/nenjiang-2026"


def numbered(rows: Iterable[Row]) -> Iterator[Row]:
    """Gives decisions their document numbers, counted by organ, series and year in the order in which they come."""
    counts: dict[str, int] = {}
    before: Row | None = None
    for row in rows:
        if row is not before and row.register in NUMBER:
            left, right = "[]" if row.organ.number % 9 == 4 else "〔〕"
            opening = f"{row.organ.word}{row.series}{left}{row.day[:4]}{right}"
            counts[opening] = number = counts.get(opening, 0) + 1
            row.cells[NUMBER[row.register]] = f"{opening}{number}号"
        before = row
        yield row


def write_demonstration(rows: Iterable[Row], root: Path, as_of: date) -> list[Path]:
    """Small files by register, group of departments and year, as they are sent; the paths written."""
    files: dict[str, list[list[str]]] = {}
    given = list(numbered(sorted(rows, key=lambda row: row.day)))
    for row in given:
        files.setdefault(_file(row), []).append(row.cells)
    paths = [_write(root, name, cells) for name, cells in sorted(files.items())]
    return [*paths, write_events(given, root), *write_plan(given, root, as_of)]


def _file(row: Row) -> str:
    if row.register == "blacklist":
        return "blacklist/all"
    if row.register == "basics":
        return f"basics/{_DISTRICT[row.organ.district]}"
    return f"{row.register}/{row.organ.group}-{'2026' if row.day >= '2026' else 'before-2026'}"


def _write(root: Path, name: str, rows: list[list[str]]) -> Path:
    register = name.partition("/")[0]
    titles = TITLES[register]
    if name == SLASHES:
        rows = [_dated(register, cells, _slashed) for cells in rows]
    if name == SPOKEN:
        rows = [_dated(register, cells, spoken) for cells in rows]
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if register == "blacklist":
        path = path.with_name(path.name + ".yaml")
        write_yaml(path, titles, rows)
    elif name == WORKBOOK:
        path = path.with_name(path.name + ".xlsx")
        write_xlsx(path, titles, rows)
    else:
        path = path.with_name(path.name + ".csv")
        write_csv(
            path, CODES[register] if name in CODED else titles, rows, "gb18030" if name == GB18030 else "utf-8-sig"
        )
    return path


def _slashed(day: str) -> str:
    return f"{day[:4]}/{int(day[5:7])}/{int(day[8:])}"


def _dated(register: str, cells: list[str], form: Any) -> list[str]:
    return [form(cell) if cell and place in DATES[register] else cell for place, cell in enumerate(cells)]


def write_parts(rows: Iterable[Row], root: Path) -> list[Path]:
    """CSV parts of 20,000 rows a register, written as the rows come; the paths written."""
    counts = dict.fromkeys(TITLES, 0)
    paths: list[Path] = []
    with ExitStack() as stack:
        streams: dict[str, Any] = {}
        writers: dict[str, Any] = {}
        for row in numbered(rows):
            register = row.register
            if counts[register] % _PART == 0:
                path = root / register / f"part-{counts[register] // _PART + 1:04d}.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                if register in streams:
                    streams[register].close()
                streams[register] = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
                writers[register] = csv.writer(streams[register], lineterminator="\r\n").writerow
                writers[register](TITLES[register])
                paths.append(path)
            counts[register] += 1
            writers[register](row.cells)
    return paths
