"""Intake: what lies in data/ goes into the store, each file only when its bytes or its declaration changed."""

from __future__ import annotations

import hashlib
import json
import pickle
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path

from disclosure import records, titles
from disclosure.codes import same_name
from disclosure.declarations import DECLARATION, MENDING
from disclosure.files import sha256
from disclosure.problems import FAULT, NOTICE, Place, Problem, Refused, masked
from disclosure.records import Record
from disclosure.registers import Mend, Register
from disclosure.sent import Sent
from disclosure.source import ENDINGS, read_tables, too_large
from disclosure.source import unknown_file as unknown
from disclosure.store import add_file, add_rows, forget, unchanged
from disclosure.titles import Terms
from disclosure.workers import each

RESERVED_FILES = {DECLARATION, MENDING}
RESERVED_FOLDERS = {"rules", "events", "questionnaire"}
RESERVED_BESIDE = {"departments.yaml"}
INLINE_BYTES = 3_000_000
PACKED = 1_000  # records that are kept packed together: in a quarter of the room of a pickle, until they are entered


@dataclass(frozen=True)
class Given:
    """One file that lies in a register's folder."""

    path: Path
    name: str
    register: str
    sha: str = ""
    size: int = 0


@dataclass
class Read:
    """What reading one file gave: the rows of each sheet, what keeps rows out, the faults of the file itself, and what is
    noticed of rows that are taken.

    The records of a sheet come with what the row of each is known by, packed (`unpacked`). `aside` are the department and month of each row that is kept out. `split` is how many records more than rows came of rows of several parties, `mended` how often each decided replacement
    was used, `latest` the last date that is declared to be past.
    """

    given: Given
    rows: int = 0
    sheets: list[tuple[str, list[bytes]]] = field(default_factory=list)
    row_problems: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    faulty_rows: int = 0
    aside: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: list[Problem] = field(default_factory=list)
    split: int = 0
    mended: Counter[int] = field(default_factory=Counter)
    latest: str = ""


def take_in(
    store: sqlite3.Connection,
    root: Path,
    registers: dict[str, Register],
    set_aside: bool,
    jobs: int,
    terms: Terms,
) -> tuple[list[tuple[str, int, int]], list[Problem]]:
    """Bring the store up to date with data/; return (file, rows, rows with faults) of what was read, and all faults.

    The store is a working copy: where there are faults it is thrown away, and the rows last accepted stay as they were.
    """
    files, problems = find_files(root, registers)
    declarations = {name: declaration_of(register, terms) for name, register in registers.items()}
    changed = []
    for given in files:
        sha = sha256(given.path)
        file = unchanged(store, given.name, sha, declarations[given.register], terms.day)
        said = list(_said(store, file)) if file else []
        if file is None or (any(problem.severity == FAULT for problem in said) and not set_aside):
            changed.append(replace(given, sha=sha, size=given.path.stat().st_size))
        else:
            problems += [_judged(problem, set_aside) for problem in said]
    store.execute("BEGIN")
    present = {given.name for given in files}
    for (path,) in store.execute("SELECT path FROM file").fetchall():
        if path not in present:
            forget(store, path)
    busy = jobs if sum(given.size for given in changed) > INLINE_BYTES else 1
    read_in = []
    for read in each(partial(read_file, registers=registers, terms=terms), changed, busy):
        read_in.append((read.given.name, read.rows, read.faulty_rows))
        judged = [_judged(problem, set_aside) for problem in read.row_problems]
        problems += read.problems + judged + read.notices
        if not read.problems and not any(problem.severity == FAULT for problem in judged):
            _enter(store, read, declarations[read.given.register])
    store.execute("COMMIT")
    problems += [_unused(mend) for mend, count in mended(store, registers) if not count]
    return read_in, problems


def mended(store: sqlite3.Connection, registers: dict[str, Register]) -> list[tuple[Mend, int]]:
    """Return every decided replacement and how many cells of the accepted files it replaced."""
    query = "SELECT register, mend, sum(mended.count) FROM mended JOIN file ON file.id = mended.file GROUP BY register, mend"
    counts = {(register, number): count for register, number, count in store.execute(query)}
    return [
        (mend, counts.get((name, number), 0))
        for name, register in registers.items()
        for number, mend in enumerate(register.mends)
    ]


def _unused(mend: Mend) -> Problem:
    what = f"「{mend.wrong}」没有在「{mend.field}」里出现"
    why, order = "这条改正一次也没有用上", "来文已经改好的，删去这一条；写错了的，照来文的原样改 wrong"
    return Problem("unused-mend", Place(mend.at), what, why, order, NOTICE)


def declaration_of(register: Register, terms: Terms) -> str:
    """Return what changes when a file must be read again though its bytes are the same."""
    knows = register.scorecard or any(check.check == "not-organ" for check in register.checks)
    organs = terms.organs if knows else ()
    read_by = repr((sorted(terms.contacts), sorted(organs)))
    return f"{fingerprint(register)} {hashlib.blake2b(read_by.encode(), digest_size=6).hexdigest()}"


def find_files(root: Path, registers: dict[str, Register]) -> tuple[list[Given], list[Problem]]:
    """Return the data files of every register; whatever else lies in data/ is a fault."""
    files, problems = [], []
    data = root / "data"
    for path in sorted(data.iterdir()) if data.is_dir() else []:
        name = path.relative_to(root).as_posix()
        if ignored(path) or path.name in RESERVED_BESIDE | RESERVED_FOLDERS:
            continue
        if not path.is_dir():
            problems.append(unknown(name))
        elif not (path / DECLARATION).exists():
            mend = f"新建 {name}/{DECLARATION}（写法见 docs/），或把文件夹移出 data"
            problems.append(
                Problem(
                    "missing-file", Place(f"{name}/{DECLARATION}"), "找不到这个文件", f"「{name}」没有声明成名录", mend
                )
            )
        elif path.name in registers:
            for entry in sorted(path.iterdir()):
                if entry.name in RESERVED_FILES or ignored(entry):
                    continue
                if entry.suffix.lower() in ENDINGS and entry.is_file():
                    if large := too_large(entry, f"{name}/{entry.name}"):
                        problems += large
                        continue
                    files.append(Given(entry, f"{name}/{entry.name}", path.name))
                else:
                    problems.append(unknown(f"{name}/{entry.name}"))
    return files, problems


