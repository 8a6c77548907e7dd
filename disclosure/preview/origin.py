"""Where a fact came from: the file and row of each record on a page, as the store knows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from disclosure.store import declared, open_for_reading


class Origin(NamedTuple):
    """A row of a file: the file and row in words, and short."""

    place: str
    short: str


_ROW = "SELECT path, sheet, line FROM row JOIN file ON file.id = row.file JOIN shown ON shown.row = row.id"


def origins(store: Path | None, anchors: Iterable[str], address: str) -> dict[str, object]:
    """Return the origin of each record by its anchor, of the facts at the head of an entity's page, and the file of an article."""
    if not store:
        return {"records": {}, "head": None, "page": ""}
    with closing(open_for_reading(store)) as rows:
        declarations, _ = declared(rows)
        registers, articles = declarations[1], declarations[3]
        found = {anchor: origin for anchor in anchors if (origin := _of_record(rows, anchor))}
        heads = {name: register.head for name, register in registers.items() if register.head}
        page = next((article.path for article in articles if article.address == address), "")
        return {"records": found, "head": _of_head(rows, heads, address), "page": page}


def _of_record(rows: sqlite3.Connection, anchor: str) -> Origin | None:
    register, _, key = anchor.rpartition("-")
    query = f"{_ROW} WHERE row.register = ? AND row.key >= ? AND row.key < ? ORDER BY row.id"
    return _origin(rows.execute(query, (register, key, f"{key}~")).fetchone() if register and key else None)


def _of_head(rows: sqlite3.Connection, heads: dict[str, list[str]], address: str) -> dict[str, object] | None:
    """Return the origin of the facts at the head of an entity's page, and which of them are from there."""
    marks = ", ".join("?" * len(heads))
    query = (
        f"{_ROW.replace('line', 'line, row.register', 1)} JOIN entity ON entity.key = shown.entity WHERE entity.address = ? AND row.register IN ({marks})"
        " ORDER BY row.code NOT IN ('', entity.code), shown.date DESC, row.register, row.key"
    )
    found = rows.execute(query, (address, *heads)).fetchone()
    origin = _origin(found[:3]) if found else None
    return {"origin": origin, "fields": [*heads[found[3]], "统一社会信用代码"]} if origin else None


def _origin(found: tuple[str, str, int] | None) -> Origin | None:
    if not found:
        return None
    path, sheet, line = found
    where = f"{path}!{sheet}" if sheet else path
    return Origin(f"{where} 第 {line:,} 行", f"{where.removeprefix('data/')}:{line}")
