"""What is inside a file: copies unpacked, parts of an archive or workbook taken out, databases opened, down to plain bytes."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]

_UNPACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.decompress, ".br": brotli.decompress}
_GZIP, _ZIP, _SQLITE = b"\x1f\x8b", b"PK\x03\x04", b"SQLite format 3\0"
DEEPEST = 8  # wrappings within wrappings; nobody's archive has more


def unpacked(name: str, data: bytes) -> bytes:
    """Return the bytes that a compressed copy holds, by its ending; of any other file, or one that is broken, its own."""
    unpack = _UNPACK.get(name[name.rfind(".") :])
    try:
        return unpack(data) if unpack else data
    except (OSError, EOFError, zlib.error, brotli.error):
        return data


def contents(name: str, data: bytes, deepest: int = DEEPEST) -> list[bytes]:
    """Return what a file holds, each part once: a copy's text, an archive's files, a database's own bytes and its cells."""
    inner = unpacked(name, data)
    if inner[:2] == _GZIP:
        inner = unpacked(".gz", inner)
    if deepest and inner[:4] == _ZIP:
        try:
            with zipfile.ZipFile(io.BytesIO(inner)) as archive:
                parts = [contents(part, archive.read(part), deepest - 1) for part in archive.namelist()]
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
            return [inner]
        return [piece for part in parts for piece in part]
    if inner[:16] == _SQLITE:
        return [inner, *_cells(inner)]
    if deepest and inner is not data and inner[:2] == _GZIP:
        return contents("", inner, deepest - 1)
    return [inner]


def _cells(data: bytes) -> list[bytes]:
    """Return every row of a database, a line a cell: a cell that is long lies on several pages of the file."""
    with sqlite3.connect(":memory:") as rows:
        try:
            rows.deserialize(data)
            tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = [
                b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
                for table in tables
                for row in rows.execute('SELECT * FROM "{}"'.format(table.replace('"', '""')))
            ]
        except sqlite3.Error:
            return []
    return found
