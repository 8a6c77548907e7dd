"""Rows that have something to say to their sender: read again from their files, with their cells, whose they are and what is wrong where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from disclosure import records, titles
from disclosure.intake import Given
from disclosure.problems import FAULT, Place, Problem, Refused, mask, masked
from disclosure.registers import Register, same_title
from disclosure.site import Departments
from disclosure.source import Row, Table, read_tables
from disclosure.titles import Filling, Plan

# By file, sheet and line: what was said of a row after it was read.
Noticed = dict[tuple[str, str, int], list[Problem]]


class Mark(NamedTuple):
    """One fault or notice of a row, and the column it is about, counted from 0; -1 is the whole row."""

    column: int
    problem: Problem


class Marked(NamedTuple):
    """One row with its cells as they were sent, what is private in them masked, and its marks."""

    department: str
    line: int
    who: str
    cells: list[str]
    marks: list[Mark]


@dataclass(frozen=True)
class Again:
    """One file read again: each table's name, titles and marked rows; the faults of the file itself; and by department
    ("" where it cannot be told) its rows with faults and, where the file was not accepted, those without, how many of both
    are further parts of a row that parties share, and how many faults and notices its rows have.
    """

    given: Given
    tables: list[tuple[str, list[str], list[Marked]]]
    problems: list[Problem]
    faulty: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    split: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)


def read_again(
    given: Given, registers: dict[str, Register], departments: Departments, noticed: Noticed, terms: titles.Terms
) -> Again:
    """Read one file whole and keep its rows that have a fault or a notice."""
    tables, problems = read_tables(given.path, given.name)
    tables, of_headings = titles.under_titles(registers[given.register], tables)
    again = Again(given, [], [*problems, *of_headings])
    for table in tables:
        columns: dict[tuple[int, int, str], int] = {}
        plan, wrong = titles.plan(registers[given.register], _remembering(table, columns), terms)
        again.problems.extend(wrong)
        whose = _whose(registers[given.register], departments, plan, table)
        rows: list[Marked] = []
        try:
            if plan is None:
                again.unread.update(whose(row) for row in table.rows)
            else:
                rows.extend(_marked(plan, columns, whose, noticed, again))
        except Refused as broken:
            again.problems.extend(broken.problems)
        again.tables.append((_sheet(table), [" ".join(title.split()) for title in table.titles], rows))
    if not again.problems:  # accepted: the rows without faults are in the store, and counted there
        again.unread.clear()
    return replace(again, problems=[shielded(problem) for problem in again.problems])


def _marked(
    plan: Plan,
    columns: dict[tuple[int, int, str], int],
    whose: Callable[[Row], str],
    noticed: Noticed,
    again: Again,
) -> Iterator[Marked]:
    sheet, private = _sheet(plan.table), _private(plan)
    named = [_filling(plan, name) for name in dict.fromkeys([plan.register.party, *plan.register.title]) if name]
    for row, outcomes in _by_row(plan):
        # Whose it is may be told by a decided replacement; what is sent back is what was sent.
        department, said = whose(outcomes[0].row), [*noticed.get((again.given.name, sheet, row.line), ())]
        for outcome in outcomes:
            (again.unread if outcome.record else again.faulty)[department] += 1
            again.split[department] += outcome.part > 0
            said += outcome.problems
        if said:
            hide = Hider(plan, row, private)
            cells = [hide.cell(i, value) for i, value in enumerate(row.values)]
            who = "　".join(shorten(hide.text(text)) for filling in named if (text := _cell(filling, row)))
            marks = [Mark(columns.get(_spot(p.place), -1), hide.problem(p)) for p in dict.fromkeys(said)]
            faults = sum(mark.problem.severity == FAULT for mark in marks)
            again.faults[department] += faults
            again.notices[department] += len(marks) - faults
            yield Marked(department, row.line, who, cells, sorted(marks, key=lambda mark: mark.column))
        for spot in [spot for spot in columns if spot[0] < row.line]:
            del columns[spot]


def _by_row(plan: Plan) -> Iterator[tuple[Row, list[records.Outcome]]]:
    """Yield every row as it was sent, before any replacement, with what became of its parts: one, unless parties share it."""
    now: list[Row] = []

    def passing() -> Iterator[Row]:
        for row in plan.table.rows:
            now[:] = [row._replace(values=list(row.values))]
            yield row

    outcomes = records.read(replace(plan, table=replace(plan.table, rows=passing())))
    for row, parts in groupby(outcomes, key=lambda _: now[0]):
        yield row, list(parts)


def _remembering(table: Table, columns: dict[tuple[int, int, str], int]) -> Table:
    """A place does not say which column of its table it is in; this table writes it down."""

    def locate(row: Row, column: int) -> Place:
        place = table.locate(row, column)
        columns[_spot(place)] = column
        return place

    return replace(table, locate=locate)


def _spot(place: Place) -> tuple[int, int, str]:
    return place.line, place.column, place.cell


def _sheet(table: Table) -> str:
    return table.name.partition("!")[2]


def _whose(register: Register, departments: Departments, plan: Plan | None, table: Table) -> Callable[[Row], str]:
    """Return what tells whose a row is: the department that sent it, else the one that decided, "" where neither is known."""
    names = [name for name in (register.source, register.department) if name]
    fillings = [_filling(plan, name) for name in names] if plan else []
    filled = {register.titles.get(same_title(title), ""): index for index, title in enumerate(table.titles)}
    columns = [filled[name] for name in names if name in filled]

    def whose(row: Row) -> str:
        said = [_cell(filling, row) for filling in fillings] or [row.values[i] for i in columns if i < len(row.values)]
        return owner(departments, said)

    return whose


def owner(departments: Departments, names: Sequence[str]) -> str:
    """Return the name of the first department that one of the names means, "" where none does."""
    found = (departments.find(name) for name in names if name)
    return next((department.name for department in found if department), "")


def _filling(plan: Plan, name: str) -> Filling:
    return next(filling for filling in plan.fillings if filling.name == name)


def _cell(filling: Filling, row: Row) -> str:
    """Return what stands in the first filled of a field's columns, as it was sent."""
    for column in filling.columns:
        text = row.values[column.index] if column.index < len(row.values) else ""
        if column.pattern is not None:
            match = column.pattern.search(text)
            text = match[1] if match else ""
        if text.strip():
            return " ".join(text.split())
    return ""


