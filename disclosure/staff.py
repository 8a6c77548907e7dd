"""What staff read and the public does not: the account of every file, and the rows that were set aside. Kept in state/, 0600."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from disclosure.disclose import REASONS, Account
from disclosure.problems import COLUMNS, mask, wide
from disclosure.registers import Mend

LEAST = 12  # columns that a name in a table has, however wide the rest
# What an account tells besides its rows and their fates, left out where there is none.
EXTRA: dict[str, Callable[[Account], int]] = {
    "拆分增加": lambda account: account.split,
    "搁置（有错）": lambda account: account.aside,
}


def table(accounts: Sequence[Account]) -> str:
    """Return the account of every file as a text: rows in, and what became of them."""
    used = [reason for reason in REASONS if any(account.fates.get(reason) for account in accounts)]
    head = ["文件", "行数", *(title for title, of in EXTRA.items() if any(map(of, accounts)))]
    lines = [[*head, *(REASONS[reason] for reason in used)]]
    for account in [*accounts, total(accounts)]:
        extra = [f"{of(account):,}" for title, of in EXTRA.items() if title in head]
        fates = [f"{account.fates.get(reason, 0):,}" for reason in used]
        lines.append([account.path, f"{account.rows:,}", *extra, *fates])
    return fitted(lines, {REASONS[reason] for reason in used if reason != "shown"})


def fitted(lines: list[list[str]], apart: Collection[str]) -> str:
    """Return a table as a text of at most COLUMNS, its titles first and sums last.

    Where it is wider, the counts under some titles stand together, with their sums below, and long names lose their beginning.
    """
    together = [at for at, title in enumerate(lines[0]) if title in apart]
    if max(map(wide, aligned(lines).split("\n"))) > COLUMNS:
        summed = [sum(int(line[at].replace(",", "")) for at in together) for line in lines[1:]]
        rest = [[cell for at, cell in enumerate(line) if at not in together] for line in lines]
        short = [[*line, f"{count:,}"] for line, count in zip(rest[1:], summed, strict=True)]
        table = [[*rest[0], "不公示"], *short] if together else rest
        room = COLUMNS - max(map(wide, aligned([["", *line[1:]] for line in table]).split("\n")))
        named = [[_end(line[0], max(room, LEAST)), *line[1:]] for line in table]
        told = "，".join(f"{lines[0][at]} {lines[-1][at]}" for at in together)
        return aligned(named) + (f"\n不公示的：{told}" if told else "")
    return aligned(lines)


def _end(name: str, room: int) -> str:
    while wide(name) > room:
        name = "…" + name.lstrip("…")[1:]
    return name


def table_of_refused(read: Sequence[tuple[str, int, int]]) -> str:
    """Return what came in of files that were read before something was refused: (file, rows, rows with faults)."""
    lines = [["文件", "行数", "有错的行"], *([name, f"{rows:,}", f"{faulty:,}"] for name, rows, faulty in read)]
    return fitted(lines, ()) if read else ""


def table_of_mends(mends: Sequence[tuple[Mend, int]]) -> str:
    """Return the decided replacements and how many cells each replaced, as a text; "" where none is declared."""
    lines = [["改正（mend.yaml）", "用了", "谁定的", "哪天"]]
    lines += [[f"{m.field}：{m.wrong} → {m.right}", f"{count:,} 处", m.by, m.on.isoformat()] for m, count in mends]
    return aligned(lines) if mends else ""


def aligned(lines: list[list[str]]) -> str:
    """Return a table as a text, its columns one below the other."""
    widths = [max(wide(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(_pad(cell, width, i == 0) for i, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


def _pad(cell: str, width: int, left: bool) -> str:
    space = " " * (width - wide(cell))
    return cell + space if left else space + cell


def total(accounts: Sequence[Account]) -> Account:
    """Return the sum of all accounts."""
    fates: dict[str, int] = {}
    for account in accounts:
        for reason, count in account.fates.items():
            fates[reason] = fates.get(reason, 0) + count
    return Account(
        "合计", sum(a.rows for a in accounts), fates, sum(a.aside for a in accounts), sum(a.split for a in accounts)
    )


def keep(root: Path, store: sqlite3.Connection, accounts: Sequence[Account]) -> Path:
    """Write state/intake.csv, state/rules.csv and state/set-aside.csv, and return their folder."""
    state = root / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    rows = [
        [a.path, a.rows, *(of(a) for of in EXTRA.values()), *(a.fates.get(reason, 0) for reason in REASONS)]
        for a in [*accounts, total(accounts)]
    ]
    _write(state / "intake.csv", ["文件", "行数", *EXTRA, *REASONS.values()], rows)
    relied = store.execute(f"{_RELIED} ORDER BY rule.id")
    _write(state / "rules.csv", ["规定", "依据", "核对过", "公示的条数", "不公示的条数"], relied)
    aside = (json.loads(text) for (text,) in store.execute("SELECT problem FROM aside ORDER BY rowid"))
    _write(state / "set-aside.csv", ["位置", "问题", "原因", "改法"], (_aside(problem) for problem in aside))
    return state


# Of every rule that decided a record: whether somebody has checked it, how many records it has shown and not shown.
_RELIED = (
    "SELECT rule.id, said, CASE confirmed WHEN 1 THEN '是' ELSE '否' END, sum(reason = 'shown'), sum(reason <> 'shown')"
    " FROM rule JOIN fate ON fate.rule = rule.id GROUP BY rule.id"
)


def unconfirmed(store: sqlite3.Connection) -> str:
    """Return which rules a release relies on that nobody has checked, "" where there are none."""
    rules = [(rule, shown + kept) for rule, _, checked, shown, kept in store.execute(_RELIED) if checked == "否"]
    if not rules:
        return ""
    named = "、".join(f"{rule}（{count:,} 条）" for rule, count in rules)
    return f"期限依据里有 {len(rules)} 条还没有核对原文：{named}。见 state/rules.csv"


def _aside(problem: dict[str, dict[str, str]]) -> list[str]:
    place = problem["place"]
    where = "!".join(str(part) for part in (place["path"], place["sheet"], place["cell"]) if part)
    if not place["cell"]:
        where = ":".join(str(part) for part in (place["path"], place["line"], place["column"]) if part)
    return [where, *(mask(str(problem[part])) for part in ("what", "why", "mend"))]


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    beside = path.with_name(f".{path.name}.next")
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600))
    with beside.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)
    beside.replace(path)
