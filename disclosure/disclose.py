"""What may be shown on the day: decided here, once. Every later step reads only the rows that this one lets through.

The last day counts, in Asia/Shanghai: a record is shown through its date.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as replace_in
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from disclosure.codes import nameless, same_name
from disclosure.deadlines import with_late
from disclosure.effects import Effects
from disclosure.entities import entity_address, place_of, region
from disclosure.judge import judge
from disclosure.problems import FAULT, NOTICE, Place, Problem
from disclosure.refers import follow
from disclosure.registers import Register
from disclosure.rules import Law
from disclosure.site import Department, Departments, Site
from disclosure.store import replace

REASONS = {
    "shown": "公示",
    "person": "自然人不公示",
    "perhaps-person": "疑似自然人不公示",
    "ended": "公示期已满",
    "repaired": "已信用修复",
    "revoked": "决定已撤销",
    "changed": "决定已变更",
    "unlawful": "已确认违法",
    "void": "已确认无效",
    "removed": "已移出",
    "taken-down": "已撤下",
    "unpublished": "依规定不公示",
    "unruled": "期限未定",
    "restricted": "不向社会公开",
    "future": "未到日期",
    "held": "未发布过",
    "duplicate": "重复",
    "conflict": "搁置（内容不一）",
}
# Why a record may be counted though it is not shown: 仅统计.
COUNTED = ("person", "perhaps-person", "unpublished", "restricted")


@dataclass(frozen=True)
class Account:
    """What became of the rows of one file: rows in and what splitting added are the sum of the fates and what is set aside."""

    path: str
    rows: int
    fates: dict[str, int]
    aside: int
    split: int = 0

    @property
    def shown(self) -> int:
        """How many of its rows are shown."""
        return self.fates.get("shown", 0)


def disclose(
    store: sqlite3.Connection,
    registers: dict[str, Register],
    departments: Departments,
    site: Site,
    law: Law,
    effects: Effects,
    as_of: datetime.date,
    among: set[tuple[str, str, str]] | None = None,
) -> tuple[list[Account], list[Problem]]:
    """Fill `fate`, `shown` and `entity` for the day; return the account of every file, and what was noticed.

    Where `among` is given, only records with their (register, key, hash) in it are shown: nothing is added, only removed.
    """
    day = as_of.isoformat()
    severity = FAULT if site.faults == "refuse" and among is None else NOTICE
    effects = replace_in(effects, notes=with_late(effects.notes, store, registers, day))
    store.execute("BEGIN")
    problems = judge(store, registers, law, effects, day, severity)
    if among is not None:
        _hold(store, among)
    rules = {rule.id: rule for mine in law.rules.values() for rule in mine}
    replace(store, "rule", ((rule.id, rule.said, rule.confirmed) for rule in rules.values()))
    _fill_shown(store, departments, registers)
    links, astray = follow(store, registers, severity)
    replace(store, "referred", links)
    problems += astray
    problems += _fill_entities(store, registers, site, effects.names)
    count_cells(store)
    count_hidden(store, day)
    _fill_gone(store, effects)
    store.execute("COMMIT")
    accounts = list(accounts_of(store))
    return accounts, problems


def _hold(store: sqlite3.Connection, among: set[tuple[str, str, str]]) -> None:
    """Hold back what would be shown and is not among these."""
    shown = store.execute("SELECT id, register, key, hash FROM fate JOIN row ON id = fate.row WHERE reason = 'shown'")
    held = [(row,) for row, *record in shown if tuple(record) not in among]
    store.executemany("UPDATE fate SET reason = 'held' WHERE row = ?", held)


def _fill_shown(store: sqlite3.Connection, departments: Departments, registers: dict[str, Register]) -> None:
    organs = {organ: departments.find(organ) for (organ,) in store.execute("SELECT DISTINCT organ FROM row").fetchall()}
    themes = {name: register.themes for name, register in registers.items() if register.theme}
    cases = [
        f"WHEN '{name}' THEN json_extract(vals, '$[{registers[name].position[registers[name].theme]}]')"
        for name in themes
    ]
    theme = f"CASE register {' '.join(cases)} ELSE '' END" if cases else "''"
    rows = store.execute(
        f"SELECT {theme}, row.id, entity, register, date, organ, fate.ends, set_by, rule, repair, notes FROM row"
        " JOIN fate ON fate.row = row.id JOIN whose ON whose.row = row.id WHERE reason = 'shown' ORDER BY row.id"
    )
    replace(store, "scored", ())  # hangs on what is shown
    replace(
        store,
        "shown",
        ((*row, *seat(row[4], organs[row[4]]), themes[row[2]][theme].name if theme else "") for theme, *row in rows),
    )


def _fill_gone(store: sqlite3.Connection, effects: Effects) -> None:
    """Enter what stands where an entity's page was and is no more."""
    moved = {old: entity_address(new) for old, new in sorted(effects.moved.items())}
    among = {*moved, *moved.values(), *(stone[0] for stone in effects.stones)}
    there = {address for (address,) in store.execute("SELECT address FROM entity") if address in among}
    moved = {old: new for old, new in moved.items() if old not in there}
    replace(store, "fitted", ((m, *match, day) for (m, day), fit in effects.fitted.items() for match in fit))
    replace(store, "stone", (stone for stone in sorted(set(effects.stones)) if stone[0] not in there))
    replace(store, "moved", ((old, new) for old, new in moved.items() if new in there))
    store.execute("DELETE FROM stone WHERE address IN (SELECT address FROM moved)")


