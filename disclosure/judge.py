"""What the law says of every row: it is shown until a day, or why it is not shown. One fate each."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from disclosure.effects import Effects
from disclosure.entities import place_of
from disclosure.problems import NOTICE, Problem
from disclosure.registers import Register
from disclosure.rules import Law, Rule, Verdict, earlier, verdict
from disclosure.store import replace

REMEMBERED = 20_000  # verdicts; more take room and are seldom asked for again


class Fate(NamedTuple):
    """What became of one row: why it is shown or not; its last day ("" for none) and who set it ("rule" or "file"); its rule,
    and from when repair may be asked for; what is said beside it."""

    row: int
    reason: str
    ends: str
    set_by: str = ""
    rule: str = ""
    repair: str = ""
    notes: str = ""


def judge(
    store: sqlite3.Connection,
    registers: Mapping[str, Register],
    law: Law,
    effects: Effects,
    day: str,
    severity: str,
) -> list[Problem]:
    """Fill `fate` for a day; return a problem for every record sent twice and every one that no rule decides.

    The earlier of the rule's last day and the file's holds. A record that no rule or more than one decides is not shown.
    """
    again, problems = _repeated(store, severity)
    bench = _Bench(registers, law, day)
    replace(store, "fate", _fates(store, bench, registers, again, effects))
    problems += twice(store)
    return problems + [_doubt(store, registers, doubt, rows, severity) for doubt, rows in bench.doubts.items()]


def _fates(
    store: sqlite3.Connection,
    bench: _Bench,
    registers: Mapping[str, Register],
    again: Mapping[int, str],
    effects: Effects,
) -> Iterator[Fate]:
    law, day = bench.law, bench.day
    for row, register, person, ends, date, cells in store.execute(*_rows(registers, law)):
        reason = again.get(row) or person or effects.fates.get(row) or ("future" if date > day else "")
        notes = effects.notes.get(row, "")
        said = bench.verdict(register, cells, date) if register in law.rules else None
        if said is None:
            yield Fate(row, reason or ("ended" if ends and ends < day else "shown"), ends, ends and "file", notes=notes)
        elif isinstance(said, Verdict):
            last = earlier(ends, said.ends)
            kept = "unpublished" if not said.rule.show else "ended" if last and last < day else "shown"
            set_by = last and ("file" if last != said.ends else "rule")
            repair = said.repair if said.repair <= last else ""  # what ends before it may be repaired is never repaired
            yield Fate(row, reason or kept, last, set_by, said.rule.id, repair, notes)
        else:
            yield Fate(row, reason or "unruled", ends)
            if not reason:
                bench.doubts[register, *said].append(row)


def _rows(registers: Mapping[str, Register], law: Law) -> tuple[str, list[str]]:
    """Every row with the values that decide which rule applies, as a JSON list; of two values at least, or SQLite gives no list."""
    cases = []
    for name in law.rules:
        places = [registers[name].position[field] for field in law.fields[name]]
        cases.append("WHEN ? THEN json_extract(vals, " + ", ".join(f"'$[{i}]'" for i in (*places, places[0])) + ")")
    cells = f"CASE register {' '.join(cases)} END" if cases else "''"
    return f"SELECT id, register, person, ends, date, {cells} FROM row", [*law.rules]


Doubt = tuple[str, str]


class _Bench:
    """Remembers what was decided of the same values before."""

    def __init__(self, registers: Mapping[str, Register], law: Law, day: str) -> None:
        self.doubts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self.law, self.day = law, day
        self._registers = registers
        self.verdict = lru_cache(REMEMBERED)(self._verdict)

    def _verdict(self, name: str, cells: str, date: str) -> Verdict | Doubt:
        """Return what the one rule says that fits; else the two that do, or what is missing."""
        register = self._registers[name]
        values = dict(zip(self.law.fields[name], json.loads(cells), strict=False))
        fitting = self.law.of(self.law.candidates(register, values), date, self.day)
        if not fitting:
            return "", ""
        if len(fitting) > 1:
            return fitting[0].id, fitting[1].id
        return self._counted(fitting[0], register, values)

    def _counted(self, rule: Rule, register: Register, values: Mapping[str, str]) -> Verdict | Doubt:
        field = rule.counted or register.date
        if not values[field] and rule.show and (rule.maximum or rule.minimum):
            return rule.id, f"「{field}」是空的"
        return verdict(rule, values[field])


def _doubt(
    store: sqlite3.Connection,
    registers: Mapping[str, Register],
    doubt: tuple[str, str, str],
    rows: list[int],
    severity: str,
) -> Problem:
    name, first, second = doubt
    place, register = place_of(store, min(rows)), registers[name]
    count = f"（同样的共 {len(rows):,} 条）" if len(rows) > 1 else ""
    if not first:
        what = f"没有一条期限规定管这条记录{count}"
        why = f"期限表里 publicity 是 {register.publicity} 的各条，条件或生效的日子都不合"
        return Problem("rule-gap", place, what, why, "在期限表里补上，或写一条 otherwise: true", severity)
    if second.startswith("「"):
        what = f"{second}，不知道从哪天起算{count}"
        return Problem("rule-gap", place, what, f"期限表的「{first}」从它起算", "在这一行补上日期", severity)
    what = f"期限表的「{first}」和「{second}」都管这条记录{count}"
    return Problem("rule-overlap", place, what, "一条记录只能有一条规定管，程序不挑", "改正期限表里的 when", severity)


def _repeated(store: sqlite3.Connection, severity: str) -> tuple[dict[int, str], list[Problem]]:
    """Rows whose key stands before them: the same content is a duplicate, another one a conflict."""
    again: dict[int, str] = {}
    problems = []
    query = (
        "SELECT row.id, row.register, key, hash, name FROM row JOIN file ON file.id = row.file"
        " WHERE (row.register, key) IN (SELECT register, key FROM row GROUP BY register, key HAVING count(*) > 1)"
        " ORDER BY row.register, key, path, sheet, line"
    )
    first: tuple[int, str, str, str] = (0, "", "", "")
    for row, register, key, content, name in store.execute(query).fetchall():
        if (register, key) != first[1:3]:
            first = (row, register, key, content)
        elif content == first[3]:
            again[row] = "duplicate"
        else:
            again[row] = "conflict"
            problems.append(_conflict(store, row, first[0], name, severity))
    return again, problems


def _conflict(store: sqlite3.Connection, row: int, first: int, name: str, severity: str) -> Problem:
    return Problem(
        "conflicting-rows",
        place_of(store, row),
        f"「{name}」的这条记录与 {place_of(store, first)} 是同一决定，内容不同",
        "名录的 key 各字段都相同，别的字段不同，程序不猜哪一条对",
        "留下正确的一行，删去另一行",
        severity,
    )


def twice(store: sqlite3.Connection) -> list[Problem]:
    """Return a notice for every row that is, in what its register declares `twice`, like one before it under another key."""
    query = (
        "SELECT row.id, row.register || row.twin, key, name FROM"
        " (SELECT register, twin FROM row WHERE twin <> '' GROUP BY register, twin HAVING count(*) > 1) AS again CROSS JOIN"
        " row ON row.register = again.register AND row.twin = again.twin AND row.twin <> '' JOIN file ON file.id = row.file"
        " ORDER BY row.register, row.twin, path, sheet, line"
    )
    problems, first, seen = [], (0, ""), set[str]()
    for row, twin, key, name in store.execute(query).fetchall():
        if twin != first[1]:
            first, seen = (row, twin), {key}
        elif key not in seen:
            seen.add(key)
            problems.append(_same_decision(store, row, first[0], name))
    return problems


def _same_decision(store: sqlite3.Connection, row: int, first: int, name: str) -> Problem:
    return Problem(
        "same-decision-twice",
        place_of(store, row),
        f"「{name}」的这条记录与 {place_of(store, first)} 像是同一决定，写法不同",
        "名录的 twice 各字段都相同，key 却不同，两条都公示了",
        "核对；若是同一决定，留下一行，或在 mend.yaml 里统一写法",
        NOTICE,
    )