def ignored(path: Path) -> bool:
    """Say whether a file is one that a desktop leaves behind, ignored by name."""
    return path.name.startswith(("~$", ".~")) or path.name in (".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep")


def fingerprint(register: Register) -> str:
    """Return what changes when the declaration of a register changes."""
    places = {"__all__": {"at"}}
    plain = register.model_dump_json(exclude={"declared_at": True, "checks": places, "mends": places})
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def read_file(given: Given, registers: dict[str, Register], terms: Terms) -> Read:
    """Read one file whole: every row becomes a record or a fault."""
    tables, problems = read_tables(given.path, given.name)
    tables, of_headings = titles.under_titles(registers[given.register], tables)
    read = Read(given, problems=[*problems, *of_headings])
    for table in tables:
        sent = Sent(table, terms.salt)
        plan, wrong = titles.plan(registers[given.register], replace(table, rows=iter(sent)), terms)
        read.problems += wrong
        if plan is None:
            continue
        taken: list[Record] = []
        marks: list[bytes] = []
        packed: list[bytes] = []
        try:
            for outcome in records.read(plan):
                _count(read, outcome, taken, terms)
                marks += [sent.mark] * (outcome.record is not None)
                if len(taken) == PACKED:
                    packed.append(_packed(taken, marks))
                    taken, marks = [], []
        except Refused as broken:
            read.problems += broken.problems
        read.sheets.append((table.sheet, [*packed, _packed(taken, marks)]))
    return read


def _count(read: Read, outcome: records.Outcome, taken: list[Record], terms: Terms) -> None:
    """Enter what became of one row, or of one part of it."""
    read.rows += outcome.part == 0
    read.split += outcome.part > 0
    read.mended.update(outcome.mended)
    read.latest = max(read.latest, outcome.latest)
    if outcome.record is None:
        read.faulty_rows += 1
        organ, day = outcome.seat  # what is no department's name may be anybody's, and is not kept
        read.aside[organ if same_name(organ) in terms.organs else "", day[:7]] += 1
        read.row_problems += outcome.problems
    else:
        taken.append(outcome.record)
        read.notices += outcome.problems


def unpacked(read: Read) -> Iterator[tuple[str, list[Record], list[bytes]]]:
    """Yield the records that a file gave, a portion at a time: their sheet, they, and what the row of each is known by."""
    for sheet, packed in read.sheets:
        for portion in packed:
            yield sheet, *pickle.loads(zlib.decompress(portion))


def _packed(taken: list[Record], marks: list[bytes]) -> bytes:
    return zlib.compress(pickle.dumps((taken, marks)), 1)


def _said(store: sqlite3.Connection, file: int) -> Iterator[Problem]:
    """What was said of the rows of an accepted file: why some were set aside, what was noticed of others."""
    query = "SELECT problem FROM aside WHERE file = ? UNION ALL SELECT problem FROM notice WHERE file = ?"
    for (text,) in store.execute(query, (file, file)):
        said = json.loads(text)
        yield Problem(**{**said, "place": Place(**said["place"])})


def _judged(problem: Problem, set_aside: bool) -> Problem:
    return replace(problem, severity=NOTICE) if set_aside else problem


def _enter(store: sqlite3.Connection, read: Read, declaration: str) -> None:
    given = read.given
    forget(store, given.name)
    counts = (read.rows, read.split, read.faulty_rows)
    file = add_file(store, given.name, given.sha, given.register, declaration, counts, read.latest)
    for sheet, taken, sent in unpacked(read):
        (first,) = store.execute("SELECT ifnull(max(id), 0) + 1 FROM row").fetchone()
        enter_rows(store, file, sheet, given.register, taken, sent, first)
    store.executemany("INSERT INTO mended VALUES (?, ?, ?)", ((file, *used) for used in sorted(read.mended.items())))
    store.executemany(
        "INSERT INTO refused VALUES (?, ?, ?, ?)", ((file, *of, n) for of, n in sorted(read.aside.items()))
    )
    for table, said in (("aside", read.row_problems), ("notice", read.notices)):
        kept = [(file, json.dumps(asdict(masked(problem)), ensure_ascii=False)) for problem in said]
        store.executemany(f"INSERT INTO {table} VALUES (?, ?)", kept)


def enter_rows(
    store: sqlite3.Connection,
    file: int,
    sheet: str,
    register: str,
    taken: Sequence[Record],
    sent: Sequence[bytes],
    first: int,
) -> None:
    """Enter rows of a file, numbered from `first` on. The audit looks for withheld numbers again; only their digests are kept."""
    add_rows(store, file, sheet, register, taken, sent, count(first))
    withheld = ((row, number) for row, record in enumerate(taken, first) for number in record.withheld.split())
    store.executemany(
        "INSERT INTO withheld VALUES (?, ?, ?)", ((file, row, withheld_digest(number)) for row, number in withheld)
    )


def withheld_digest(token: str) -> bytes:
    """Return what a withheld number is remembered by."""
    return hashlib.blake2b(token.upper().encode(), digest_size=12, person=b"withheld").digest()
