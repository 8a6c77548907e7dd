"""What every page is made from, and the one shape of a page."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from typing import Any, NamedTuple

from disclosure.articles import Article
from disclosure.questionnaire import Questionnaire
from disclosure.records import NUMBERS
from disclosure.registers import Register
from disclosure.site import Departments, Site

Context = dict[str, Any]
FIRST = ("blacklist", "penalty")  # tones of registers that weigh on an entity
ALL = "all"  # departments, all together
# How a short value of a kind is set: in one piece, with a line of its own where the page is narrow, or as a date.
LOOKS = dict.fromkeys(NUMBERS, "whole") | {"date": "date", "end_date": "date"}


class Tally(NamedTuple):
    """How many records shown fall together in one month ("" without a date), department, district and theme.

    `print` changes when one of them does.
    """

    register: str
    month: str
    department: str
    district: str
    theme: str
    number: int
    print: str


@dataclass(frozen=True)
class World:
    """The disclosed store and everything declared; only what may be shown on the day is in reach of a page."""

    store: sqlite3.Connection
    site: Site
    registers: dict[str, Register]
    departments: Departments
    articles: dict[str, Article]
    as_of: datetime.date
    questionnaire: Questionnaire | None = None

    @cached_property
    def listed(self) -> dict[str, Register]:
        """The registers that have lists: those with a place on the entity page, and those that concern no entity."""
        return {name: register for name, register in self.registers.items() if register.section or not register.party}

    @cached_property
    def sections(self) -> list[tuple[str, str, list[Register]]]:
        """The sections of an entity's page, each as (id, label, registers): first those that weigh on an entity, then as declared."""
        here: dict[str, list[Register]] = {label: [] for label in self.site.sections}
        for register in sorted(self.listed.values(), key=lambda register: register.tone not in FIRST):
            if register.section:
                here[register.section].append(register)
        return [(f"s{number}", label, here[label]) for number, label in enumerate(self.site.sections, 1)]

    @cached_property
    def navigation(self) -> Callable[[str], list[Context]]:
        """The navigation as it stands on the page at an address; the last ones are at hand, since all entities stand in one place."""
        return lru_cache(64)(partial(_navigation, self.site))

    @cached_property
    def featured(self) -> dict[str, Register]:
        """The lists that the home page shows by themselves."""
        return {name: register for name, register in self.listed.items() if register.featured}

    @cached_property
    def tallies(self) -> list[Tally]:
        """All counts of listed records, made in one pass by `disclose`."""
        rows = self.store.execute("SELECT register, month, department, district, theme, count, print FROM tally")
        return [tally for tally in (Tally(*row) for row in rows) if tally.register in self.listed]

    @cached_property
    def scores(self) -> dict[tuple[str, str], Counter[tuple[str, str]]]:
        """What scorecards count, by year or month ("" undated) and department or ALL: (register, what) with the number.

        What is `shown`, `complete`, `corrected`, `refused`, or how a record was in time.
        """
        found: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
        query = (
            "SELECT register, department, substr(date, 1, 7), timely, complete, corrected"
            " FROM scored JOIN shown ON shown.row = scored.row"
        )
        rows = [
            (name, department, month, what, number)
            for (name, department, month, timely, complete, corrected), count in Counter(self.store.execute(query)).items()
            for what, number in (
                ("shown", count), (timely, count), ("complete", count * complete), ("corrected", count * corrected)
            )
        ]  # fmt: skip
        refusals = self.store.execute("SELECT register, department, month, 'refused', count FROM refusal")
        for name, department, month, what, number in (*rows, *refusals):
            for span in dict.fromkeys((month[:4], month)):
                for place in (department, ALL):
                    if number and name in self.listed:
                        found[span, place][name, what] += number
        return found

    @cached_property
    def only_counted(self) -> dict[tuple[str, str], int]:
        """How many records are counted but not shown (仅统计), by register and reason."""
        rows = self.store.execute("SELECT register, reason, count FROM counted")
        return {(register, reason): count for register, reason, count in rows if register in self.listed}

    @cached_property
    def scored_in(self) -> dict[str, set[str]]:
        """The departments that something is counted of in each year or month, ALL among them."""
        found: dict[str, set[str]] = defaultdict(set)
        for span, department in self.scores:
            found[span].add(department)
        return dict(found)

    @cached_property
    def counts(self) -> dict[str, Counter[tuple[str, str]]]:
        """How many records lists hold by month, department, district and theme: by which of these, then by register and value."""
        facets = ("month", "department", "district", "theme")
        counts: dict[str, Counter[tuple[str, str]]] = {facet: Counter() for facet in facets}
        for tally in self.tallies:
            for facet, value in zip(facets, tally[1:5], strict=True):
                counts[facet][tally.register, value] += tally.number
        return counts

    @cached_property
    def values(self) -> dict[str, dict[str, Counter[str]]]:
        """How many records have each value of the fields that a register declares counted, without those that have lists of

        their own: by register and field, as declared.
        """
        found: dict[str, dict[str, Counter[str]]] = {name: {} for name in self.listed}
        for name, register in self.listed.items():
            for field in register.counted:
                if field not in (register.department, register.theme):
                    query = (
                        f"SELECT json_extract(vals, '$[{register.position[field]}]') FROM disclosed WHERE register = ?"
                    )
                    found[name][field] = Counter(value for (value,) in self.store.execute(query, (name,)))
        return found

    @cached_property
    def totals(self) -> Counter[str]:
        """How many records each list holds, by register."""
        totals: Counter[str] = Counter()
        for tally in self.tallies:
            totals[tally.register] += tally.number
        return totals

    @cached_property
    def by_month(self) -> dict[tuple[str, str, str], Counter[str]]:
        """The listed records by month, for each register whole and by FACETS: (register, facet, value)."""
        months: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        for tally in self.tallies:
            for facet, value in (
                ("", ""),
                ("department", tally.department),
                ("district", tally.district),
                ("theme", tally.theme),
            ):
                months[tally.register, facet, value][tally.month] += tally.number
        return months

    @cached_property
    def by_year(self) -> dict[tuple[str, str, str], Counter[str]]:
        """The listed records by year ("" without one), as `by_month` has them."""
        years: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        for of, months in self.by_month.items():
            for month, count in months.items():
                years[of][month[:4]] += count
        return years

    @cached_property
    def days(self) -> Callable[[str, str], dict[tuple[str, str], array[int]]]:
        """The records of a register in a month by day, 1 to 31, of the whole register and by FACETS: (facet, value), each asked once."""
        return cache(partial(_days, self.store))

    @cached_property
    def in_order(self) -> Callable[[str, tuple[str, ...]], array[int]]:
        """The rows shown for which a condition of SQL holds, in the order of lists; the last are at hand, since the parts of a list are drawn one after another."""
        return lru_cache(1)(partial(_in_order, self.store))

    def since(self, count: int) -> str:
        """Return a month from which on lists hold so many records, "" where they do not."""
        months: Counter[str] = Counter()
        for tally in self.tallies:
            months[tally.month] += tally.number
        for month in sorted(months, reverse=True):
            count -= months[month]
            if count <= 0:
                return month
        return ""

    @cached_property
    def looks(self) -> dict[str, dict[str, str]]:
        """How short values are set, by register and field."""
        return {
            name: {title: LOOKS.get(field.kind, "") for title, field in register.fields.items()}
            for name, register in self.registers.items()
        }

    @cached_property
    def prints(self) -> dict[tuple[str, str, str], dict[str, str]]:
        """What changes when a listed record does, by month, for each register whole and by department and district."""
        joined: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for tally in self.tallies:
            for facet, value in (
                ("", ""),
                ("department", tally.department),
                ("district", tally.district),
                ("theme", tally.theme),
            ):
                joined[tally.register, facet, value][tally.month].append(tally.print)
        return {key: {month: " ".join(prints) for month, prints in months.items()} for key, months in joined.items()}

    @cached_property
    def counted(self) -> dict[str, str]:
        """What changes when any count of a register's lists, or the name of a department, does."""
        counts: dict[str, list[object]] = defaultdict(list)
        for tally in self.tallies:
            counts[tally.register].append(tally[1:6])
        names = sorted(self.organs.items())
        return {
            register: hashlib.blake2b(repr((counts[register], names)).encode(), digest_size=8).hexdigest()
            for register in self.listed
        }

    @property
    def withheld(self) -> list[bytes]:
        """The digests of all withheld numbers, for the audit."""
        return [digest for (digest,) in self.store.execute("SELECT DISTINCT digest FROM withheld")]

    def numbers(self, among: Collection[str]) -> set[str]:
        """Those of some numbers that a record shows as of a document, registration or organisation: none of them is a person's."""
        found: set[str] = set()
        for name, register in self.registers.items():
            at = [register.position[field] for field, spec in register.fields.items() if spec.kind in NUMBERS]
            for (values,) in self.store.execute("SELECT vals FROM disclosed WHERE register = ?", (name,)) if at else ():
                row = json.loads(values)
                for value in (row[position] for position in at):
                    meant = (value, "".join(filter(str.isdigit, value)), *re.findall("[0-9]{10,}", value))
                    found.update(number for number in meant if number in among)
        return found

    @cached_property
    def organs(self) -> dict[str, str]:
        """The name of every department that records shown come from, by the stable part of its address."""
        found: dict[str, str] = {}
        query = "SELECT DISTINCT department FROM tally WHERE department <> '' ORDER BY department"
        for (department,) in self.store.execute(query).fetchall():
            # Whatever organs share the part of an address, they are one department.
            asked = "SELECT organ FROM shown WHERE department = ? LIMIT 1"
            (organ,) = self.store.execute(asked, (department,)).fetchone()
            known = self.departments.find(organ)
            found[department] = known.name if known else organ
        return found

    @cached_property
    def stones(self) -> dict[str, list[tuple[str, str, str, str]]]:
        """What was withdrawn of an entity that has no page any more, by its address: (fate, day, document, reason)."""
        found: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
        for address, *said in self.store.execute(
            "SELECT address, fate, day, document, reason FROM stone ORDER BY address, day"
        ):
            found[address].append((said[0], said[1], said[2], said[3]))
        return found

    @cached_property
    def moved(self) -> dict[str, str]:
        """The addresses of entities that became others, and where their records are now."""
        return dict(self.store.execute("SELECT address, new FROM moved"))

    @cached_property
    def lost(self) -> frozenset[str]:
        """Pages that records name and that are there no more."""
        return frozenset(address for (address,) in self.store.execute("SELECT address FROM lost"))

    def called(self, address: str) -> str:
        """Return what a page is called: the title of an article, the name of a list, else its address."""
        page, folder = address.partition("#")[0], address.split("/")
        if page in self.articles:
            return self.articles[page].title
        return self.registers[folder[1]].label if folder[0] == "list" and folder[1] in self.registers else address

    @cached_property
    def forms(self) -> Context:
        """The addresses of the forms that pages of entities lead to, "" where there is none, and all fields that they ask for."""
        forms = {article.address: article.form for article in self.articles.values() if article.form}
        rows = [row for form in forms.values() for part in form.parts for row in part.rows]
        to = {form.purpose: address for address, form in forms.items() if form.purpose}
        asked = "|".join(sorted({title for row in rows for title in row.filled}))
        return {"objection": to.get("objection", ""), "repair": to.get("repair", ""), "asked": asked}

    @cached_property
    def rules(self) -> dict[str, str]:
        """What people read of every rule, by its id."""
        return dict(self.store.execute("SELECT id, said FROM rule"))

    @cached_property
    def phones(self) -> dict[str, str]:
        """The telephone of every department of `organs` that has one, by the same key."""
        known = ((department, self.departments.find(name)) for department, name in self.organs.items())
        return {department: found.contact.phone for department, found in known if found and found.contact.phone}


