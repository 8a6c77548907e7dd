"""Rows to records: cells are read by their kinds, withheld fields stopped at the door."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from disclosure import personal
from disclosure.cells import NotOfKind, tidy
from disclosure.checks import Finding, check_row
from disclosure.codes import FILLER, looks_like_person, masked_name, nameless, same_name, same_number
from disclosure.dates import FOREVER
from disclosure.problems import FAULT, NOTICE, Place, Problem
from disclosure.registers import Check, Condition, Register, same_title
from disclosure.source import Row, Table
from disclosure.titles import Column, Filling, Plan


class Record(NamedTuple):
    """One row that satisfies its register; `values` are canonical texts in the order of the register's fields."""

    line: int
    key: str
    hash: str
    name: str
    same: str
    code: str
    organ: str
    date: str
    ends: str
    person: str
    values: str
    withheld: str
    twin: str = ""


class Outcome(NamedTuple):
    """What became of one row, or of one `part` of a row that several parties share: a record and what is noticed of it, or
    what keeps it out. `mended` are the numbers of the decided replacements that it used, `latest` the last of its dates
    that are declared `past`. Of what is kept out, `seat` has the department and the day that it names, "" where unread.
    """

    row: Row
    record: Record | None
    problems: list[Problem]
    mended: tuple[int, ...] = ()
    latest: str = ""
    part: int = 0
    seat: tuple[str, str] = ("", "")


def read(plan: Plan) -> Iterator[Outcome]:
    """Return the outcome of every row in order; raises Refused where the file breaks off."""
    width = len(plan.table.titles)
    untitled = [i for i, title in enumerate(plan.table.titles) if not same_title(title)]
    for row in plan.table.rows:
        if len(row.values) != width or any(row.values[i].strip() for i in untitled):
            wrong = _wrong_width(plan.table, row, width, untitled)
            if wrong:
                yield Outcome(row, None, [wrong])
                continue
        if plan.register.split:
            yield from _parts(plan, row)
        else:
            yield _outcome(plan, row)


def _parts(plan: Plan, row: Row) -> Iterator[Outcome]:
    """A row of several parties is a record for each; their codes, where given, are as many and in the same order."""
    register = plan.register
    parties, codes = [_cut(plan, row, field) for field in (register.party, register.code)]
    shared = [(index, parts) for index, parts in (parties, codes) if index >= 0 and any(parts)]
    count = len(parties[1])
    if count > 1 and any(len(parts) != count for _, parts in shared):
        yield Outcome(row, None, [_uneven(plan, row, parties[0], count, len(codes[1]))])
        return
    for part in range(max(count, 1)):
        values = list(row.values)
        for index, parts in shared if count > 1 else ():
            values[index] = parts[part]
        yield _outcome(plan, row._replace(values=values))._replace(part=part)


def _cut(plan: Plan, row: Row, field: str) -> tuple[int, list[str]]:
    """Return the column that fills a field, -1 where none does, and the parts of its cell."""
    filling = next((filling for filling in plan.fillings if filling.name == field and filling.columns), None)
    if filling is None:
        return -1, []
    index = filling.columns[0].index
    marks = "".join(map(re.escape, plan.register.split))
    return index, [part.strip() for part in re.split(f"[{marks}]", row.values[index]) if part.strip()]


