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
    fates, problems = judge(store, registers, law, effects, day, severity)
    if among is not None:
        known = {
            row for row, *record in store.execute("SELECT id, register, key, hash FROM row") if tuple(record) in among
        }
        fates = [
            fate._replace(reason="held") if fate.reason == "shown" and fate.row not in known else fate for fate in fates
        ]
    store.execute("BEGIN")
    replace(store, "fate", fates)
    rules = {rule.id: rule for mine in law.rules.values() for rule in mine}
    replace(store, "rule", ((rule.id, rule.said, rule.confirmed) for rule in rules.values()))
    _fill_shown(store, departments, registers)
    links, astray = follow(store, registers, severity)
    replace(store, "referred", links)
    problems += astray
    problems += _fill_entities(store, registers, site, effects.names)
    _fill_tally(store)
    _fill_counted(store, day)
    _fill_gone(store, effects)
    store.execute("COMMIT")
    accounts = list(_accounts(store))
    return accounts, problems


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
    ).fetchall()
    replace(
        store,
        "shown",
        ((*row, *seat(row[4], organs[row[4]]), themes[row[2]][theme].name if theme else "") for theme, *row in rows),
    )


def _fill_gone(store: sqlite3.Connection, effects: Effects) -> None:
    """Enter what stands where an entity's page was and is no more."""
    there = {address for (address,) in store.execute("SELECT address FROM entity")}
    replace(store, "fitted", ((m, *match, day) for (m, day), fit in effects.fitted.items() for match in fit))
    replace(store, "stone", (stone for stone in sorted(set(effects.stones)) if stone[0] not in there))
    moved = {old: entity_address(new) for old, new in sorted(effects.moved.items()) if old not in there}
    replace(store, "moved", ((old, new) for old, new in moved.items() if new in there))
    store.execute("DELETE FROM stone WHERE address IN (SELECT address FROM moved)")


def _fill_tally(store: sqlite3.Connection) -> None:
    """Count what is shown by register, month, department, district and theme, each with what changes when one of its rows does."""
    counts: Counter[tuple[str, ...]] = Counter()
    digests: dict[tuple[str, ...], hashlib.blake2b] = {}
    query = (
        "SELECT shown.register, substr(shown.date, 1, 7), department, shown.district, theme, row.key, row.hash, shown.ends, shown.notes, entity.address"
        " FROM shown JOIN row ON row.id = shown.row JOIN entity ON entity.key = shown.entity ORDER BY shown.register, row.key"
    )
    for *cell, key, content, ends, notes, address in store.execute(query):
        counts[tuple(cell)] += 1
        digests.setdefault(tuple(cell), hashlib.blake2b(digest_size=8)).update(
            f"{key}{content}{ends}{notes}{address}".encode()
        )
    replace(store, "tally", ((*cell, count, digests[cell].hexdigest()) for cell, count in sorted(counts.items())))


