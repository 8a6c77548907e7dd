"""The rows of tables that are downloaded, one after the other, so that a file of any size takes little memory."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from io import TextIOWrapper
from pathlib import Path

from disclosure.store import open_for_reading

PORTION = 2_000_000  # characters that are read at a time
_CELL = re.compile(r' r="[A-Z]{1,3}[0-9]{1,7}"')  # where a cell of a workbook stands: another row above moves it


Row = str | tuple[object, ...]  # its text, or its cells


def _text(row: Row) -> str:
    """Return what is read of a row: a tab stands between cells, which no number goes over."""
    return row if isinstance(row, str) else "\t".join([str(cell) for cell in row])


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a text, without their ends."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        yield from (line.rstrip("\n") for line in stream)


def rows_of_workbook(path: Path) -> Iterator[str]:
    """Yield every part of a workbook, its sheets row by row, as they are written but for the places of cells."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            with archive.open(part) as packed:
                stream, rest = TextIOWrapper(packed, encoding="utf-8", errors="replace"), ""
                while text := stream.read(PORTION):
                    *rows, rest = (rest + text).split("</row>")
                    yield from (_CELL.sub("", row) for row in rows)
                yield rest


def rows_of_database(path: Path) -> Iterator[Row]:
    """Yield what makes each table of a database, and its rows."""
    with closing(open_for_reading(path)) as base:
        made = base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        yield from (sql for _, _, sql in made if sql)
        for name in (name for sort, name, _ in made if sort == "table"):
            yield from base.execute('SELECT * FROM "{}"'.format(name.replace('"', '""')))


ROWS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".csv": lines_of,
    ".jsonl": lines_of,
    ".xlsx": rows_of_workbook,
    ".sqlite": rows_of_database,
}


def portions(path: Path, earlier: Path | None) -> Iterator[str]:
    """Yield a table in portions: of one that stood in an earlier release, the rows that are new and those beside them.

    A portion begins with the last row of the one before, since a number may go on in the next line.
    """
    rows = ROWS[path.suffix]
    known = set(map(hash, rows(earlier))) if earlier and earlier.exists() else set()
    portion, size, wanted = [""], 0, False
    before: Row = ""
    for row in rows(path):
        new = hash(row) not in known
        if new and not wanted:
            portion.append(_text(before))
        if new or wanted:
            portion.append(_text(row))
            size += len(portion[-1])
        before, wanted = row, new
        if size >= PORTION:
            yield "\n".join(portion)
            portion, size = [_text(row)], 0
    yield "\n".join(portion)
