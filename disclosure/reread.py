"""Reading again: of a file that changed only the rows that did, where they are few. The others are known by how they were sent."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from disclosure import records, titles
from disclosure.intake import RESERVED_FILES, Given, find_files
from disclosure.problems import Problem, Refused
from disclosure.records import Record
from disclosure.registers import Register
from disclosure.sent import Sent
from disclosure.source import Row, Table, read_tables
from disclosure.titles import Terms

ROWS = 200  # where more rows of a file changed, all is read
# So many bytes of a file are looked through at once: a spreadsheet or YAML takes ten times as long.
BYTES = defaultdict(lambda: 2_000_000, {".csv": 20_000_000, ".jsonl": 20_000_000})


class TooMuch(Exception):
    """More changed, or hangs on what changed, than can be looked at apart from all the rest."""


@dataclass
class Reread:
    """What changed in a file: the rows of the store that are there no more, the new ones (number, sheet, record), and of
    those that stay the number and line that they have now. Numbers go on in the order of the file, as an intake gives them.

    `sent` is what the row of each new record is known by, `latest` the last date in them that is declared to be past.
    `problems` are the file's own, `row_problems` those of new rows.
    """

    given: Given
    gone: set[int] = field(default_factory=set)
    fresh: list[tuple[int, str, Record]] = field(default_factory=list)
    stays: dict[int, tuple[int, int]] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)
    latest: str = ""
    problems: list[Problem] = field(default_factory=list)
    row_problems: list[Problem] = field(default_factory=list)


def reread(
    store: sqlite3.Connection, root: Path, registers: dict[str, Register], names: Collection[str], terms: Terms
) -> list[Reread]:
    """Return what changed in some files below a root since a store took them in; raise TooMuch where one is no register's file."""
    files, problems = find_files(root, registers)
    if problems:
        raise TooMuch("what lies in data/")
    known = dict(store.execute("SELECT path, register FROM file"))
    there = {given.name for given in files}
    for name in {*names} - there - known.keys():
        folder, file = Path(name).parent, Path(name).name
        if (
            (root / name).exists()
            or folder.parent != Path("data")
            or folder.name not in registers
            or file in RESERVED_FILES
        ):
            raise TooMuch(name)  # else an editor left it there for a moment
    files += [Given(root / name, name, register) for name, register in known.items() if name not in there]
    numbers = count(store.execute("SELECT ifnull(max(id), 0) + 1 FROM row").fetchone()[0])
    return [reread_file(store, given, registers, terms, numbers) for given in files if given.name in names]


def faults_of(changes: Sequence[Reread], set_aside: bool) -> list[Problem]:
    """Return the faults of changed files and rows; of rows none where they are set aside."""
    found = [problem for change in changes for problem in change.problems]
    return found + [problem for change in changes for problem in change.row_problems if not set_aside]


def reread_file(
    store: sqlite3.Connection, given: Given, registers: Mapping[str, Register], terms: Terms, numbers: Iterator[int]
) -> Reread:
    """Return what changed in a file, which has no row left where it is not there."""
    known, read = _known(store, given.name), Reread(given)
    if given.path.exists():
        if given.path.stat().st_size > BYTES[given.path.suffix.lower()]:
            raise TooMuch(given.name)
        tables, problems = read_tables(given.path, given.name)
        tables, of_headings = titles.under_titles(registers[given.register], tables)
        read.problems += [*problems, *of_headings]
        for table in tables:
            _read(read, table, registers[given.register], terms, known, numbers)
    read.gone = {row for rows in known.values() for parts in rows for row in parts}
    if len(read.gone) > ROWS:
        raise TooMuch(given.name)
    return read


Known = dict[tuple[str, bytes], list[list[int]]]


def _known(store: sqlite3.Connection, name: str) -> Known:
    """Return the numbers of a file's rows by sheet and how they were sent: one text may stand twice, one row be several records."""
    known: Known = defaultdict(list)
    last: tuple[str, int] | None = None
    query = "SELECT row.id, sheet, line, sent FROM row JOIN file ON file.id = row.file WHERE path = ? AND hash <> '' ORDER BY row.id"
    for row, sheet, line, sent in store.execute(query, (name,)):
        if (sheet, line) != last:
            known[sheet, sent].append([])
        known[sheet, sent][-1].append(row)
        last = (sheet, line)
    return known


def _read(read: Reread, table: Table, register: Register, terms: Terms, known: Known, numbers: Iterator[int]) -> None:
    """Read the rows of one table that are not known, and take those that are out of the known ones."""
    sent, changed = Sent(table, terms.salt), count(1)

    def rows() -> Iterator[Row]:
        for row in sent:
            if same := known.get((table.sheet, sent.mark)):
                read.stays |= {each: (next(numbers), row.line) for each in same.pop(0)}
            elif next(changed) > ROWS:
                raise TooMuch(read.given.name)
            else:
                yield row

    plan, wrong = titles.plan(register, replace(table, rows=rows()), terms)
    read.problems += wrong
    try:
        for outcome in records.read(plan) if plan else ():
            read.row_problems += outcome.problems
            read.latest = max(read.latest, outcome.latest)
            if outcome.record:
                read.sent.append(sent.mark)
                read.fresh.append((next(numbers), table.sheet, outcome.record))
    except Refused as broken:
        read.problems += broken.problems
