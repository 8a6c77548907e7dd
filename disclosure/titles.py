"""Titles to fields: which columns of a table fill which field of its register. An unknown title is a fault, never a guess."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from disclosure.amounts import convert, decimal_text
from disclosure.headings import headed
from disclosure.kinds import KINDS, reader
from disclosure.problems import Place, Problem
from disclosure.registers import Field, Register, same_title
from disclosure.source import Table

# Where personal numbers are looked for: in free text all sorts of them, in what is a number itself identity numbers only.
SCANNED = {"text": "free", "name": "free", "choice": "free", "identifier": "number", "document_number": "number"}


@dataclass(frozen=True)
class Column:
    """One column that can fill a field: the lower its rank the sooner; the part that counts; the unit it is written in, and what reads it;
    `more` are the other columns that hold further values of the same field."""

    rank: int
    pattern: re.Pattern[str] | None = None
    unit: str = ""
    index: int = -1
    title: str = ""
    read: Callable[[str], str] = str
    joined: bool = False
    more: tuple[int, ...] = ()


@dataclass(frozen=True)
class Filling:
    """A field with the columns of this table that fill it, in order of rank; what `keeps` is kept as printed too."""

    name: str
    field: Field
    columns: tuple[Column, ...]
    scanned: str
    plain: bool
    keeps: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Terms:
    """What rows are read by besides their register: the contacts that may be shown, the day
    that dates declared `past` may not exceed, the normalised names of all departments, and the salt of persons' keys.
    """

    contacts: frozenset[str] = frozenset()
    day: str = ""
    organs: frozenset[str] = frozenset()
    salt: bytes = b""


@dataclass(frozen=True)
class Plan:
    """How the rows of one table become records of one register."""

    register: Register
    table: Table
    fillings: tuple[Filling, ...]
    withheld: tuple[int, ...]
    terms: Terms = Terms()


def under_titles(register: Register, tables: Iterable[Table]) -> tuple[list[Table], list[Problem]]:
    """Return the tables of one file that the register reads, each with the titles that stand in its heading.

    Of several sheets those are passed over whose names the register ignores, unless they fit it after all.
    """
    known = _meanings(register)
    found: list[Table] = []
    problems: list[Problem] = []
    listed = list(tables)
    for table in listed:
        under, wrong = headed(table, known)
        if table.sheet in register.ignored_sheets and len(listed) > 1:
            fits = under and plan(register, under, Terms())[0]
            problems += [_misplaced(register, table)] if fits else []
            continue
        problems += wrong
        if under:
            found.append(under)
    if listed and not found and not problems:
        problems.append(_none_left(register, listed[0]))
    return found, problems


def plan(register: Register, table: Table, terms: Terms) -> tuple[Plan | None, list[Problem]]:
    """Match the titles of a table to the fields of its register."""
    withheld_titles = {same_title(title) for title in register.withheld}
    ignored = {same_title(title) for title in register.ignored}
    sources = _sources(register)
    columns: dict[str, list[Column]] = {name: [] for name in register.fields}
    withheld: list[int] = []
    problems: list[Problem] = []
    for index, title in enumerate(table.titles):
        norm = same_title(title)
        if norm in withheld_titles:
            withheld.append(index)
        elif norm in sources:
            for name, source in sources[norm]:
                columns[name].append(replace(source, index=index, title=" ".join(title.split())))
        elif norm and norm not in ignored:  # a column without a title is judged row by row
            problems.append(_unknown(register, table, index))
    if not withheld and not any(columns.values()):
        return None, [_no_titles(register, table)]
    for name, field in register.fields.items():
        if field.required and not field.default and not columns[name]:
            problems.append(_missing_title(register, table, name))
    fillings = tuple(_filling(name, field, columns[name]) for name, field in register.fields.items())
    return (None if problems else Plan(register, table, fillings, tuple(withheld), terms)), problems


def _meanings(register: Register) -> dict[str, frozenset[str]]:
    """Return what each known title, normalised, stands for: names of fields, or that it is withheld or ignored."""
    meanings = {title: frozenset(name for name, _ in found) for title, found in _sources(register).items()}
    meanings |= {same_title(title): frozenset({"ignored:"}) for title in register.ignored}
    return meanings | {same_title(title): frozenset({"withheld:"}) for title in register.withheld}


def _filling(name: str, field: Field, columns: list[Column]) -> Filling:
    in_order = sorted(columns, key=lambda column: (column.rank, column.index))
    parts = [column for column in in_order if column.joined]
    if len(parts) > 1:
        whole = replace(parts[0], more=tuple(part.index for part in parts[1:]))
        in_order = [whole if column is parts[0] else column for column in in_order if column not in parts[1:]]
    filled_by = tuple(replace(column, read=_read(field, column)) for column in in_order)
    plain = len(filled_by) == 1 and filled_by[0].pattern is None and not filled_by[0].rank and not filled_by[0].more
    return Filling(name, field, filled_by, SCANNED.get(field.kind, ""), plain, KINDS[field.kind].keeps)


def _read(field: Field, column: Column) -> Callable[[str], str]:
    """Return what reads a cell of this column: in the column's own unit, given back in the field's."""
    if not column.unit or column.unit == field.unit:
        return reader(field.kind, field.options)
    read = reader(field.kind, replace(field.options, unit=column.unit))
    unit = field.unit or "元"
    return lambda text: decimal_text(convert(Decimal(read(text)), column.unit, unit)) if read(text) else ""


def _sources(register: Register) -> dict[str, list[tuple[str, Column]]]:
    """Return, by normalised title, the fields it fills and how; wherever a field is named, its aliases will do."""
    spelt: dict[str, list[str]] = defaultdict(list)
    for norm, name in register.titles.items():
        spelt[name].append(norm)
    joined = {name: {same_title(title) for title in field.join} for name, field in register.fields.items()}
    found: dict[str, list[tuple[str, Column]]] = defaultdict(list)
    for name, field in register.fields.items():
        for rank, source in enumerate(field.sources):
            norm = same_title(source.title)
            pattern = re.compile(source.extract) if source.extract else None
            for title in spelt.get(register.titles.get(norm, ""), [norm]):
                if not any(
                    name == other and (c.pattern, c.unit) == (pattern, source.unit) for other, c in found[title]
                ):
                    found[title].append((name, Column(rank, pattern, source.unit)))
    for norm, name in register.titles.items():
        if not any(name == other for other, _ in found[norm]):
            found[norm].append((name, Column(0, joined=norm in joined.get(name, ()))))
    return found


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


def _no_titles(register: Register, table: Table) -> Problem:
    place = table.title_place(0) if table.titles else Place(table.name)
    mend = "核对文件是不是放错了文件夹；若标题确实不同，在 aliases 里写明"
    if table.sheet:
        mend += f"；这张工作表属于别的名录的，把「{table.sheet}」写进 ignored_sheets"
    why = f"名录「{register.label}」在前十行里找列标题"
    return Problem("unknown-title", place, "没有找到一个认识的列标题", why, mend)


def _misplaced(register: Register, table: Table) -> Problem:
    why = f"它写在 data/{register.name}/register.yaml 的 ignored_sheets 里"
    mend = "从 ignored_sheets 里删去它，或从文件里删去这张工作表"
    what = f"工作表「{table.sheet}」要略过，却有这个名录的各列"
    return Problem("misplaced-sheet", Place(table.name.partition("!")[0], sheet=table.sheet), what, why, mend)


def _none_left(register: Register, table: Table) -> Problem:
    why = f"它们都写在 data/{register.name}/register.yaml 的 ignored_sheets 里"
    place = Place(table.name.partition("!")[0])
    mend = "核对文件是不是放错了文件夹，或改正工作表的名字"
    return Problem("misplaced-sheet", place, "文件里的工作表全都要略过", why, mend)


def _missing_title(register: Register, table: Table, name: str) -> Problem:
    place = table.title_place(0) if table.titles else Place(table.name)
    place = Place(place.path, place.line, 0, place.sheet, place.cell and f"A{place.line}")
    why = f"字段「{name}」在 {register.declared_at[name]} 声明为必填"
    return Problem("missing-title", place, f"缺少列「{name}」", why, f"在标题行加上「{name}」，或给已有的列加别名")
