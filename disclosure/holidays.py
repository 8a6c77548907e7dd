"""Working days 工作日, by data/rules/holidays.yaml: the State Council's yearly notices of holidays and the days worked instead.

A year whose notice is not entered is not guessed: what depends on it is not reckoned.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from disclosure.declared import Declared, as_day, bad, declared
from disclosure.problems import Problem
from disclosure.source import Tree, read_tree

FILE = "data/rules/holidays.yaml"
_DAY = datetime.timedelta(1)


class Holiday(Declared):
    """One holiday: its name, its first and last day off, and the days of weekends that are worked instead."""

    name: str
    first: datetime.date = Key(alias="from")
    last: datetime.date = Key(alias="to")
    work: list[datetime.date] = []

    @field_validator("first", "last", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return as_day(value)

    @field_validator("work", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return [as_day(day) for day in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _order(self) -> Holiday:
        if not 0 <= (self.last - self.first).days < 15:
            raise ValueError("to 早于 from，或相隔超过十五天；改正放假的起止")
        return self


class Year(Declared):
    """One year's notice: what it says, its number and day, and whether somebody has held this against the text."""

    year: int = Key(ge=2000, le=2100)
    source: str = Key(min_length=1)
    confirmed: bool
    holidays: list[Holiday] = Key(min_length=1)


class Calendar(Declared):
    """All of the file; it tells the working days of the years that it has."""

    years: list[Year] = []

    def known(self, day: datetime.date) -> int:
        """Return 0 where it can tell whether a day is worked, else the year whose notice is missing.

        The notice of the next year may give days off from 29 December on.
        """
        needed = [day.year, *([day.year + 1] if (day.month, day.day) >= (12, 29) else [])]
        there = {year.year for year in self.years}
        return next((year for year in needed if year not in there), 0)

    def worked(self, day: datetime.date) -> bool:
        """Say whether a day of a known year is worked."""
        for holiday in (holiday for year in self.years for holiday in year.holidays):
            if day in holiday.work:
                return True
            if holiday.first <= day <= holiday.last:
                return False
        return day.weekday() < 5

    def after(self, start: datetime.date, count: int) -> datetime.date | int:
        """Return the last of so many working days after a day, which does not count itself; else the year that is missing."""
        for day in _from(start + _DAY):
            if missing := self.known(day):
                return missing
            count -= self.worked(day)
            if count <= 0:
                return day
        raise AssertionError("days do not end")


def _from(day: datetime.date) -> Iterator[datetime.date]:
    while True:
        yield day
        day += _DAY


def load_holidays(root: Path) -> tuple[Calendar, list[Problem]]:
    """Return the calendar, empty where there is no such file, and a problem for every loose end of it."""
    path = root / FILE
    if not path.exists():
        return Calendar(), []
    tree, problems = read_tree(path, FILE)
    if not problems and tree.value and not isinstance(tree.value, dict):
        what, mend = "文件不是逐行的「名称: 值」", "第一行写「years:」，下面每年以「- 」开头"
        problems = [bad(tree.place(()), what, "节假日表由名称和值组成", mend)]
    if problems:
        return Calendar(), problems
    calendar, problems = declared(Calendar, tree)
    return calendar or Calendar(), problems or list(_astray(calendar or Calendar(), tree))


def _astray(calendar: Calendar, tree: Tree) -> Iterator[Problem]:
    """Each year once; the days off in it, or the last days before; days worked at weekends."""
    seen: set[int] = set()
    for i, year in enumerate(calendar.years):
        if year.year in seen:
            yield bad(tree.place(("years", i, "year")), f"「{year.year}」写了两次", "一年一个通知", "并成一项")
        seen.add(year.year)
        for j, holiday in enumerate(year.holidays):
            at = tree.place(("years", i, "holidays", j))
            if year.year not in (holiday.first.year, holiday.last.year):
                yield bad(at, f"「{holiday.name}」不在 {year.year} 年", "一年的通知只说那一年的假", "改正日期")
            if any(day.weekday() < 5 for day in holiday.work):
                yield bad(at, f"「{holiday.name}」的 work 不是周末", "调休上班的日子在周六、周日", "改正 work")
