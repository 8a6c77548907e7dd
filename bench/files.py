"""Writes rows as departments send them; the same rows give the same bytes on every machine."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

Cells = Sequence[str]


def write_csv(path: Path, titles: Cells, rows: Iterable[Cells], encoding: str = "utf-8-sig") -> None:
    """A CSV as a spreadsheet program saves it: CRLF, quotes only where needed."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(titles)
        writer.writerows(rows)


def write_yaml(path: Path, titles: Cells, rows: Iterable[Cells]) -> None:
    """A list of mappings; every value in quotes, so that it stays text."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for cells in rows:
            for place, (title, cell) in enumerate(zip(titles, cells, strict=True)):
                quoted = cell.replace("'", "''")
                stream.write(f"{'  ' if place else '- '}{title}: '{quoted}'\n")


def write_xlsx(path: Path, titles: Cells, rows: Iterable[Cells]) -> None:
    """One sheet of text cells; packed without compression, whose bytes differ from one zlib to another."""
    memory = io.BytesIO()
    options = {"constant_memory": False, "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties({"created": datetime(2026, 11, 20, 9, 0, 0), "title": "示例数据"})
        sheet = book.add_worksheet("Sheet1")
        for number, cells in enumerate([titles, *rows]):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell)
    _repack(memory, path)


def _repack(memory: io.BytesIO, path: Path) -> None:
    """The same archive with fixed times and attributes, stored plainly."""
    with zipfile.ZipFile(memory) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            plain.writestr(entry, packed.read(name))
