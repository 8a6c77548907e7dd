"""How far every unit is with the matters of it that have a deadline, ledger by ledger."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from disclosure.deadlines import LATE
from disclosure.pages.frame import LISTS, column_tags, frame
from disclosure.pages.world import Context, Page, World
from disclosure.registers import Register

ADDRESS, TITLE = "progress.html", "台账进度"
DONE, GOING, OVERDUE = "已办结", "办理中", "已逾期"


def follow(world: World) -> list[Register]:
    """Return the ledgers: lists of matters of a unit with a deadline, of which some are shown."""
    return [r for name, r in world.listed.items() if r.deadline and r.department and world.totals[name]]


def plan(world: World) -> Iterator[Page]:
    """One page, where there is a ledger."""
    if follow(world):
        yield Page(ADDRESS, "progress")


def show(world: World, page: Page) -> Context:
    """Return for every ledger its units, those with most that is late first, and how many of their matters stand how."""
    summary = "各单位的事项办结了多少、还有多少、逾期多少，每天更新"
    return {
        **frame(world, page, TITLE, [LISTS], column_tags(world, TITLE, summary)),
        "summary": summary,
        "ledgers": [_ledger(world, register) for register in follow(world)],
    }


def _ledger(world: World, register: Register) -> Context:
    units: dict[str, Counter[str]] = defaultdict(Counter)
    query = "SELECT department, vals, notes FROM disclosed WHERE register = ? ORDER BY row"
    for department, values, notes in world.store.execute(query, (register.name,)):
        units[department][_stands(register, json.loads(values), notes)] += 1
    order = sorted(units, key=lambda unit: (-units[unit][OVERDUE], -units[unit].total(), world.organs.get(unit, "")))
    every: Counter[str] = sum(units.values(), Counter())
    return {
        "label": register.label,
        "id": register.name,
        "address": f"list/{register.name}/index.html",
        "rows": [_row(world, register, unit, units[unit]) for unit in order],
        "done": every[DONE],
        "going": every[GOING],
        "late": every[OVERDUE],
        "count": every.total(),
    }


def _stands(register: Register, values: list[str], notes: str) -> str:
    """Return how a matter stands: settled as the register declares, late as its note says, else on its way."""
    assert register.deadline is not None
    if register.deadline.settled(dict(zip(register.fields, values, strict=False))):
        return DONE
    return OVERDUE if any(LATE in note for note in json.loads(notes or "[]")) else GOING


def _row(world: World, register: Register, unit: str, counts: Counter[str]) -> Context:
    return {
        "label": world.organs.get(unit, "没有写明"),
        "done": counts[DONE],
        "going": counts[GOING],
        "late": counts[OVERDUE],
        "count": counts.total(),
        "address": f"list/{register.name}/department/{unit}/index.html" if unit else "",
        "late_address": f"department/{unit}.html#late" if unit and counts[OVERDUE] else "",
    }