def count_cells(store: sqlite3.Connection, among: str = "") -> None:
    """Count what is shown by register, month, department, district and theme, each with what changes when one of its rows does:

    in all such cells, or in those that a query gives `among` them, the others standing as they were counted.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    digests: dict[tuple[str, ...], hashlib.blake2b] = {}
    of = "shown.register, substr(shown.date, 1, 7), department, shown.district, theme"
    query = (
        f"SELECT {of}, row.key, row.hash, shown.ends, set_by, rule, shown.notes, entity.address"
        " FROM shown JOIN row ON row.id = shown.row JOIN entity ON entity.key = shown.entity"
        + (f" WHERE ({of}) IN ({among})" if among else "")
        + " ORDER BY shown.register, row.key"
    )
    for *cell, key, content, ends, set_by, rule, notes, address in store.execute(query):
        counts[tuple(cell)] += 1
        digests.setdefault(tuple(cell), hashlib.blake2b(digest_size=8)).update(
            f"{key}{content}{ends}{set_by}{rule}{notes}{address}".encode()
        )
    counted = [(*cell, count, digests[cell].hexdigest()) for cell, count in counts.items()]
    if among:
        cells = "(register, month, department, district, theme)"
        counted += store.execute(f"SELECT * FROM tally WHERE {cells} NOT IN ({among})").fetchall()
    replace(store, "tally", sorted(counted))


def count_hidden(store: sqlite3.Connection, day: str) -> None:
    """Count what may be counted but not shown, by register and reason: no key, no date, no department goes with it."""
    reasons = ", ".join(f"'{reason}'" for reason in COUNTED)
    query = (
        "SELECT register, reason, count(*) FROM fate CROSS JOIN row ON row.id = fate.row"  # few fates are one of these
        f" WHERE reason IN ({reasons}) AND date <= ? GROUP BY register, reason ORDER BY register, reason"
    )
    replace(store, "counted", store.execute(query, (day,)).fetchall())


def seat(organ: str, department: Department | None) -> tuple[str, str]:
    """Return the stable part of a department's addresses (its code, else a hash of its name) and its district."""
    if not organ:
        return "", ""
    name = department.name if department else organ
    code = department.code if department else ""
    return code or hashlib.blake2b(name.encode(), digest_size=5).hexdigest(), department.district if department else ""


class _Borne(NamedTuple):
    """A name as an entity's rows bear it: whether one of its own does, not only of another code, which a merger brought; the
    newest date, the first row."""

    own: bool
    date: str
    row: int


