"""Registers 名录: what data/<register>/register.yaml and mend.yaml declare. A new register needs no Python."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from disclosure.amounts import UNITS
from disclosure.declared import Declared, as_day
from disclosure.demands import Case
from disclosure.kinds import KINDS, Options, as_it_is, shown

Tone = Literal["licence", "penalty", "blacklist", "honour", "plain"]
Condition = dict[str, list[str]]
Personal = Literal["refuse", "mask", "set-aside"]


class Source(Declared):
    """One column of a file that can fill a field: its title, its own unit, the part of it that counts."""

    title: str
    unit: str = ""
    extract: str = ""

    @field_validator("extract")
    @classmethod
    def _pattern(cls, value: str) -> str:
        if value and re.compile(_regular(value)).groups != 1:
            raise ValueError("要有且只有一对圆括号，圈出要取的部分；加上一对圆括号")
        return value

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str) -> str:
        return _known_unit(value)


class Field(Declared):
    """One field of a register: its kind and what the kind needs, whether it must be filled, what fills it."""

    kind: str = "text"
    required: bool = False
    past: bool = False
    required_when: Condition = {}
    withheld_when: Condition = {}
    unit: str = ""
    choices: list[str] = []
    allow: list[str] = []
    sources: list[Source] = Key(default=[], alias="from")
    join: list[str] = []
    default: str = ""
    personal: Personal | Literal[""] = ""

    @field_validator("kind")
    @classmethod
    def _kind(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError(f"没有这个种类；改成其中之一：{'、'.join(KINDS)}")
        return value

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str) -> str:
        return _known_unit(value)

    @field_validator("sources", mode="before")
    @classmethod
    def _titles(cls, value: object) -> object:
        return (
            [{"title": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )

    @model_validator(mode="after")
    def _choices(self) -> Field:
        if self.kind in ("choice", "choices") and not self.choices:
            raise ValueError("种类 choice 要写出可选的值；加一行「choices: [甲, 乙]」")
        if self.past and self.kind != "date":
            raise ValueError("past 只用于种类 date；删去 past")
        return self

    @cached_property
    def options(self) -> Options:
        """What the kind is given."""
        return Options(self.unit, tuple(self.choices), tuple(self.allow))


def _regular(value: str) -> str:
    try:
        re.compile(value)
    except re.error:
        raise ValueError("不是正则表达式；改正括号或转义") from None
    return value


def _known_unit(value: str) -> str:
    if value and value not in UNITS:
        raise ValueError(f"没有这个单位；改成其中之一：{'、'.join(UNITS)}")
    return value


# What each check needs to be told, besides `when`: checks.py has a function for each.
NEEDS: dict[str, tuple[str, ...]] = {
    "amount": ("field", "text", "word"),
    "order": ("field", "then"),
    "filled": ("field", "when"),
    "not-begins": ("field", "begins", "when", "why"),
    "not-organ": ("field",),
    "not-test": ("field", "pattern"),
    "one-party": ("field",),
}


class Check(Declared):
    """One cross-check of the rows of a register, and whether what it finds is a fault or a notice."""

    check: Literal["amount", "order", "filled", "not-begins", "not-organ", "not-test", "one-party"]
    field: str
    text: str = ""
    word: str = ""
    then: str = ""
    begins: list[str] = []
    pattern: str = ""
    why: str = ""
    when: Condition = {}
    severity: Literal["fault", "notice"] = "fault"
    at: str = ""

    @field_validator("pattern")
    @classmethod
    def _pattern(cls, value: str) -> str:
        return _regular(value)

    @model_validator(mode="after")
    def _needs(self) -> Check:
        missing = [key for key in NEEDS[self.check] if not getattr(self, key)]
        if missing:
            raise ValueError(f"{self.check} 还要写 {'、'.join(missing)}；加上这几项")
        return self


class Mend(Declared):
    """One decided replacement of a cell's whole text, from mend.yaml: who decided it, when and why."""

    field: str
    wrong: str
    right: str
    by: str
    on: datetime.date
    why: str
    at: str = ""

    @field_validator("on", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return as_day(value)


class Expect(Declared):
    """What a register must hold, so that a half-empty export does not replace a full one: least rows shown, the largest
    drop and the least share of filled cells by field, both in percent."""

    least: int = 0
    drop: float | None = None
    fill: dict[str, float] = {}

    @field_validator("drop", mode="before")
    @classmethod
    def _share(cls, value: object) -> object:
        return _percent(value)

    @field_validator("fill", mode="before")
    @classmethod
    def _shares(cls, value: object) -> object:
        return {name: _percent(share) for name, share in value.items()} if isinstance(value, dict) else value


class Shown(Declared):
    """How natural persons are shown, and by which legal basis; without one they are not shown at all."""

    form: Literal["masked-name"] = Key(alias="as")
    basis: str = Key(min_length=1)


def _percent(value: object) -> object:
    return value.removesuffix("%") if isinstance(value, str) else value


class Measure(Declared):
    """What follows from being on a list: the measure, who takes it, and the document that it rests on."""

    text: str = Key(min_length=1)
    units: list[str] = Key(min_length=1)
    basis: str = Key(min_length=1)
    confirmed: bool = False


class Theme(Declared):
    """One theme of a register, with a list of its own: its part of the address, its legal basis, what follows from it."""

    name: str = Key(pattern="^[a-z][a-z0-9-]*$")
    basis: str = ""
    measures: list[Measure] = []


class Deadline(Declared):
    """By when a matter is to be settled: the field with its last day, and the values that say that it is."""

    date: str
    done: Condition

    def settled(self, values: Mapping[str, str]) -> bool:
        """Say whether a matter is settled: one of the fields has one of its values."""
        return any(values[field] in wanted for field, wanted in self.done.items())


class Scorecard(Declared):
    """How a register is held against its own duty: within how many working days of the decision a record is to be shown,
    which fields a complete one has, and the field with the day on which it was sent, where the first day shown is unknown."""

    within: int = Key(ge=1, le=60)
    complete: list[str] = Key(min_length=1)
    reported: str = ""


class Register(Declared):
    """One public list of one sort of record. Names of fields refer to `fields`.

    `name` is the folder's, `mends` come from mend.yaml beside it, and `declared_at` is the place of each key and field in
    the declaration: none of them is written in it.
    """

    name: str
    label: str
    badge: str
    order: int = 100
    tone: Tone = "plain"
    section: str = ""
    group: str = ""
    featured: bool = True
    intro: str = ""
    basis: str = ""
    measures: list[Measure] = []
    theme: str = ""
    themes: dict[str, Theme] = {}
    party: str = ""
    code: str = ""
    key: list[str] = Key(min_length=1)
    date: str = ""
    date_label: str = "决定"
    ends: str = ""
    publicity: str = ""
    department: str = ""
    source: str = ""
    state: str = ""
    deadline: Deadline | None = None
    scorecard: Scorecard | None = None
    refers: dict[str, str] = {}
    shown_when: Condition = {}
    persons: Condition = {}
    persons_shown: Shown | None = None
    personal: Personal = "refuse"
    title: list[str] = []
    summary: list[str] = []
    columns: list[str]
    counted: list[str] = []
    numbers: list[str] = []
    mark: str = ""
    notable: list[Case] | Literal["all"] = []
    head: list[str] = []
    former: str = ""
    aliases: dict[str, str] = {}
    ignored: list[str] = []
    ignored_sheets: list[str] = []
    withheld: list[str] = []
    split: str = ""
    twice: list[str] = []
    checks: list[Check] = []
    mends: list[Mend] = []
    fields: dict[str, Field]
    expect: Expect = Expect()
    declared_at: dict[str, str] = {}

    @field_validator("notable", mode="before")
    @classmethod
    def _cases(cls, value: object) -> object:
        return [value] if isinstance(value, dict) else value

    @field_validator("mark")
    @classmethod
    def _mark(cls, value: str) -> str:
        if re.search(r"[{}]", value.replace("{count}", "")):
            raise ValueError("花括号里只能写 {count}；写成 有行政处罚公示 {count} 条")
        return value

    @cached_property
    def titles(self) -> dict[str, str]:
        """Every title a file may use, normalised, with the field it fills."""
        titles = {same_title(name): name for name in self.fields}
        titles |= {same_title(title): name for title, name in self.aliases.items()}
        titles |= {same_title(title): name for name, field in self.fields.items() for title in field.join}
        return titles

    @cached_property
    def mended(self) -> dict[str, dict[str, tuple[int, str]]]:
        """By field and by text of a cell: the number of the decided replacement, and what it is replaced by."""
        found: dict[str, dict[str, tuple[int, str]]] = {}
        for number, mend in enumerate(self.mends):
            found.setdefault(mend.field, {})[mend.wrong] = (number, mend.right)
        return found

    def called(self, values: Mapping[str, str]) -> str:
        """Return what a record is called: the first of its title fields that has a value, else as the register is."""
        return next((values[field] for field in self.title if values[field]), self.label)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each field."""
        return {name: field.kind for name, field in self.fields.items()}

    @cached_property
    def named(self) -> dict[str, str]:
        """The value of each theme, by its part of the address."""
        return {theme.name: value for value, theme in self.themes.items()}

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """The fields that name a page of this site."""
        return tuple(name for name, field in self.fields.items() if field.kind == "page")

    @cached_property
    def shows(self) -> dict[str, Callable[[str], str]]:
        """By field, what makes of a value what people read; of fields that are read as they are kept there is none."""
        return {
            name: partial(_show, field, field.kind == "money" and name.endswith(f"（{field.unit or '元'}）"))
            for name, field in self.fields.items()
            if KINDS[field.kind].show is not as_it_is
        }

    @cached_property
    def position(self) -> dict[str, int]:
        """The position of each field in a record's values."""
        return {name: index for index, name in enumerate(self.fields)}


def _show(field: Field, unit_is_said: bool, value: str) -> str:
    text = shown(field.kind, field.options, value)
    return text.rpartition(" ")[0] if unit_is_said else text


def same_title(title: str) -> str:
    """Return what two spellings of one column title have in common: half width, no white space, no case, no underscores.

    So the code XK_XDR_MC is also xkXdrMc, as the interfaces of platforms write it.
    """
    return "".join(unicodedata.normalize("NFKC", title).split()).replace("_", "").casefold()
