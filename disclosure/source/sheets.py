"""Spreadsheets: measured first, then read by calamine, with the sheet and cell of every value."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from disclosure.problems import Place, Problem
from disclosure.source.tables import Row, Table

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

UNPACKED_BYTES = 500_000_000
CELLS = 40_000_000
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def read_sheets(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return a table for every sheet of an XLSX file that holds anything."""
    reason = _unsafe(path)
    if reason:
        return [], [_broken(name, reason)]
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [
            (title, workbook.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for title in workbook.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        return [], [_broken(name, f"文件已损坏或加了密码（{type(error).__name__}）")]
    return [table for title, grid in sheets for table in _table(name, title, grid)], []


def _unsafe(path: Path) -> str:
    """Say why the workbook may not be parsed, or nothing: a cell far out costs memory for all before it."""
    try:
        with zipfile.ZipFile(path) as book:
            members = book.infolist()
            if sum(member.file_size for member in members) > UNPACKED_BYTES:
                return "解压后超过 500 MB"
            for member in members:
                if member.filename.startswith("xl/worksheets/") and _area(book.read(member)) > CELLS:
                    return "有一格写在离其他内容极远的位置，整张表过大"
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return "它不是 xlsx 文件，或已损坏、加了密码"
    return ""


def _area(xml: bytes) -> int:
    width = height = 0
    for column, digits in _REFERENCE.findall(xml):
        width = max(width, _number(column.decode()))
        height = max(height, int(digits))
    return width * height


def _number(letters: str) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + ord(letter) - 64
    return total


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _table(name: str, title: str, grid: list[list[Cell]]) -> Iterator[Table]:
    rows = ((number, [as_text(cell) for cell in row]) for number, row in enumerate(grid, 1))
    filled = (Row(number, values) for number, values in rows if any(value.strip() for value in values))
    heading = next(filled, None)
    if heading is None:
        return
    last = max(column for column, value in enumerate(heading.values) if value.strip()) + 1

    def locate(row: Row, column: int) -> Place:
        if column < 0:
            return Place(name, row.line, sheet=title, cell=f"A{row.line}")
        value = row.values[column] if column < len(row.values) else ""
        return Place(name, row.line, 1, title, f"{letters(column)}{row.line}", value[:200], len(value[:200]))

    trimmed = (Row(row.line, _trim(row.values, last)) for row in filled)
    yield Table(f"{name}!{title}", heading.values[:last], trimmed, locate, lambda column: locate(heading, column))


def _trim(values: list[str], last: int) -> list[str]:
    while len(values) > last and not values[-1].strip():
        values = values[:-1]
    return values


def as_text(cell: Cell) -> str:
    """Return a cell as it reads: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return str(cell)


def _broken(name: str, reason: str) -> Problem:
    return Problem(
        "broken-sheet", Place(name), "打不开这个电子表格", reason, "用电子表格软件打开，另存为新的 xlsx 后再放入"
    )
