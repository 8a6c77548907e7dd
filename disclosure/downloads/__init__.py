"""Open data: what the site shows, as files for other programs: a table for each register, one database, their description.

Everything here is read from what `disclose` let through, and from nothing else; what may no longer be shown is in no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from disclosure.compress import made_of, shared
from disclosure.downloads.describe import described
from disclosure.downloads.tables import Downloaded, downloaded
from disclosure.downloads.write import entities, write_csv, write_database, write_lines, write_workbook
from disclosure.files import sha256
from disclosure.pages import World
from disclosure.pages.data import ALL, DATABASE, DESCRIPTION, SUMS
from disclosure.render import Before, Drawn

__all__ = ["write_downloads"]

WRITERS = {"csv": write_csv, "jsonl": write_lines, "xlsx": write_workbook}


def write_downloads(world: World, folder: Path, drawn: Drawn, before: Before | None) -> list[str]:
    """Write the files of every register, the database of all, datapackage.json and SHA256SUMS; return their addresses.

    The files of a register in which nothing changed are shared with the last release.
    """
    tables = [downloaded(world, register) for register in world.listed.values()]
    written = [address for table in tables for address in _write_table(world, table, folder, drawn, before)]
    if not shared(ALL, _print(tables, entities(world)), folder, drawn, before):
        write_database(world, tables, folder / DATABASE)
    (folder / DESCRIPTION).write_text(described(world, tables, folder), encoding="utf-8", newline="\n")
    written += [DATABASE, DESCRIPTION]
    sums = "".join(f"{sha256(folder / name)}  {name.removeprefix('data/')}\n" for name in sorted(written))
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="\n")
    return [*written, SUMS]


def _write_table(world: World, table: Downloaded, folder: Path, drawn: Drawn, before: Before | None) -> Iterator[str]:
    part = f"data/{table.register.name}/"
    if not shared(part, _print([table]), folder, drawn, before):
        for address in table.formats:
            path = folder / address
            path.parent.mkdir(parents=True, exist_ok=True)
            WRITERS[path.suffix[1:]](table, path)
    yield from table.formats


def _print(tables: Sequence[Downloaded], more: Iterable[object] = ()) -> str:
    """Return what changes when the files of some tables do."""
    items = ((table.register.label, table.columns, table.formats, table.print) for table in tables)
    return made_of(Path(__file__).parent.glob("*.py"), [*items, *more])
