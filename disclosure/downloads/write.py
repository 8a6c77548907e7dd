"""The forms that a table goes out in: CSV, JSON Lines, XLSX, and one SQLite file of all."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import islice
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from disclosure.downloads.tables import Downloaded, typed
from disclosure.entities import RECORD
from disclosure.pages import World
from disclosure.pages.data import ENTITIES, Column

# What a spreadsheet would run as a formula (OWASP, CSV Injection), full-width too, or cut as a number of over eleven digits.
UNSAFE = re.compile(r"[=+\-@\t\r\n＝＋－＠']|[0-9]{12,}\Z")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NUMBERED = re.compile("(?=_x[0-9A-Fa-f]{4}_)")
_MARKS = ("&", "<", ">", "_x")
AT_ONCE = 200  # so many rows of a workbook are packed together
BEGUN = datetime(2000, 1, 1)  # a workbook carries a time; the same data gives the same bytes


def guarded(value: str) -> str:
    """Return a text as it may stand in CSV: one that a spreadsheet would run or cut begins with an apostrophe."""
    return f"'{value}" if UNSAFE.match(value) else value


def write_texts(table: Downloaded, path: Path) -> list[Path]:
    """Write CSV (RFC 4180) in UTF-8 with a mark, as spreadsheets need it, where what one would spoil begins with an apostrophe;

    and beside it JSON Lines, an object a line, null where a value is empty.
    """
    beside = path.with_suffix(".jsonl")
    free = [column.type == "string" for column in table.columns]
    unsafe, as_line = UNSAFE.match, json.JSONEncoder(ensure_ascii=False).encode
    with (
        path.open("w", encoding="utf-8-sig", newline="") as cells,
        beside.open("w", encoding="utf-8", newline="\n") as lines,
    ):
        writer = csv.writer(cells, lineterminator="\r\n")
        writer.writerow(table.names)
        for row in table.rows():
            pairs = zip(row, free, strict=True)
            writer.writerow([f"'{value}" if value and text and unsafe(value) else value for value, text in pairs])
            lines.write(as_line(as_object(table, row)) + "\n")
    return [path, beside]


def as_object(table: Downloaded, row: Sequence[str]) -> dict[str, str | float | int | None]:
    """Return a row by column, None where a value is empty."""
    return dict(zip(table.names, typed(table, row), strict=True))


def write_workbook(table: Downloaded, path: Path) -> list[Path]:
    """Write an XLSX workbook of one sheet: every text a text, no formula, no link.

    The library writes the titles and all around them; the rows are put below, in a fifth of the time that it takes.
    """
    empty = _workbook_of_titles(table)
    with zipfile.ZipFile(empty) as titles, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part in titles.infolist():
            content = titles.read(part)
            with book.open(part, "w") as stream:
                if part.filename != "xl/worksheets/sheet1.xml":
                    stream.write(content)
                    continue
                head, end, foot = content.partition(b"</sheetData>")
                stream.write(re.sub(rb'(<dimension ref="A1:[A-Z]+)1"', rb'\g<1>%d"' % (table.count + 1), head))
                rows = _sheet_rows(table, int(re.findall(rb'style="([0-9]+)"', head)[0]))
                while some := "".join(islice(rows, AT_ONCE)):
                    stream.write(some.encode("utf-8", "replace"))
                stream.write(end + foot)
    return [path]


def _workbook_of_titles(table: Downloaded) -> io.BytesIO:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        book.set_properties({"created": BEGUN, "title": table.register.label})
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", table.register.label)[:31])
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table.columns) - 1, 18, text)
        for at, column in enumerate(table.columns):
            sheet.write_string(0, at, column.name, bold)
    return stream


def _sheet_rows(table: Downloaded, style: int) -> Iterator[str]:
    """Yield the rows of a sheet below its titles, every cell in one style."""
    places = [(xl_col_to_name(at), column.type == "number") for at, column in enumerate(table.columns)]
    for line, row in enumerate(table.rows(), 2):
        cells = [
            f'<c r="{place}{line}" s="{style}"><v>{float(value):.16G}</v></c>'
            if number
            else f'<c r="{place}{line}" s="{style}" t="inlineStr"><is>{_cell_text(value[:32767])}</is></c>'
            for (place, number), value in zip(places, row, strict=True)
            if value
        ]
        yield f'<row r="{line}">{"".join(cells)}</row>'


def _cell_text(value: str) -> str:
    """Return a text as it stands in a cell: a control character by its number (ECMA-376, ST_Xstring), blanks at its ends kept."""
    if value.isprintable() and value == value.strip() and not any(map(value.__contains__, _MARKS)):
        return f"<t>{value}</t>"
    value = _NUMBERED.sub("_x005F", value)
    value = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", value)
    space = ' xml:space="preserve"' if value != value.strip() else ""
    return f"<t{space}>{escape(value, quote=False)}</t>"


def write_database(
    world: World, tables: Sequence[Downloaded], path: Path, alike: Collection[str] = (), older: Path | None = None
) -> None:
    """Write one SQLite file: a table for every register, named as it is called, and 信用主体; Datasette opens it.

    The tables of registers that are `alike` in an older file are copied from there, row by row, as they would be written.
    """
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    base = sqlite3.connect(path, isolation_level=None, uri=True)
    base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    if older:
        base.execute("ATTACH ? AS older", (f"{older.resolve().as_uri()}?mode=ro",))
    base.execute("BEGIN")
    about = [Column("名称"), Column("统一社会信用代码"), Column("县区"), Column("曾用名"), Column("公示网址")]
    _fill(base, ENTITIES, about, entities(world))
    for table in tables:
        rows = (typed(table, row) for row in table.rows())
        _fill(base, table.register.label, table.columns, () if table.register.name in alike else rows)
        if table.register.name in alike:
            name = _quoted(table.register.label)
            base.execute(f"INSERT INTO {name} SELECT * FROM older.{name} ORDER BY rowid")
        for name in (table.register.code, table.register.party, table.register.date):
            if name:
                base.execute(
                    f"CREATE INDEX {_quoted(f'{table.register.label} {name}')} ON {_quoted(table.register.label)} ({_quoted(name)})"
                )
    base.execute("COMMIT")
    base.close()


def entities(world: World) -> Iterable[Sequence[str | None]]:
    """Yield every entity that has a page, as the database has it."""
    query = "SELECT name, code, district, former, address FROM entity WHERE key NOT LIKE ? ORDER BY key"
    for name, code, district, former, address in world.store.execute(query, (f"{RECORD}%",)):
        place = world.site.districts.get(district, "")
        names = "；".join(json.loads(former)) if former != "[]" else None
        yield name, code or None, place or None, names, world.site.address + address


def of_entities(world: World) -> list[object]:
    """Return what changes when what the database has of an entity does."""
    query = "SELECT fingerprint FROM entity WHERE key NOT LIKE ? ORDER BY key"
    prints = "".join(mark for (mark,) in world.store.execute(query, (f"{RECORD}%",)))
    return [world.site.districts, prints]


def _fill(base: sqlite3.Connection, name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    kinds = {"number": "NUMERIC"}
    declared = ", ".join(f"{_quoted(column.name)} {kinds.get(column.type, 'TEXT')}" for column in columns)
    base.execute(f"CREATE TABLE {_quoted(name)} ({declared})")
    base.executemany(f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * len(columns))})", rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