def _fill_entities(
    store: sqlite3.Connection, registers: dict[str, Register], site: Site, renamed: dict[str, str]
) -> list[Problem]:
    problems: list[Problem] = []
    former, links = _declared_former(store, registers), _linked(store)
    query = (
        "SELECT entity, name, shown.date, row.id, code, district,"
        " shown.register, key, hash, department, shown.ends, set_by, said, repair, notes FROM shown"
        " JOIN row ON row.id = shown.row LEFT JOIN rule ON rule.id = shown.rule ORDER BY entity, shown.register, key"
    )

    def entities() -> Iterator[tuple[object, ...]]:
        for key, rows in groupby(store.execute(query), itemgetter(0)):
            names: dict[str, _Borne] = {}
            counts: Counter[str] = Counter()
            updated = seat = ""
            digest = hashlib.blake2b(digest_size=12)  # what changes when any of its rows shown does
            for _, name, date, row, code, district, *shown in rows:
                known, own = names.get(name, _Borne(False, "", row)), code in ("", key)
                names[name] = _Borne(known.own or own, max(known.date, date), min(known.row, row))
                counts[shown[0]] += 1
                updated, seat = max(updated, date), max(seat, district)
                digest.update("\x1f".join(map(str, shown)).encode())
            borne = sorted(sorted(names.items()), key=lambda item: item[1][:2], reverse=True)
            code = "" if ":" in key else key
            newest = next((name for name, _ in borne if not nameless(name)), borne[0][0])
            name = renamed.get(key, newest)
            others = [other for other, _ in borne if same_name(other) != same_name(name) and not nameless(other)]
            two = [other for other in others if names[other].own]
            if code and two and key not in renamed:
                problems.append(_two_names(store, names[two[0]].row, [name, *two], code))
            old = [other for other in dict.fromkeys([*others, *former.get(key, [])]) if other != name]
            marks = [
                {"text": register.mark.replace("{count}", str(counts[register.name])), "tone": register.tone}
                for register in registers.values()
                if register.mark and counts[register.name]
            ]
            facts = (
                key,
                entity_address(key),
                name,
                code,
                region(code, site) or seat,
                json.dumps(old, ensure_ascii=False),
                json.dumps(counts),
                json.dumps(marks, ensure_ascii=False),
                updated,
            )
            digest.update("\x1f".join([*links.get(key, ()), *facts]).encode())
            yield (*facts, digest.hexdigest())

    replace(store, "entity", entities())
    return problems


def _linked(store: sqlite3.Connection) -> dict[str, list[str]]:
    """Return, for every entity that a record of another names or whose record names another, what changes when that does."""
    found: dict[str, list[str]] = defaultdict(list)
    linked = (
        "SELECT mine.entity, its.entity, field, mine.key, mine.hash, mine.name, its.key FROM referred"
        " JOIN disclosed mine ON mine.row = referred.row JOIN disclosed its ON its.row = target ORDER BY 1, 2, 3, 4"
    )
    for mine, its, *link in store.execute(linked):
        for entity in (mine, its):
            found[entity].append("\x1f".join((mine, its, *link)))
    return found


def _declared_former(store: sqlite3.Connection, registers: dict[str, Register]) -> dict[str, list[str]]:
    """Return the former names that a register declares, by entity."""
    found: dict[str, list[str]] = defaultdict(list)
    for register in registers.values():
        if register.former:
            index = register.position[register.former]
            for entity, values in store.execute(
                "SELECT entity, vals FROM disclosed WHERE register = ?", (register.name,)
            ):
                if names := [part for part in json.loads(values)[index].replace("；", "、").split("、") if part]:
                    found[entity] += names
    return found


def _two_names(store: sqlite3.Connection, row: int, names: list[str], code: str) -> Problem:
    return Problem(
        "names-of-one-code",
        place_of(store, row),
        f"代码 {code} 有 {len(names)} 个名称：{'、'.join(names[:4])}",
        f"以日期最近的「{names[0]}」为现名，其余列为曾用名",
        "核对名称；若不是更名而是写错，请报送单位更正",
        NOTICE,
    )


def accounts_of(store: sqlite3.Connection) -> Iterator[Account]:
    """Yield the account of every file by what was decided of its rows."""
    fates: dict[int, dict[str, int]] = defaultdict(dict)
    for file, reason, count in store.execute(
        "SELECT file, reason, count(*) FROM row JOIN fate ON fate.row = row.id GROUP BY file, reason"
    ):
        fates[file][reason] = count
    query = "SELECT id, path, rows, aside, split FROM file ORDER BY path"
    for file, path, rows, aside, split in store.execute(query).fetchall():
        account = Account(path, rows, fates[file], aside, split)
        if rows + split != aside + sum(account.fates.values()):
            raise AssertionError(f"rows of {path} are not accounted for: {account} at {Place(path)}")
        yield account
