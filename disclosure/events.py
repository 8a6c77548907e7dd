"""Events 事件 in data/events/: what happened to a record or an entity after it was sent, each with its day and a public reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from disclosure import records, titles
from disclosure.codes import FILLER
from disclosure.intake import ignored
from disclosure.problems import Place, Problem, Refused
from disclosure.registers import Field, Register
from disclosure.source import Table, read_tables
from disclosure.titles import Terms

FOLDER = "data/events"
DOCUMENT = "docs/law.md"
TAKEN_DOWN = "撤下"
# What ends showing a record from its day on, and the fate that it gives.
ENDS = {
    "信用修复": "repaired",
    "撤销": "revoked",
    "变更": "changed",
    "确认违法": "unlawful",
    "确认无效": "void",
    "移出": "removed",
    TAKEN_DOWN: "taken-down",
}
# Of these the public is told that something was withdrawn, and why (行政处罚法第四十八条).
EXPLAINED = ("revoked", "changed", "unlawful", "void", "taken-down")
OBJECTION, DECIDED, CORRECTED = "异议提出", "异议处理", "更正"
MERGED, RENAMED = "合并", "更名"
SORTS = (*ENDS, OBJECTION, DECIDED, CORRECTED, MERGED, RENAMED)
_OF_RECORDS = [*(sort for sort in ENDS if sort != TAKEN_DOWN), OBJECTION, DECIDED, CORRECTED]
_DECIDED = [sort for sort in ENDS if sort != TAKEN_DOWN]
_ALIASES = {
    "行政处罚决定书文号": "文书号",
    "行政许可决定文书号": "文书号",
    "列入文号": "文书号",
    "处罚机关": "机关",
    "许可机关": "机关",
    "认定机关": "机关",
    "行政相对人名称": "相对人",
    "名称": "相对人",
    "当事人": "相对人",
    "代码": "统一社会信用代码",
    "原因（公开）": "原因",
}


@dataclass(frozen=True)
class Event:
    """One row: what happened, to which record (register, number, organ, party, code) or entity (party, code), when and why."""

    place: Place
    sort: str
    register: str
    number: str
    organ: str
    party: str
    code: str
    document: str
    day: str
    reason: str
    new_name: str
    new_code: str
    known: str = ""

    @property
    def mark(self) -> str:
        """What the same event is known by wherever it stands in a file, and when what it was about is forgotten."""
        said = [value for name, value in vars(self).items() if name not in ("place", "known")]
        return self.known or hashlib.blake2b(json.dumps(said, ensure_ascii=False).encode(), digest_size=10).hexdigest()

    def forgotten(self) -> Event:
        """Return the event without a word of what it was about: what it fitted is remembered by its mark."""
        place = replace(self.place, excerpt="")
        return replace(
            self, place=place, number="", organ="", party="", code="", new_name="", new_code="", known=self.mark
        )


def columns(registers: Mapping[str, Register]) -> Register:
    """Return the columns of an event, declared as those of a register are: a register may be named by its folder or label."""
    named = list(dict.fromkeys(name for register in registers.values() for name in (register.name, register.label)))
    fields = {
        "事件类型": Field(kind="choice", required=True, choices=list(SORTS)),
        "名录": Field(kind="choice", choices=named or ["—"], required_when={"事件类型": _OF_RECORDS}),
        "文书号": Field(kind="document_number"),
        "机关": Field(kind="name"),
        "相对人": Field(kind="name"),
        "统一社会信用代码": Field(kind="credit_code"),
        "决定文书号": Field(kind="document_number", required_when={"事件类型": _DECIDED}),
        "日期": Field(kind="date", required=True),
        "原因": Field(kind="text", required=True),
        "新名称": Field(kind="name"),
        "新代码": Field(kind="credit_code"),
    }
    return Register(
        name="events", label="事件", badge="事件", party="相对人", key=["事件类型"], columns=["事件类型"], fields=fields,
        aliases=_ALIASES, ignored=["经办人", "备注"], declared_at=dict.fromkeys(fields, DOCUMENT),
        persons={"事件类型": ["—"]},
    )  # fmt: skip


def load_events(root: Path, registers: Mapping[str, Register], terms: Terms) -> tuple[list[Event], list[Problem]]:
    """Return every event in data/events/, oldest first, and all faults; a row with a fault gives no event."""
    folder = root / FOLDER
    declared = columns(registers)
    found: list[Event] = []
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if ignored(path):
            continue
        tables, faults = read_tables(path, f"{FOLDER}/{path.name}")
        problems += faults
        for table in tables:
            try:
                for taken in _read(declared, table, terms):
                    if isinstance(taken, Event):
                        found.append(_by_folder(taken, registers))
                    else:
                        problems.append(taken)
            except Refused as broken:
                problems += broken.problems
    return sorted(found, key=lambda event: (event.day, event.place)), problems


def together(today: Sequence[Event], before: Sequence[Event]) -> list[Event]:
    """Return the events of today's files and those accepted before, each once: removal does not wait for clean files."""
    known = {event.mark for event in today}
    return sorted([*today, *(event for event in before if event.mark not in known)], key=lambda e: (e.day, e.place))


def _read(declared: Register, table: Table, terms: Terms) -> Iterator[Event | Problem]:
    plan, problems = titles.plan(declared, table, terms)
    yield from (_in_words(problem) for problem in problems)
    if plan is None:
        return
    for outcome in records.read(plan):
        yield from outcome.problems
        if outcome.record is None:
            continue
        values = json.loads(outcome.record.values)[: len(declared.fields)]
        values = ["" if value == FILLER else value for value in values]
        event = Event(replace(table.locate(outcome.row, 0), column=0, width=0), *values[:7], *values[7:])
        yield _incomplete(event) or event


def _incomplete(event: Event) -> Problem | None:
    """An event must say whose it is, and a merger into what."""
    if not (event.party or event.code or (event.number and event.sort not in (MERGED, RENAMED))):
        what = f"这一行的「{event.sort}」没有说是谁的哪一条"
        return Problem("event-unmatched", event.place, what, "要靠文书号、机关、相对人、代码找到记录", "填上文书号，或相对人、统一社会信用代码")  # fmt: skip
    if event.sort in (MERGED, RENAMED) and not (event.new_name or event.new_code):
        what = f"这一行的「{event.sort}」没有说成了谁"
        return Problem("event-unmatched", event.place, what, "合并、更名要有新名称或新代码", "填上新名称或新代码")
    return None


def _by_folder(event: Event, registers: Mapping[str, Register]) -> Event:
    named = {register.label: register.name for register in registers.values()}
    return replace(event, register=named.get(event.register, event.register))


def _in_words(problem: Problem) -> Problem:
    """The columns of events are the program's own: there is no declaration to change."""
    if problem.name != "unknown-title":
        return problem
    near, _, _ = problem.mend.partition("，或")
    mend = near if near.startswith("标题改成") else f"改成 {DOCUMENT} 里的列名，或删去这一列"
    return replace(problem, why=f"事件只有 {DOCUMENT} 里的那些列", mend=mend)