def _fill_counted(store: sqlite3.Connection, day: str) -> None:
    """Count what may be counted but not shown, by register and reason: no key, no date, no department goes with it."""
    reasons = ", ".join(f"'{reason}'" for reason in COUNTED)
    query = (
        "SELECT register, reason, count(*) FROM fate JOIN row ON row.id = fate.row"
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


def _fill_entities(
    store: sqlite3.Connection, registers: dict[str, Register], site: Site, renamed: dict[str, str]
) -> list[Problem]:
    problems: list[Problem] = []
    names: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    own: dict[str, set[str]] = defaultdict(set)  # not those of rows of another code, which a merger brought
    for entity, name, date, row, borne_itself in store.execute(
        "SELECT entity, name, max(date), min(row), max(code IN ('', entity)) AS own FROM disclosed"
        " GROUP BY entity, name ORDER BY entity, own DESC, max(date) DESC, name"
    ):
        names[entity].append((name, date, row))
        if borne_itself:
            own[entity].add(name)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entity, register, count in store.execute(
        "SELECT entity, register, count(*) FROM shown GROUP BY entity, register"
    ):
        counts[entity][register] = count
    prints = _fingerprints(store)
    former = _declared_former(store, registers)
    districts = dict(store.execute("SELECT entity, max(district) FROM shown WHERE district <> '' GROUP BY entity"))
    updated = dict(store.execute("SELECT entity, max(date) FROM shown GROUP BY entity"))

    def entities() -> Iterator[tuple[object, ...]]:
        for key, borne in names.items():
            code = "" if ":" in key else key
            newest = next((name for name, _, _ in borne if not nameless(name)), borne[0][0])
            name = renamed.get(key, newest)
            others = [other for other, _, _ in borne if same_name(other) != same_name(name) and not nameless(other)]
            two = [other for other in others if other in own[key]]
            if code and two and key not in renamed:
                problems.append(_two_names(store, borne, name, two, code))
            old = [other for other in dict.fromkeys([*others, *former.get(key, [])]) if other != name]
            marks = [
                {"text": register.mark.replace("{count}", str(counts[key][register.name])), "tone": register.tone}
                for register in registers.values()
                if register.mark and counts[key][register.name]
            ]
            facts = (
                key,
                entity_address(key),
                name,
                code,
                region(code, site) or districts.get(key, ""),
                json.dumps(old, ensure_ascii=False),
                json.dumps(counts[key], ensure_ascii=False, sort_keys=True),
                json.dumps(marks, ensure_ascii=False),
                updated.get(key, ""),
            )
            prints[key].update("\x1f".join(facts).encode())
            yield (*facts, prints[key].hexdigest())

    replace(store, "entity", entities())
    return problems


def _fingerprints(store: sqlite3.Connection) -> dict[str, hashlib.blake2b]:
    """Return, for every entity, what changes when any of its rows shown changes."""
    digests: dict[str, hashlib.blake2b] = {}
    query = (
        "SELECT entity, shown.register, key, hash, department, shown.ends, set_by, said, repair, notes FROM shown"
        " JOIN row ON row.id = shown.row LEFT JOIN rule ON rule.id = shown.rule ORDER BY entity, shown.register, key"
    )
    for entity, *shown in store.execute(query):
        digests.setdefault(entity, hashlib.blake2b(digest_size=12)).update("\x1f".join(map(str, shown)).encode())
    linked = (
        "SELECT mine.entity, its.entity, field, mine.key, mine.hash, mine.name, its.key FROM referred"
        " JOIN disclosed mine ON mine.row = referred.row JOIN disclosed its ON its.row = target ORDER BY 1, 2, 3, 4"
    )
    for mine, its, *link in store.execute(linked):
        for entity in (mine, its):
            digests[entity].update("\x1f".join((mine, its, *link)).encode())
    return digests


def _declared_former(store: sqlite3.Connection, registers: dict[str, Register]) -> dict[str, list[str]]:
    """Return the former names that a register declares, by entity."""
    found: dict[str, list[str]] = defaultdict(list)
    for register in registers.values():
        if register.former:
            index = register.position[register.former]
            for entity, values in store.execute(
                "SELECT entity, vals FROM disclosed WHERE register = ?", (register.name,)
            ):
                found[entity] += [part for part in json.loads(values)[index].replace("；", "、").split("、") if part]
    return found


def _two_names(
    store: sqlite3.Connection, borne: list[tuple[str, str, int]], name: str, others: list[str], code: str
) -> Problem:
    newest = name
    return Problem(
        "names-of-one-code",
        place_of(store, next(row for name, _, row in borne if name == others[0])),
        f"代码 {code} 有 {len(others) + 1} 个名称：{'、'.join([newest, *others[:3]])}",
        f"以日期最近的「{newest}」为现名，其余列为曾用名",
        "核对名称；若不是更名而是写错，请报送单位更正",
        NOTICE,
    )


def _accounts(store: sqlite3.Connection) -> Iterator[Account]:
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