def _outcome(plan: Plan, row: Row) -> Outcome:
    problems: list[Problem] = []
    values: dict[str, str] = {}
    notes: dict[str, str] = {}
    row, mended = _mend(plan, row) if plan.register.mends else (row, ())
    for filling in plan.fillings:
        value, missing = "", filling.field.required
        try:
            if filling.plain:  # one column, nothing to choose or cut out: most fields, so the short way
                cell = row.values[filling.columns[0].index]
                value = filling.columns[0].read(cell) if cell else ""
                if filling.keeps is not None and value and filling.keeps(cell):
                    notes[filling.name] = f"原文「{tidy(cell)}」"
            else:
                value = _fill(plan, row, filling, notes, problems)
        except NotOfKind as wrong:
            problems.append(_refused(plan, row, filling, filling.columns[0].index, wrong))
            missing = False
        except _Wrong as wrong:
            problems.append(_refused(plan, row, filling, wrong.index, wrong.reason))
            missing = False
        if not value and filling.field.default:
            value, notes[filling.name] = filling.field.default, "声明的默认值"
        if missing and not value:
            problems.append(_missing_value(plan, row, filling))
        values[filling.name] = value
    withheld, latest = [row.values[index] for index in plan.withheld], ""
    for filling in plan.fillings:
        field, value = filling.field, values[filling.name]
        if not value and field.required_when and holds(field.required_when, values):
            problems.append(_missing_value(plan, row, filling))
        if field.past:
            latest = max(latest, value)
            if value > plan.terms.day:
                latest = FOREVER  # such a file is read again at every run, until the day has come or it is mended
                problems.append(_future(plan, row, filling, value))
        if value and field.withheld_when and holds(field.withheld_when, values):
            withheld.append(value)
            values[filling.name] = ""
    hidden = secrets(plan, withheld, values) if any(withheld) else set()
    notices: list[Problem] = []
    for filling in plan.fillings:
        if filling.scanned and len(values[filling.name]) >= SHORTEST:
            notices += _without_personal(plan, row, filling, values, hidden)
    problems += [notice for notice in notices if notice.name != MASKED]
    if problems:
        return Outcome(row, None, problems, mended, latest, seat=_seat(plan.register, values))
    crossed = [_crossed(plan, row, *found) for found in check_row(plan.register, values, plan.terms.organs)]
    if any(problem.severity == FAULT for problem in crossed):
        return Outcome(row, None, crossed, mended, latest, seat=_seat(plan.register, values))
    return Outcome(row, _record(plan, row, values, notes, hidden), notices + crossed, mended, latest)


