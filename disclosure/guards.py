"""Guards: what a register must hold before it may replace what is shown, so that a half-empty export does no harm."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence

from disclosure.history import Change
from disclosure.problems import Place, Problem
from disclosure.registers import Register


def guard(
    store: sqlite3.Connection, registers: dict[str, Register], change: Change, passed: Sequence[str]
) -> tuple[None, list[Problem]]:
    """Return a problem for every guard that fails, unless its number, printed with it, is in `passed`."""
    failed = [problem for register in registers.values() for problem in _failed(store, register, change)]
    failed += [_vanished(name, count) for name, count in sorted(change.before.items()) if name not in registers]
    return None, [problem for problem in failed if _number(problem) not in passed]


def _failed(store: sqlite3.Connection, register: Register, change: Change) -> Iterator[Problem]:
    expect, now, before = register.expect, change.now[register.name], change.before[register.name]
    if now < expect.least:
        yield _problem(register, "least", f"只有 {now:,} 条记录可公示", f"声明至少 {expect.least:,} 条")
    # What the law ends is no loss: only records that no file holds any more count as a drop.
    if expect.drop is not None and before and change.lost[register.name] > before * expect.drop / 100:
        lost = change.lost[register.name]
        yield _problem(
            register, "drop", f"比上次发布少了 {lost:,} 条（上次 {before:,} 条）", f"声明最多减少 {expect.drop}%"
        )
    for name, least in expect.fill.items():
        filled = _filled(store, register, name)
        if now and filled * 100 < least * now:
            share = filled * 100 / now
            yield _problem(register, f"fill {name}", f"「{name}」只填了 {share:.1f}%", f"声明至少填 {least}%")


def _filled(store: sqlite3.Connection, register: Register, name: str) -> int:
    position = register.position[name]
    rows = store.execute("SELECT vals FROM disclosed WHERE register = ?", (register.name,))
    return sum(1 for (values,) in rows if json.loads(values)[position])


def _vanished(name: str, count: int) -> Problem:
    what, why = f"名录「{name}」不见了（上次公示 {count:,} 条）", f"data/{name}/register.yaml 已不存在"
    return _asked(name, what, f"{name} vanished {count}", why)


def _problem(register: Register, sort: str, numbers: str, declared: str) -> Problem:
    why = f"data/{register.name}/register.yaml 的 expect {declared}，程序怀疑文件不全"
    return _asked(register.name, f"名录「{register.label}」{numbers}", f"{register.name}{sort}{numbers}", why)


def _asked(name: str, what: str, fact: str, why: str) -> Problem:
    number = hashlib.blake2b(fact.encode(), digest_size=4).hexdigest()
    mend = f"补齐文件；若确实如此，运行 python build.py --accept {number}（只这一次有效）"
    return Problem("guard", Place(f"data/{name}"), what, why, mend)


def _number(problem: Problem) -> str:
    return problem.mend.partition("--accept ")[2].partition("（")[0]
