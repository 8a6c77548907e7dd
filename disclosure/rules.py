"""The publicity table 公示期限 of data/rules/publicity.yaml: how long a class of record may be shown, by which law, from when.

One row of it is a rule. The rules that a register names (`publicity`) must decide each of its records, and no two of them.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from disclosure.dates import FOREVER
from disclosure.declared import Declared, as_day
from disclosure.demands import Case, meets
from disclosure.holidays import Calendar
from disclosure.registers import Register


class Rule(Declared):
    """One row of the table; months, days as YYYY-MM-DD; `at` is its place in the file and not written there."""

    id: str
    publicity: str
    label: str
    basis: str
    number: str
    since: datetime.date = Key(alias="from")
    to: datetime.date | None = None
    by: Literal["day", "decision"] = "day"
    when: list[Case] = []
    otherwise: bool = False
    show: bool = True
    minimum: int = Key(default=0, ge=0, le=1200)
    maximum: int | None = Key(default=None, ge=1, le=1200)
    counted: str = ""
    stops: Literal["automatic", "on application"] = "automatic"
    source: str
    confirmed: bool
    at: str = ""

    @field_validator("since", "to", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return as_day(value or None)

    @field_validator("when", mode="before")
    @classmethod
    def _cases(cls, value: object) -> object:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if bool(self.when) == self.otherwise:
            raise ValueError("when 和 otherwise 要有且只有一样；写 when 的条件，或写 otherwise: true")
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError("最长期限短于最短期限；改正 minimum 或 maximum")
        if self.to and self.to < self.since:
            raise ValueError("失效的日子早于生效的日子；改正 from 或 to")
        return self

    @cached_property
    def force(self) -> tuple[str, str]:
        """The first and the last day on which it is in force."""
        return self.since.isoformat(), self.to.isoformat() if self.to else FOREVER

    @property
    def said(self) -> str:
        """What people read of it beside a record's last day."""
        automatic = self.maximum is not None and self.stops == "automatic"
        longest = f"，最长{length(self.maximum or 0)}" if automatic else "，不设最长期限"
        return f"依据{self.number}《{self.basis}》：{self.label}{longest}"


def length(months: int) -> str:
    """Return a number of months as people say it."""
    return f"{months // 12}年" if months % 12 == 0 else f"{months}个月"


class Objections(Declared):
    """Within how many days an objection must be decided, by which source, whether somebody has checked it."""

    days: int = Key(default=20, ge=1, le=366)
    source: str = ""
    confirmed: bool = False


class Table(Declared):
    """All of the file."""

    rules: list[Rule] = []
    objections: Objections = Objections()


class Verdict(NamedTuple):
    """What the table says of one record: its rule, until when it may be shown and from when repair may be asked for, "" never."""

    rule: Rule
    ends: str
    repair: str


@dataclass(frozen=True)
class Law:
    """The publicity table as it applies: the rules of each register, and the fields that decide between them; working days."""

    rules: Mapping[str, tuple[Rule, ...]]
    fields: Mapping[str, tuple[str, ...]]
    objection_days: int = 20
    calendar: Calendar = field(default_factory=Calendar)

    def candidates(self, register: Register, cells: Mapping[str, str]) -> tuple[Rule, ...]:
        """Return the rules whose conditions a record's values meet, on whatever day; `otherwise` is among them."""
        return tuple(
            rule
            for rule in self.rules[register.name]
            if rule.otherwise or any(meets(case, register.kinds, cells) for case in rule.when)
        )

    def of(self, candidates: Sequence[Rule], date: str, day: str) -> list[Rule]:
        """Return those in force on a day, or on the record's own date, as each says; `otherwise` only where it is alone."""
        fitting = [rule for rule in candidates if rule.force[0] <= (day if rule.by == "day" else date) <= rule.force[1]]
        return [rule for rule in fitting if not rule.otherwise] or fitting


def verdict(rule: Rule, start: str) -> Verdict:
    """Return what a rule says of a record counted from a day; the last day counts (民法典第二百零一、二百零二条)."""
    automatic = rule.maximum is not None and rule.stops == "automatic"
    ends = months_after(start, rule.maximum or 0) if automatic and start else ""
    repair = day_after(months_after(start, rule.minimum)) if rule.minimum and start else ""
    return Verdict(rule, ends, repair)


@lru_cache(10_000)
def months_after(day: str, months: int) -> str:
    """Return the same day some months later; a month without it ends on its last."""
    year, month = divmod(int(day[:4]) * 12 + int(day[5:7]) - 1 + months, 12)
    if year > 9999:
        return FOREVER
    return f"{year:04d}-{month + 1:02d}-{min(int(day[8:]), calendar.monthrange(year, month + 1)[1]):02d}"


def day_after(day: str) -> str:
    """Return the next day; the end of time has none."""
    return day if day == FOREVER else (datetime.date.fromisoformat(day) + datetime.timedelta(1)).isoformat()


def earlier(*ends: str) -> str:
    """Return the earliest of some last days, where "" is none."""
    return min(filter(None, ends), default="")