def _seat(register: Register, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the department and the day that a row names."""
    return values.get(register.department, ""), values.get(register.date, "")


def _mend(plan: Plan, row: Row) -> tuple[Row, tuple[int, ...]]:
    """Return the row with the cells replaced that mend.yaml names, and the numbers of those replacements."""
    used: list[int] = []
    values = list(row.values)
    for filling in plan.fillings:
        decided = plan.register.mended.get(filling.name)
        for column in filling.columns if decided else ():
            found = decided.get(tidy(values[column.index])) if decided else None
            if found:
                used.append(found[0])
                values[column.index] = found[1]
    return (row._replace(values=values), tuple(used)) if used else (row, ())


MASKED = "masked-number"
SHORTEST = 8  # characters: nothing personal is shorter
NUMBERS = ("credit_code", "document_number", "identifier")  # kinds whose value is a number that somebody registered


def _without_personal(
    plan: Plan, row: Row, filling: Filling, values: dict[str, str], hidden: set[str]
) -> list[Problem]:
    """Cut what is personal out of a value where that is declared; return what was found, as it is to be judged."""
    value, number = values[filling.name], filling.scanned == "number"
    found = personal.find(value, plan.terms.contacts, number)
    if found and not number:
        found = personal.find(value, plan.terms.contacts | _own_numbers(plan, values))
    repeated = [secret for secret in hidden if secret in value]
    if not found and not repeated:
        return []
    sorts = list(dict.fromkeys(personal.SORTS[find.sort] for find in found)) or ["证件号码"]
    what, index = f"「{filling.name}」里有{'、'.join(sorts)}", filling.columns[0].index if filling.columns else -1
    place = _hidden_place(plan, row, index)
    action = filling.field.personal or plan.register.personal
    if action == "mask":
        for find in reversed(found):
            value = value[: find.start] + find.masked + value[find.end :]
        for secret in repeated:
            value = value.replace(secret, "*" * len(secret))
        values[filling.name] = value
        why = f"data/{plan.register.name}/register.yaml 声明 personal: mask"
        return [Problem(MASKED, place, f"{what}，已遮盖", why, "请报送单位从原文里删去", NOTICE)]
    why = "任何人的证件号码、电话、住址和账号都不得公开（个人信息保护法第二十八条）"
    mend = "从这一格删去；本该公开的联系方式写进 site.yaml 的 contacts"
    severity = NOTICE if action == "set-aside" else FAULT
    return [Problem("personal-number", place, what, why, mend, severity)]


class _Wrong(Exception):
    """A cell that its kind refused."""

    def __init__(self, index: int, reason: NotOfKind) -> None:
        super().__init__(reason.what)
        self.index, self.reason = index, reason


def _fill(plan: Plan, row: Row, filling: Filling, notes: dict[str, str], problems: list[Problem]) -> str:
    """Return the first filled of the field's columns; a later one of the same rank may not say something else."""
    found, by = "", None
    for column in filling.columns:
        if by and column.rank > by.rank:
            break
        try:
            value = _cell(column, row)
        except NotOfKind as wrong:
            raise _Wrong(column.index, wrong) from wrong
        if value and by and value != found:
            problems.append(_two_values(plan, row, filling, by, column))
        elif value:
            found, by = value, by or column
    if by and by.rank:
        notes[filling.name] = by.title
    if by and filling.keeps is not None and filling.keeps(row.values[by.index]):
        notes[filling.name] = f"{by.title if by.rank else ''}原文「{tidy(row.values[by.index])}」"
    return found


def _cell(column: Column, row: Row) -> str:
    text = row.values[column.index]
    if column.more:
        parts = (tidy(row.values[index]) for index in (column.index, *column.more))
        text = "、".join(part for part in parts if part)
    if column.pattern is not None:
        match = column.pattern.search(text)
        text = match[1] if match else ""
    return column.read(text) if text else ""


_NUMBER = re.compile("[0-9A-Za-z]{8,}")


def secrets(plan: Plan, withheld: Sequence[str], values: dict[str, str]) -> set[str]:
    """Return the numbers in withheld cells. One that is a value shown, or part of a credit code, is none: a tax number often is."""
    codes = " ".join(values[filling.name] for filling in plan.fillings if filling.field.kind == "credit_code")
    numbers = {number for text in withheld for number in _NUMBER.findall(text) if not number.isalpha()}
    return {number for number in numbers if number not in codes and number not in values.values()}


def holds(condition: Condition, values: dict[str, str]) -> bool:
    """Say whether every named field has one of its values."""
    return bool(condition) and all(values.get(name, "") in allowed for name, allowed in condition.items())


def _record(plan: Plan, row: Row, values: dict[str, str], notes: dict[str, str], hidden: set[str]) -> Record:
    register = plan.register
    # What was not read from a field's first source says from which: a date of publication is no date of decision.
    packed = json.dumps(
        [*values.values(), notes] if notes else [*values.values()], ensure_ascii=False, separators=(",", ":")
    )
    name = values[register.party] if register.party else register.called(values)
    code = values.get(register.code, "")
    code = "" if code == FILLER else code
    key = key_of(register, values)
    person = _person(register, values, name, code)
    same = "" if nameless(name) or not register.party else same_name(name)
    if person and register.persons_shown:  # nothing of the name goes further than this, nor anything made from it alone
        hidden_name, name = name, masked_name(name)
        packed = _without_name(packed, hidden_name, register.persons_shown.basis, register.party)
        values = {title: value.replace(hidden_name, name) for title, value in values.items()}
        key = hashlib.blake2b(key.encode(), digest_size=10, key=plan.terms.salt).hexdigest()
        person, same, code = "", "", ""
    return Record(
        row.line,
        key,
        _digest(packed),
        name,
        same,
        code,
        values.get(register.department, ""),
        values.get(register.date, ""),
        values.get(register.ends, ""),
        person,
        packed,
        " ".join(sorted(hidden)),
        _twin(register, values) if register.twice else "",
    )


def key_of(register: Register, values: Mapping[str, str]) -> str:
    """Return what tells a record of a register from all others, made of its key fields."""
    return _digest("\x1f".join(_key_part(register, field, values[field]) for field in register.key))


def _without_name(packed: str, name: str, basis: str, party: str) -> str:
    """Return a record's packed values with a person's name masked wherever it is said, and the basis noted beside it."""
    *values, last = json.loads(packed.replace(json.dumps(name, ensure_ascii=False)[1:-1], masked_name(name)))
    notes = last if isinstance(last, dict) else {}
    told = values if isinstance(last, dict) else [*values, last]
    notes[party] = f"姓名已遮盖，依据{basis}公示"
    return json.dumps([*told, notes], ensure_ascii=False, separators=(",", ":"))


def _twin(register: Register, values: dict[str, str]) -> str:
    """Return what two rows have in common that may be the same decision in other words, "" where a part of it is empty."""
    parts = [_key_part(register, field, values[field]) for field in register.twice]
    return _digest("\x1f".join(parts)) if all(parts) else ""


def _person(register: Register, values: dict[str, str], name: str, code: str) -> str:
    """Return why a record may not be shown by what it says itself, or "": it is not declared open to the public, or it is
    about a natural person, declared so or by an uncoded name that reads like one.
    """
    if register.shown_when and not holds(register.shown_when, values):
        return "restricted"
    if register.persons:
        return "person" if holds(register.persons, values) else ""
    return "perhaps-person" if register.party and not code and looks_like_person(name) else ""


def _key_part(register: Register, field: str, value: str) -> str:
    kind = register.fields[field].kind
    if kind == "document_number":
        return same_number(value)
    return same_name(value) if kind in ("name", "text") else value


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def _refused(plan: Plan, row: Row, filling: Filling, index: int, wrong: NotOfKind) -> Problem:
    why = f"字段「{filling.name}」在 {plan.register.declared_at[filling.name]} 声明为 {filling.field.kind}"
    place = plan.table.locate(row, index)
    return Problem("refused-value", place, wrong.what, why, wrong.mend, proposal=wrong.proposal)


def _missing_value(plan: Plan, row: Row, filling: Filling) -> Problem:
    index = filling.columns[0].index if filling.columns else -1
    why = f"字段「{filling.name}」在 {plan.register.declared_at[filling.name]} 声明为必填"
    if filling.field.required_when and not filling.field.required:
        said = "、".join(f"{name}为{'或'.join(allowed)}" for name, allowed in filling.field.required_when.items())
        why += f"（{said}时）"
    return Problem("missing-value", plan.table.locate(row, index), f"「{filling.name}」没有填", why, "补上这一格")


def _future(plan: Plan, row: Row, filling: Filling, value: str) -> Problem:
    why = (
        f"字段「{filling.name}」在 {plan.register.declared_at[filling.name]} 声明 past: true，不能晚于 {plan.terms.day}"
    )
    place = plan.table.locate(row, filling.columns[0].index)
    return Problem("future-date", place, f"「{filling.name}」是 {value}，还没有到", why, "核对后改正日期")


def _crossed(plan: Plan, row: Row, check: Check, found: Finding) -> Problem:
    filling = next(filling for filling in plan.fillings if filling.name == found.field)
    index = filling.columns[0].index if filling.columns else -1
    why = f"{found.why}（{check.at} 声明核对）"
    severity = FAULT if check.severity == "fault" else NOTICE
    place = plan.table.locate(row, index)
    return Problem(found.sort, place, found.what, why, found.mend, severity, found.proposal)


def _uneven(plan: Plan, row: Row, index: int, parties: int, codes: int) -> Problem:
    place = plan.table.locate(row, index)
    what = f"「{plan.register.party}」里有 {parties} 个当事人，代码却有 {codes} 个"
    why = f"名录在 {plan.register.declared_at['split']} 声明按「{plan.register.split}」拆开，代码要一一对应"
    return Problem("several-parties", place, what, why, "每个当事人写成单独的一行")


def _two_values(plan: Plan, row: Row, filling: Filling, first: Column, second: Column) -> Problem:
    return Problem(
        "two-values",
        plan.table.locate(row, second.index),
        f"「{second.title}」与「{first.title}」写的不一样",
        f"两列都读作字段「{filling.name}」",
        "核对后只留一个，或在 register.yaml 的 from 里写明先后",
    )


def _own_numbers(plan: Plan, values: dict[str, str]) -> set[str]:
    """The codes and numbers that a row declares as such: free text may repeat them."""
    return {values[filling.name] for filling in plan.fillings if filling.field.kind in NUMBERS}


def _hidden_place(plan: Plan, row: Row, index: int) -> Place:
    """Where a cell is, every long number of the row cut in what is quoted."""
    place = plan.table.locate(row, index)
    quoted = personal.mask(place.excerpt)
    hide = _NUMBER.sub(lambda match: match[0][:4] + "*" * (len(match[0]) - 4), quoted)
    return replace(place, excerpt=hide)


def _wrong_width(table: Table, row: Row, width: int, untitled: Sequence[int]) -> Problem | None:
    extra = [i for i, value in enumerate(row.values) if value.strip() and (i >= width or i in untitled)]
    if extra:
        what = f"第 {extra[0] + 1} 格没有标题，却有内容"
        mend = "在标题行给这一列加上标题，或删去多出的内容（格内的逗号要用引号括起来）"
        return Problem("extra-cells", table.locate(row, extra[0]), what, f"标题行有 {width} 列", mend)
    if len(row.values) < width:
        what = f"这一行只有 {len(row.values)} 格"
        mend = "补齐这一行（空的格也要有逗号）"
        return Problem("missing-cells", table.locate(row, -1), what, f"标题行有 {width} 列", mend)
    del row.values[width:]
    return None
