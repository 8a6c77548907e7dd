"""Amending: where a few rows changed and nothing else, only these are read and what hangs on them is decided anew.

What was decided of all other rows stands as long as all that it hangs on is the same. Where that is not sure, TooMuch is
raised, and everything is decided anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import count
from pathlib import Path

from disclosure import around
from disclosure.disclose import count_cells, count_hidden
from disclosure.effects import Match
from disclosure.entities import entity_address
from disclosure.events import MERGED, RENAMED, Event
from disclosure.files import program_print, sha256
from disclosure.intake import RESERVED_BESIDE, RESERVED_FILES, RESERVED_FOLDERS, declaration_of, enter_rows, find_files
from disclosure.judge import twice
from disclosure.problems import Place, Problem, Refused, masked
from disclosure.refers import follow
from disclosure.registers import Register
from disclosure.reread import Reread, TooMuch, reread_file
from disclosure.store import replace
from disclosure.titles import Terms

ALL = ("missing-target", "same-decision-twice")  # problems that are looked for among all rows again
OF_MANY = ("rule-gap", "rule-overlap")  # one problem of many rows


def grounds(root: Path, day: str, fitted: Mapping[str, Sequence[Match]]) -> str:
    """Return what changes when anything does that decisions hang on besides the rows themselves."""
    data = root / "data"
    declared = [
        path
        for path in sorted(data.rglob("*"))
        if path.is_file()
        and (path.name in RESERVED_FILES or path.relative_to(data).parts[0] in RESERVED_FOLDERS | RESERVED_BESIDE)
    ]
    digest = hashlib.blake2b(repr((day, sys.version, sorted(fitted.items()))).encode(), digest_size=12)
    digest.update(program_print().encode())
    for path in (root / "site.yaml", *declared):
        digest.update(f"{path.relative_to(root).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


def stand_on(rows: sqlite3.Connection, mark: str, problems: Iterable[Problem]) -> None:
    """Keep what the decisions in a store were made on ("" where they may not be kept), and what was noticed."""
    replace(rows, "grounds", [(mark,)])
    replace(rows, "remark", ((json.dumps(asdict(masked(each)), ensure_ascii=False),) for each in problems))


def take_in_few(rows: sqlite3.Connection, root: Path, registers: Mapping[str, Register], terms: Terms) -> list[Reread]:
    """Bring the rows of files up to date in which a few rows changed; return these changes. Other files are left to the intake.

    A row that is new stands in place of one that is gone, or behind all others of its file, so that rows are numbered in order.
    """
    files, _ = find_files(root, dict(registers))
    changes = []
    for given in files:
        register, sha = registers[given.register], sha256(given.path)
        query = (
            "SELECT id FROM file WHERE path = ? AND sha <> ? AND declaration = ? AND latest <= ? AND NOT aside AND NOT split"
            " AND NOT EXISTS (SELECT 1 FROM row WHERE row.file = file.id AND hash = '')"
        )
        known = rows.execute(query, (given.name, sha, declaration_of(register, terms), terms.day)).fetchone()
        if not known or register.split or register.mends:
            continue
        next_row = rows.execute("SELECT ifnull(max(id), 0) + 1 FROM row").fetchone()[0]
        try:
            change = reread_file(rows, given, registers, terms, count(next_row))
            _number(change, next_row)
            _enter(rows, known[0], change, sha)
            changes.append(change)
        except TooMuch:
            pass
    return changes


def _number(change: Reread, next_row: int) -> None:
    """Let rows that stay keep their numbers, and new ones have numbers that are free between those around them."""
    if change.problems or change.row_problems:
        raise TooMuch("what is to be said of rows is said of all")
    order = sorted([(new, row) for row, (new, _) in change.stays.items()] + [(new, 0) for new, _, _ in change.fresh])
    staying, free = [row for _, row in order if row], sorted(change.gone)
    if staying != sorted(staying):
        raise TooMuch("another order")
    numbers, last = dict[int, int](), 0
    for new, row in order:
        if not row:
            at = bisect_right(free, last)
            after = bisect_right(staying, last)
            if at < len(free) and (after == len(staying) or free[at] < staying[after]):
                numbers[new] = free[at]
            elif after == len(staying):
                numbers[new], next_row = next_row, next_row + 1
            else:
                raise TooMuch("a row between others")
        last = row or numbers[new]
    change.fresh = [(numbers[new], sheet, record) for new, sheet, record in change.fresh]
    change.stays = {row: (row, line) for row, (_, line) in change.stays.items()}


def _enter(rows: sqlite3.Connection, file: int, change: Reread, sha: str) -> None:
    lines = dict(rows.execute("SELECT id, line FROM row WHERE file = ?", (file,)))
    moved = [(line, row) for row, (_, line) in change.stays.items() if lines[row] != line]
    if _remarked(rows, file, change, {lines[row] for row in change.gone}, bool(moved)):
        raise TooMuch("what was said of rows")
    rows.execute("BEGIN")
    for table, of in (("row", "id"), ("withheld", "row")):
        rows.executemany(f"DELETE FROM {table} WHERE {of} = ?", ((row,) for row in change.gone))
    rows.executemany("UPDATE row SET line = ? WHERE id = ?", moved)
    for (number, sheet, record), mark in zip(change.fresh, change.sent, strict=True):
        enter_rows(rows, file, sheet, change.given.register, [record], [mark], number)
    query = "UPDATE file SET sha = ?, rows = rows + ?, latest = max(latest, ?) WHERE id = ?"
    rows.execute(query, (sha, len(change.fresh) - len(change.gone), change.latest, file))
    rows.execute("COMMIT")


def _remarked(rows: sqlite3.Connection, file: int, change: Reread, gone: set[int], moved: bool) -> bool:
    """Say whether something that was said of a file names rows that are gone or stand elsewhere now."""
    said = [_problem(text) for (text,) in rows.execute("SELECT problem FROM notice WHERE file = ?", (file,))]
    of_file = rows.execute("SELECT 1 FROM remark WHERE instr(problem, ?)", (change.given.name,)).fetchone()
    return bool(moved and (said or of_file)) or any(problem.place.line in gone for problem in said)


def _problem(text: str) -> Problem:
    said = json.loads(text)
    return Problem(**{**said, "place": Place(**said["place"])})


def amend(
    rows: sqlite3.Connection,
    whole: Path,
    changes: Sequence[Reread],
    mark: str,
    registers: Mapping[str, Register],
    events: Sequence[Event],
    severity: str,
    day: str,
    judge: Callable[[sqlite3.Connection, Sequence[Event], Mapping[str, Sequence[Match]]], list[Problem]],
) -> list[Problem]:
    """Decide anew what hangs on some changes, by `judge` in a store of their own; return all that is noticed of all rows.

    `whole` is the store as it was decided before, on the grounds of its `mark`.
    """
    kept = _kept(rows, whole, changes, mark)
    if any(change.gone or change.fresh for change in changes):
        path = whole.with_name("around.part")
        try:
            with closing(around.open_around(whole, path, changes)) as few:
                found, entities = _judged(few, changes, registers, events, judge)
                kept = _besides(few, "whole", entities, kept, False) + _besides(few, "main", entities, found, True)
            rows.execute("ATTACH ? AS few", (f"{path.resolve().as_uri()}?mode=ro",))
            _put(rows, entities, day)
            rows.execute("DETACH few")
        finally:
            path.unlink(missing_ok=True)
    links, astray = follow(rows, registers, severity)
    replace(rows, "referred", links)
    return kept + astray + twice(rows)


def _kept(rows: sqlite3.Connection, whole: Path, changes: Sequence[Reread], mark: str) -> list[Problem]:
    """Return what was noticed when all was decided; raise TooMuch where more changed since than these rows."""
    if not mark or rows.execute("SELECT mark FROM grounds").fetchall() != [(mark,)]:
        raise TooMuch("other grounds")
    if rows.execute("SELECT 1 FROM row WHERE hash = ''").fetchone():
        raise TooMuch("what was taken down")
    files = "SELECT path, sha, declaration FROM file ORDER BY path"
    with closing(sqlite3.connect(f"{whole.resolve().as_uri()}?mode=ro", uri=True)) as before:
        now, then = rows.execute(files).fetchall(), before.execute(files).fetchall()
    few = {change.given.name for change in changes}
    if [each for each in now if each[0] not in few] != [each for each in then if each[0] not in few]:
        raise TooMuch("other files")
    kept = [_problem(text) for (text,) in rows.execute("SELECT problem FROM remark")]
    if any(problem.name in OF_MANY for problem in kept):
        raise TooMuch("problems of many rows")
    return [problem for problem in kept if problem.name not in ALL]


def _judged(
    few: sqlite3.Connection,
    changes: Sequence[Reread],
    registers: Mapping[str, Register],
    events: Sequence[Event],
    judge: Callable[[sqlite3.Connection, Sequence[Event], Mapping[str, Sequence[Match]]], list[Problem]],
) -> tuple[list[Problem], set[str]]:
    """Fill the store of a few rows and judge it; return what was noticed, and the entities whose rows it holds, all of them."""
    found: list[Problem] = []

    def judged(of_these: Sequence[Event], fitted: Mapping[str, Sequence[Match]]) -> None:
        if any(event.sort in (MERGED, RENAMED) for event in of_these):
            raise TooMuch("entities that became others")
        found[:] = judge(few, of_these, fitted)

    try:
        entities = around.gather(few, changes, registers, events, judged)
    except Refused:
        raise TooMuch("faults") from None
    around.addresses(few, registers, entities)
    lost = "SELECT * FROM whole.fitted WHERE mark IN (SELECT mark FROM main.fitted) EXCEPT SELECT * FROM main.fitted"
    if few.execute(
        f"SELECT * FROM main.fitted EXCEPT SELECT * FROM whole.fitted UNION ALL SELECT * FROM ({lost})"
    ).fetchone():
        raise TooMuch("what events fitted")
    elsewhere = few.execute(
        "SELECT address FROM whole.stone UNION SELECT address FROM whole.moved UNION SELECT new FROM whole.moved"
    )
    if {address for (address,) in elsewhere} & {entity_address(entity) for entity in entities}:
        raise TooMuch("what stands where something was")
    if any(problem.name in OF_MANY for problem in found):
        raise TooMuch("problems of many rows")
    return [problem for problem in found if problem.name not in ALL], entities


def _besides(
    few: sqlite3.Connection, of: str, entities: set[str], problems: Sequence[Problem], theirs: bool
) -> list[Problem]:
    """Return the problems that are of rows of some entities, or those that are not."""
    query = (
        f"SELECT path, sheet, line FROM {of}.whose CROSS JOIN {of}.row ON row.id = whose.row JOIN {of}.file ON file.id = row.file"
        " WHERE entity IN (SELECT value FROM json_each(?))"
    )
    places = set(few.execute(query, (json.dumps([*entities]),)))
    return [each for each in problems if ((each.place.path, each.place.sheet, each.place.line) in places) == theirs]


def _put(rows: sqlite3.Connection, entities: set[str], day: str) -> None:
    """Put what was decided of all rows of some entities, in the store attached as `few`, in place of what was."""
    rows.execute("CREATE TEMP TABLE anew (entity TEXT PRIMARY KEY) WITHOUT ROWID")
    rows.execute("CREATE TEMP TABLE theirs (row INTEGER PRIMARY KEY)")
    rows.execute("CREATE TEMP TABLE cell (register, month, department, district, theme)")
    rows.execute("BEGIN")
    rows.executemany("INSERT INTO anew VALUES (?)", ((entity,) for entity in entities))
    rows.execute(
        "INSERT INTO theirs SELECT row FROM main.whose WHERE entity IN anew UNION SELECT row FROM few.whose WHERE entity IN anew"
    )
    cells = "INSERT INTO cell SELECT DISTINCT register, substr(date, 1, 7), department, district, theme FROM shown WHERE row IN theirs"
    rows.execute(cells)
    for table in ("whose", "fate", "shown"):
        rows.execute(f"DELETE FROM {table} WHERE row IN theirs")
        new = "SELECT row FROM few.whose WHERE entity IN anew"
        rows.execute(f"INSERT INTO {table} SELECT * FROM few.{table} WHERE row IN ({new})")
    rows.execute("DELETE FROM scored WHERE row IN theirs")
    rows.execute("DELETE FROM entity WHERE key IN anew")
    rows.execute("INSERT INTO entity SELECT * FROM few.entity WHERE key IN anew")
    rows.execute(cells)
    count_cells(rows, "SELECT * FROM cell")
    count_hidden(rows, day)
    rows.execute("COMMIT")
