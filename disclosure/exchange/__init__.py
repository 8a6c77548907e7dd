"""Exchange with the platform above: what is shown, in the columns of a standard, and what is to be retracted there.

A standard is a table in standards/, not code. Only disclosed rows go out; columns that never leave a file stay empty.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import xlsxwriter  # type: ignore[import-untyped]

from disclosure.dates import FOREVER
from disclosure.downloads.write import BEGUN
from disclosure.registers import Field, Register
from disclosure.site import Departments
from disclosure.takedown.receipt import RETRACTED

STANDARDS = Path(__file__).parent / "standards"
NAMES = sorted(path.stem for path in STANDARDS.glob("*.toml"))
RETRACTION = "撤回清单.csv"
OWN = ("#area", "#day")


class Column(NamedTuple):
    """One column of a standard: its code ("" where it has none), its title, the field it is filled from ("" never)."""

    code: str
    title: str
    source: str


class Table(NamedTuple):
    """One table of a standard: the register it is of, the name of its file, its columns in order."""

    register: str
    name: str
    columns: tuple[Column, ...]


class Standard(NamedTuple):
    """A standard: what it is called, how it writes dates and 长期, its tables."""

    label: str
    date: str
    forever: str
    tables: tuple[Table, ...]


class Written(NamedTuple):
    """What was written of one table: its file, how many records, and how many have a value of a field it has no column for."""

    name: str
    records: int
    left: dict[str, int]


def standard(name: str) -> Standard:
    """Return one of the standards in NAMES."""
    said = tomllib.loads((STANDARDS / f"{name}.toml").read_text(encoding="utf-8"))
    tables = [
        Table(table["register"], table["name"], tuple(_column(*column) for column in table["columns"]))
        for table in said["tables"]
    ]
    return Standard(said["label"], said["date"], said["forever"], tuple(tables))


def _column(code: str, title: str, source: str | None = None) -> Column:
    return Column(code, title, title if source is None else source)


def write_exchange(
    store: sqlite3.Connection,
    registers: Mapping[str, Register],
    departments: Departments,
    of: Standard,
    day: str,
    new: Callable[[str], Path],
) -> list[Written]:
    """Write a workbook of every table whose register is there and has records shown on the day; say what was written."""
    written = []
    for table in of.tables:
        register = registers.get(table.register)
        if register is None:
            continue
        left = dict.fromkeys(set(register.fields) - {column.source.partition("#")[0] for column in table.columns}, 0)
        rows = [
            [_cell(column, register, values, of, area, day) for column in table.columns]
            for values, area in _shown(store, register, departments, day)
            if _counted(left, values)
        ]
        if rows:
            _write_book(new(f"{table.name}.xlsx"), table, rows)
        written.append(Written(table.name, len(rows), {name: left[name] for name in register.fields if left.get(name)}))
    return written


def _shown(
    store: sqlite3.Connection, register: Register, departments: Departments, day: str
) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the values of every record that may be shown on the day, by field, with the area of its department."""
    query = (
        "SELECT vals, organ FROM disclosed WHERE register = ? AND (ends = '' OR ends >= ?)"
        " AND date <= ? ORDER BY date DESC, key"
    )
    for values, organ in store.execute(query, (register.name, day, day)):
        department = departments.find(organ)
        own = json.loads(values)[: len(register.fields)]
        yield dict(zip(register.fields, own, strict=True)), department.district if department else ""


def _counted(left: dict[str, int], values: Mapping[str, str]) -> bool:
    for name in left:
        left[name] += bool(values[name])
    return True


def _cell(column: Column, register: Register, values: Mapping[str, str], of: Standard, area: str, day: str) -> str:
    if column.source in OWN:
        return area if column.source == "#area" else date.fromisoformat(day).strftime(of.date)
    name, _, part = column.source.partition("#")
    value = values.get(name, "")
    if part:
        first, *rest = value.split("、")
        return first if part == "first" else "、".join(rest)
    return _dated(register.fields[name], value, of) if value else ""


def _dated(field: Field, value: str, of: Standard) -> str:
    if field.kind not in ("date", "end_date"):
        return value
    return of.forever if value == FOREVER else date.fromisoformat(value).strftime(of.date)


def _write_book(path: Path, table: Table, rows: list[list[str]]) -> None:
    """Write a workbook of texts: titles, codes below them where the standard has some, rows; no formula, no link."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    heads = [[column.title for column in table.columns], [column.code for column in table.columns]]
    with path.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": BEGUN, "title": table.name})
        sheet, text = book.add_worksheet(table.name), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(table.columns) - 1, 18, text)
        for line, row in enumerate([*heads[: 1 + any(heads[1])], *rows]):
            for at, value in enumerate(row):
                if value:
                    sheet.write_string(line, at, value)


def write_retraction(receipts: Path, path: Path) -> int:
    """Write one list of all that was ever taken down, from the lists beside the receipts; return how many there are."""
    listed: dict[tuple[str, ...], None] = {}
    for one in sorted(receipts.glob("*-retraction.csv")):
        with one.open(encoding="utf-8-sig", newline="") as stream:
            _, *rows = map(tuple, csv.reader(stream))
            listed |= dict.fromkeys(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([RETRACTED, *listed])
    return len(listed)
