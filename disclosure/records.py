"""Rows to records: titles are matched to fields, cells read by their kinds, withheld fields stopped at the door."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from disclosure.codes import FILLER, identity_numbers, looks_like_person, nameless, same_name, same_number
from disclosure.kinds import NotOfKind, convert, decimal_text, reader, tidy
from disclosure.problems import Place, Problem
from disclosure.registers import Condition, Field, Register, same_title
from disclosure.source import Row, Table


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
    person: bool
    values: str
    withheld: str


@dataclass(frozen=True)
class Column:
    """One column of a table that can fill a field."""

    index: int
    pattern: re.Pattern[str] | None = None
    unit: str = ""


@dataclass(frozen=True)
class Filling:
    """A field of a register with the columns of this table that fill it and the function that reads them."""

    name: str
    field: Field
    columns: tuple[Column, ...]
    read: Callable[[str], str]
    scanned: bool


@dataclass(frozen=True)
class Plan:
    """How the rows of one table become records of one register."""

    register: Register
    table: Table
    fillings: tuple[Filling, ...]
    withheld: tuple[int, ...]


def plan(register: Register, table: Table) -> tuple[Plan | None, list[Problem]]:
    """Match the titles of a table to the fields of its register; an unknown title is a fault, never a guess."""
    withheld_titles = {same_title(title) for title in register.withheld}
    ignored = {same_title(title) for title in register.ignored}
    sources = _sources(register)
    columns: dict[str, list[tuple[int, Column]]] = {}
    withheld: list[int] = []
    problems: list[Problem] = []
    used: dict[tuple[str, int], int] = {}
    for index, title in enumerate(table.titles):
        norm = same_title(title)
        if norm in withheld_titles:
            withheld.append(index)
        elif norm in sources:
            for rank, name, source in sources[norm]:
                if (name, rank) in used:
                    problems.append(_ambiguous(table, index, name, table.titles[used[name, rank]]))
                used[name, rank] = index
                columns.setdefault(name, []).append((rank, Column(index, *source)))
        elif norm and norm not in ignored:  # a column without a title is judged row by row
            problems.append(_unknown(register, table, index))
    for name, field in register.fields.items():
        if field.required and not field.default and name not in columns:
            problems.append(_missing_title(register, table, name))
    fillings = tuple(
        Filling(
            name,
            field,
            tuple(column for _, column in sorted(columns.get(name, []), key=lambda pair: pair[0])),
            reader(field.kind, field.options),
            field.kind in ("text", "name", "document_number", "choice"),
        )
        for name, field in register.fields.items()
    )
    return (None if problems else Plan(register, table, fillings, tuple(withheld))), problems


def _sources(register: Register) -> dict[str, list[tuple[int, str, tuple[re.Pattern[str] | None, str]]]]:
    """Return, by normalised title, the fields it fills: (rank, field, (pattern, unit))."""
    found: dict[str, list[tuple[int, str, tuple[re.Pattern[str] | None, str]]]] = {}
    for name, field in register.fields.items():
        for rank, source in enumerate(field.sources):
            pattern = re.compile(source.extract) if source.extract else None
            found.setdefault(same_title(source.title), []).append((rank, name, (pattern, source.unit)))
    for norm, name in register.titles.items():
        if not any(target == name for _, target, _ in found.get(norm, [])):
            found.setdefault(norm, []).append((-1, name, (None, "")))
    return found


class Outcome(NamedTuple):
    """What became of one row: a record, or the faults that keep it out."""

    row: Row
    record: Record | None
    problems: list[Problem]


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
        yield _outcome(plan, row)


def _outcome(plan: Plan, row: Row) -> Outcome:
    problems: list[Problem] = []
    values: dict[str, str] = {}
    cells = row.values
    for filling in plan.fillings:
        value = ""
        try:
            for column in filling.columns:
                value = _cell(filling, column, cells[column.index])
                if value:
                    break
        except NotOfKind as wrong:
            problems.append(_refused(plan, row, filling, column.index, wrong))
        if not value:
            value = filling.field.default
            if filling.field.required and not value and not problems:
                problems.append(_missing_value(plan, row, filling))
        values[filling.name] = value
        if filling.scanned and len(value) > 17 and identity_numbers(value):
            problems.append(_personal(plan, row, filling))
    for filling in plan.fillings:
        conditions = filling.field
        if conditions.required_when and not values[filling.name] and holds(conditions.required_when, values):
            problems.append(_missing_value(plan, row, filling))
        if conditions.withheld_when and holds(conditions.withheld_when, values):
            values[filling.name] = ""
    if problems:
        return Outcome(row, None, problems)
    return Outcome(row, _record(plan, row, values), [])


def _cell(filling: Filling, column: Column, text: str) -> str:
    if column.pattern is not None:
        match = column.pattern.search(text)
        text = match[1] if match else ""
    if not text:
        return ""
    value = filling.read(text)
    if column.unit and value and tidy(text)[-1:].isdigit():
        value = decimal_text(convert(Decimal(value), column.unit, filling.field.unit or "元"))
    return value


def holds(condition: Condition, values: dict[str, str]) -> bool:
    """Say whether every named field has one of its values."""
    return bool(condition) and all(values.get(name, "") in allowed for name, allowed in condition.items())


def _record(plan: Plan, row: Row, values: dict[str, str]) -> Record:
    register = plan.register
    packed = json.dumps(list(values.values()), ensure_ascii=False, separators=(",", ":"))
    name, code = values[register.party], values.get(register.code, "")
    code = "" if code == FILLER else code
    key = "\x1f".join(_key_part(register, field, values[field]) for field in register.key)
    person = holds(register.persons, values) or (not register.persons and not code and looks_like_person(name))
    return Record(
        row.line,
        _digest(key),
        _digest(packed),
        name,
        "" if nameless(name) else same_name(name),
        code,
        values.get(register.department, ""),
        values.get(register.date, ""),
        values.get(register.ends, ""),
        person,
        packed,
        "\n".join(value for value in (tidy(row.values[i]) for i in plan.withheld) if value),
    )


def _key_part(register: Register, field: str, value: str) -> str:
    kind = register.fields[field].kind
    if kind == "document_number":
        return same_number(value)
    return same_name(value) if kind in ("name", "text") else value


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def _refused(plan: Plan, row: Row, filling: Filling, index: int, wrong: NotOfKind) -> Problem:
    why = f"字段「{filling.name}」在 {plan.register.declared_at[filling.name]} 声明为 {filling.field.kind}"
    return Problem("refused-value", plan.table.locate(row, index), wrong.what, why, wrong.mend)


def _missing_value(plan: Plan, row: Row, filling: Filling) -> Problem:
    index = filling.columns[0].index if filling.columns else -1
    why = f"字段「{filling.name}」在 {plan.register.declared_at[filling.name]} 声明为必填"
    if filling.field.required_when and not filling.field.required:
        said = "、".join(f"{name}为{'或'.join(allowed)}" for name, allowed in filling.field.required_when.items())
        why += f"（{said}时）"
    return Problem("missing-value", plan.table.locate(row, index), f"「{filling.name}」没有填", why, "补上这一格")


def _personal(plan: Plan, row: Row, filling: Filling) -> Problem:
    index = filling.columns[0].index if filling.columns else -1
    return Problem(
        "personal-number",
        plan.table.locate(row, index),
        f"「{filling.name}」里有身份证号码",
        "任何人的身份证号码都不得公开（个人信息保护法第二十八条）",
        "从这一格删去号码",
    )


def _wrong_width(table: Table, row: Row, width: int, untitled: Sequence[int]) -> Problem | None:
    extra = [i for i, value in enumerate(row.values) if value.strip() and (i >= width or i in untitled)]
    if extra:
        what = f"第 {extra[0] + 1} 格没有标题，却有内容"
        mend = "在第一行给这一列加上标题，或删去多出的内容（格内的逗号要用引号括起来）"
        return Problem("extra-cells", table.locate(row, extra[0]), what, f"标题行有 {width} 列", mend)
    if len(row.values) < width:
        what = f"这一行只有 {len(row.values)} 格"
        mend = "补齐这一行（空的格也要有逗号）"
        return Problem("missing-cells", table.locate(row, -1), what, f"标题行有 {width} 列", mend)
    del row.values[width:]
    return None


def _unknown(register: Register, table: Table, index: int) -> Problem:
    title = " ".join(table.titles[index].split())
    known = [*register.fields, *register.aliases, *register.withheld]
    near = difflib.get_close_matches(title, known, 1, 0.6)
    declaration = f"data/{register.name}/register.yaml"
    mend = f"在 {declaration} 的 aliases 里加「{title}: 字段名」；不用的列加进 ignored"
    if near:
        mend = f"标题改成「{near[0]}」，或{mend}"
    place = table.title_place(index)
    return Problem("unknown-title", place, f"不认识的列标题「{title}」", f"它不在 {declaration} 的字段和别名里", mend)


def _ambiguous(table: Table, index: int, name: str, other: str) -> Problem:
    what = f"「{table.titles[index]}」和「{other}」都读作字段「{name}」"
    mend = "删去其中一列，或在 register.yaml 的 from 里写明先后"
    return Problem("ambiguous-title", table.title_place(index), what, "一个字段只能来自一列", mend)


def _missing_title(register: Register, table: Table, name: str) -> Problem:
    place = table.title_place(0) if table.titles else Place(table.name)
    place = Place(place.path, place.line, 0, place.sheet, place.cell and f"A{place.line}")
    why = f"字段「{name}」在 {register.declared_at[name]} 声明为必填"
    return Problem("missing-title", place, f"缺少列「{name}」", why, f"在标题行加上「{name}」，或给已有的列加别名")