# What is private.

_NUMBER = re.compile("[0-9A-Za-z０-９]{8,}")


def cut(text: str) -> str:
    """Return a private text cut to at most its first six characters, and never more than half of it."""
    text = text.strip()
    kept = min(6, len(text) // 2)
    return text[:kept] + "*" * (len(text) - kept)


def shield(text: str) -> str:
    """Return a text of which nobody knows what is in it, every long number cut."""
    return _NUMBER.sub(lambda match: match[0] if match[0].isalpha() else cut(match[0]), mask(text))


def shorten(text: str, longest: int = 30) -> str:
    """Return a text with its end cut off where it is too long."""
    return text[:longest] + "…" if len(text) > longest else text


def shielded(problem: Problem) -> Problem:
    """Return a fault of a whole file, the line it quotes shielded: it may hold the cells of any column."""
    place = replace(problem.place, excerpt=shorten(shield(problem.place.excerpt), 200))
    return masked(replace(problem, place=place))


def _private(plan: Plan) -> frozenset[int]:
    """The columns that are withheld, always or on a condition: a row with faults may not say rightly what it is."""
    conditional = [filling for filling in plan.fillings if filling.field.withheld_when]
    return frozenset([*plan.withheld, *(column.index for filling in conditional for column in filling.columns)])


class Hider:
    """Hides what is private in the cells of one row, and in what is said of them."""

    def __init__(self, plan: Plan, row: Row, private: frozenset[int]) -> None:
        # Where a row has cells too many or too few, what is private has slipped by so many columns at most.
        slip = abs(len(row.values) - len(plan.table.titles))
        self.straight = not slip
        self.private = {at + by for at in private for by in range(-slip, slip + 1)}
        cells = [value for i, value in enumerate(row.values) if i in private]
        codes = [f for f in plan.fillings if f.field.kind == "credit_code"]
        shown = " ".join(_cell(filling, row) for filling in codes)  # a firm's tax number is its code, and no secret
        numbers = {number for cell in cells for number in _NUMBER.findall(cell) if not number.isalpha()}
        self.numbers = [number for number in numbers if number not in shown]

    def cell(self, column: int, text: str) -> str:
        """Return a cell as it may be sent back."""
        return cut(text) if column in self.private else self.text(text)

    def text(self, text: str) -> str:
        """Return a text without the numbers of the private cells beside it; where cells have slipped any may be private."""
        if not self.straight:
            return shield(text)
        for number in self.numbers:
            text = text.replace(number, cut(number))
        return mask(text)

    def problem(self, problem: Problem) -> Problem:
        """Return what is said of the row; the cells stand beside it, so the place quotes nothing."""
        said = {part: self.text(getattr(problem, part)) for part in ("what", "why", "mend", "proposal")}
        return replace(problem, place=replace(problem.place, excerpt=""), **said)
