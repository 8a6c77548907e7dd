"""Open data: what the site shows, as files for other programs: a table for each register, one database, their description.

Everything here is read from what `disclose` let through, and from nothing else; what may no longer be shown is in no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from disclosure.compress import made_of, shared
from disclosure.downloads.describe import described
from disclosure.downloads.tables import Downloaded, downloaded
from disclosure.downloads.write import of_entities, write_database, write_texts, write_workbook
from disclosure.files import sha256
from disclosure.pages import World
from disclosure.pages.data import ALL, DATABASE, DESCRIPTION, SUMS
from disclosure.render import Before, Drawn, Studio, open_world
from disclosure.workers import each

__all__ = ["write_downloads"]

WRITERS = {"csv": write_texts, "xlsx": write_workbook}  # JSON Lines are written with the CSV


class _Desk:
    """One process's world, set up once."""

    world: World
    folder: Path
    older: Path | None  # the database of the last release, of which the tables of some registers are `alike`
    alike: set[str]


def write_downloads(studio: Studio, folder: Path, jobs: int, drawn: Drawn, before: Before | None) -> list[str]:
    """Write the files of every register, the database of all, datapackage.json and SHA256SUMS; return their addresses.

    The files of a register in which nothing changed are shared with the last release.
    """
    world = open_world(studio)
    tables = [downloaded(world, register) for register in world.listed.values()]
    alike = {
        table.register.name
        for table in tables
        if shared(f"data/{table.register.name}/", _print([table]), folder, drawn, before)
    }
    changed = [
        address
        for table in tables
        if table.register.name not in alike
        for address in table.formats
        if address.rpartition(".")[2] in WRITERS
    ]
    older = before.folder / DATABASE if before and alike else None
    if not shared(ALL, _print(tables, of_entities(world)), folder, drawn, before):
        changed.append(DATABASE)
    longest_first = sorted(changed, key=lambda address: (address != DATABASE, not address.endswith(".xlsx")))
    known = _sums(before.folder) if before else {}
    for made in each(_write, longest_first, jobs, _sit_down, (studio, folder, older, alike)):
        known |= made
    written = [*(address for table in tables for address in table.formats), DATABASE, DESCRIPTION]
    (folder / DESCRIPTION).write_text(described(world, tables, folder), encoding="utf-8", newline="\n")
    known[DESCRIPTION] = sha256(folder / DESCRIPTION)
    sums = {name: known.get(name) or sha256(folder / name) for name in sorted(written)}
    lines = "".join(f"{one}  {name.removeprefix('data/')}\n" for name, one in sums.items())
    (folder / SUMS).write_text(lines, encoding="utf-8", newline="\n")
    return [*written, SUMS]


def _sit_down(studio: Studio, folder: Path, older: Path | None, alike: set[str]) -> None:
    _Desk.world, _Desk.folder, _Desk.older, _Desk.alike = open_world(studio), folder, older, alike


def _sums(folder: Path) -> dict[str, str]:
    """Return the sum of every file that the downloads of a release held, by address."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines() if (folder / SUMS).exists() else []
    return {f"data/{name}": one for one, _, name in (line.partition("  ") for line in lines)}


def _write(address: str) -> dict[str, str]:
    """Write one file, with those that are written with it, and return the sum of each by address."""
    path, world = _Desk.folder / address, _Desk.world
    path.parent.mkdir(parents=True, exist_ok=True)
    if address == DATABASE:
        tables = [downloaded(world, register) for register in world.listed.values()]
        write_database(world, tables, path, _Desk.alike, _Desk.older)
        return {address: sha256(path)}
    written = WRITERS[path.suffix[1:]](downloaded(world, world.listed[path.parent.name]), path)
    return {one.relative_to(_Desk.folder).as_posix(): sha256(one) for one in written}


def _print(tables: Sequence[Downloaded], more: Iterable[object] = ()) -> str:
    """Return what changes when the files of some tables do."""
    items = ((table.register.label, table.columns, table.formats, table.print) for table in tables)
    return made_of(Path(__file__).parent.glob("*.py"), [*items, *more])