def _navigation(site: Site, here: str) -> list[Context]:
    return [
        {"label": link.label, "address": link.address, "current": _within(here, link.address)}
        for link in site.navigation
    ]


def _days(store: sqlite3.Connection, register: str, month: str) -> dict[tuple[str, str], array[int]]:
    # Arrays, since all months of all registers stay: a Counter of days takes fifteen times as much.
    days: dict[tuple[str, str], array[int]] = defaultdict(lambda: array("L", [0] * 32))
    query = (
        "SELECT date, department, district, theme, count(*) FROM shown WHERE register = ? AND date >= ? AND date < ?"
        " GROUP BY 1, 2, 3, 4"
    )
    for day, department, district, theme, count in store.execute(query, (register, month, f"{month}~")):
        for part in (("", ""), ("department", department), ("district", district), ("theme", theme)):
            days[part][int(day[8:])] += count
    return days


def _in_order(store: sqlite3.Connection, where: str, given: tuple[str, ...]) -> array[int]:
    query = f"SELECT row FROM shown JOIN row ON row.id = shown.row WHERE {where} ORDER BY shown.date DESC, row.key"
    return array("L", (row for (row,) in store.execute(query, given)))


def _within(address: str, link: str) -> bool:
    folder, _, name = link.rpartition("/")
    return address == link or bool(folder and name == "index.html" and address.startswith(folder + "/"))


def seen(context: Context) -> str:
    """Return what changes when anything that a page shows does."""
    shown = json.dumps(context, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(shown.encode(), digest_size=12).hexdigest()


class Page(NamedTuple):
    """A page of the site: its address, its sort, and what of that sort it shows."""

    address: str
    sort: str
    about: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Sort:
    """A sort of page: which pages there are, and what each shows; its template bears its name."""

    plan: Callable[[World], Iterator[Page]]
    show: Callable[[World, Page], Context]
