"""The ledger: what came in by department and file, and what became of it. Every row is in exactly one of the columns."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from disclosure.disclose import REASONS
from disclosure.registers import Register
from disclosure.reports.marks import Again, owner
from disclosure.site import Departments

UNKNOWN = "未能识别的单位"
FATES = REASONS | {"faulty": "有错", "unread": "所在文件有错，未读入"}
# What an entry tells besides its rows: what they were split into more, and every fate.
TOLD = {"split": "拆分增加"} | FATES


@dataclass
class Entry:
    """What one department sent in one file: rows by fate, the further parts of rows that several parties share, faults and
    notices of rows."""

    department: str
    path: str
    fates: Counter[str] = field(default_factory=Counter)
    split: int = 0
    faults: int = 0
    notices: int = 0

    @property
    def rows(self) -> int:
        """How many rows came in; with the parts they were split into they are the sum of the fates."""
        return self.fates.total() - self.split

    def count(self, told: str) -> int:
        """Return the number of one of TOLD."""
        return self.split if told == "split" else self.fates[told]


@dataclass(frozen=True)
class Ledger:
    """All entries in order of department and file, those of no known department last."""

    entries: list[Entry]

    def departments(self) -> list[str]:
        """Return the names of all departments that sent anything."""
        return list(dict.fromkeys(entry.department for entry in self.entries))

    def of(self, department: str) -> list[Entry]:
        """Return the entries of one department."""
        return [entry for entry in self.entries if entry.department == department]

    def within(self, path: str) -> list[str]:
        """Return the departments that a file concerns."""
        return [entry.department for entry in self.entries if entry.path == path] or [UNKNOWN]

    def rest(self, path: str) -> str:
        """Return whose the rows of a file are that say of no department that they are its."""
        within = self.within(path)
        return within[0] if len(within) == 1 else UNKNOWN


def total(entries: Iterable[Entry], department: str = "合计", path: str = "合计") -> Entry:
    """Return the sum of entries."""
    summed = Entry(department, path)
    for entry in entries:
        summed.fates.update(entry.fates)
        summed.split += entry.split
        summed.faults += entry.faults
        summed.notices += entry.notices
    return summed


def used(entries: Iterable[Entry]) -> list[str]:
    """Return what there is to tell of any entry, in the order of TOLD."""
    summed = total(entries)
    return [told for told in TOLD if summed.count(told)]


def balance(
    store: sqlite3.Connection,
    registers: dict[str, Register],
    departments: Departments,
    files: Sequence[str],
    again: Sequence[Again],
) -> Ledger:
    """Return the ledger of all files: the accepted rows are counted in the store, the others as they were read again.

    Where all that is known of a file is one department's, the rest of it is that department's too.
    """
    entries: dict[tuple[str, str], Entry] = {}

    def entry(department: str, path: str) -> Entry:
        return entries.setdefault((department, path), Entry(department, path))

    opened = {read.given.name for read in again}
    for path, department, fate, count, split in _accepted(store, registers, departments):
        entry(department, path).fates[fate] += count
        entry(department, path).split += 0 if path in opened else split
    for read in again:
        for department, count in read.split.items():
            entry(department, read.given.name).split += count
        for fate, counts in (("faulty", read.faulty), ("unread", read.unread)):
            for department, count in counts.items():
                entry(department, read.given.name).fates[fate] += count
        for department, count in read.faults.items():
            entry(department, read.given.name).faults += count
        for department, count in read.notices.items():
            entry(department, read.given.name).notices += count
    known: dict[str, set[str]] = defaultdict(set)
    for department, path in entries:
        known[path].add(department)
    for path in files:
        others = known[path] - {""}
        lost = entries.pop(("", path), None) or (None if known[path] else Entry("", path))
        if lost:
            department = others.pop() if len(others) == 1 else UNKNOWN
            entries[department, path] = total([lost, entry(department, path)], department, path)
    for path, rows in store.execute("SELECT path, rows FROM file").fetchall():
        if rows != (counted := total(entry for entry in entries.values() if entry.path == path).rows):
            raise AssertionError(f"{path} has {rows} rows, and {counted} are accounted for")
    return _in_order(entries.values(), departments)


def received(store: sqlite3.Connection, registers: dict[str, Register], departments: Departments) -> Ledger:
    """Return the ledger of the accepted files as the store has it, no file opened again: what was set aside is only counted."""
    entries: dict[tuple[str, str], Entry] = {}

    def entry(department: str, path: str) -> Entry:
        name = department or UNKNOWN
        return entries.setdefault((name, path), Entry(name, path))

    for path, department, fate, count, split in _accepted(store, registers, departments):
        entry(department, path).fates[fate] += count
        entry(department, path).split += split
    for path, organ, count in store.execute(
        "SELECT path, organ, sum(count) FROM refused JOIN file ON file.id = refused.file GROUP BY path, organ"
    ):
        entry(owner(departments, (organ,)), path).fates["faulty"] += count
    return _in_order(entries.values(), departments)


def _in_order(entries: Iterable[Entry], departments: Departments) -> Ledger:
    order = {department.name: number for number, department in enumerate(departments.all)}
    return Ledger(sorted(entries, key=lambda e: (order.get(e.department, len(order)), e.path)))


def _accepted(
    store: sqlite3.Connection, registers: dict[str, Register], departments: Departments
) -> Iterable[tuple[str, str, str, int, int]]:
    """Yield file, department, fate and count of the rows in the store, and how many of them are further parts of a row."""
    for register in registers.values():
        source = f"json_extract(vals, '$[{register.position[register.source]}]')" if register.source else "''"
        query = (
            f"SELECT path, {source} AS source, organ, reason, count(*), sum(row.id <> first) FROM row"
            " JOIN (SELECT file, sheet, line, min(id) AS first FROM row WHERE register = ?1 GROUP BY file, sheet, line)"
            " USING (file, sheet, line) JOIN fate ON fate.row = row.id JOIN file ON file.id = row.file"
            " WHERE row.register = ?1 GROUP BY path, source, organ, reason"
        )
        for path, sent_by, organ, reason, count, split in store.execute(query, (register.name,)):
            yield path, owner(departments, (sent_by, organ)), reason, count, split
