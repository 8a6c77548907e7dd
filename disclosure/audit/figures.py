"""Figures: a number stands on badge, list, statistics, home, index and download, and everywhere it is what the store counts.

A page marks a number by `data-count`: its value says what is counted, else the link around it does, else the page itself.
A number marked `data-sum` is the sum of those before it in its row.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from disclosure.audit.desk import Measure, Written, broken
from disclosure.audit.links import target_of
from disclosure.audit.rows import lines_of, rows_of_workbook
from disclosure.disclose import REASONS
from disclosure.pages.data import ENTITIES
from disclosure.problems import Problem
from disclosure.store import open_for_reading

_MARK = re.compile(r""" data-(count|sum)(?:="([^"]*)")?[\s>]""")
_LINK = re.compile(r"""href="([^"]*)\"""")
_NUMBER = re.compile("[0-9][0-9,]*")
_RECORD = re.compile("(.+)-[0-9a-f]{12}")
_GROUP = re.compile("(s[0-9]+)-(.+)")


def figures(store: sqlite3.Connection, listed: Iterable[str], today: str) -> Iterator[tuple[str, int | str]]:
    """Count what is shown: by the address of every list, and for every entity's page by register; reckoned here alone.

    The same counts come in the same order.
    """
    names = set(listed)
    found: Counter[str] = Counter()
    query = "SELECT register, date, department, district, theme, count(*) FROM shown GROUP BY 1, 2, 3, 4, 5"
    for register, day, department, district, theme, count in store.execute(query):
        if register not in names:
            continue
        found["list/index.html"] += count
        facets = [f"department/{department}/"] * bool(department) + [f"district/{district}/"] * bool(district)
        themes = [f"theme/{theme}/"] * bool(theme)
        spans = ("index", day[:4], day[:7], day) if day else ("index", "undated")
        for facet in ("", *facets, *themes):
            for span in spans:
                found[f"list/{register}/{facet}{span}.html"] += count
        for facet in facets:
            found[facet.rstrip("/")] += count
        found[f"month/{day[:7]}"] += count
    hidden = "SELECT register, reason, date FROM fate JOIN row ON row.id = fate.row WHERE fate.reason NOT IN ('shown', 'future')"
    for register, reason, day in store.execute(hidden):
        if register in names and day <= today:
            found[f"counted/{register}/{reason}"] += 1
    found.update(_scores(store, names))
    nothing = {"list/index.html": 0, **{f"list/{register}/index.html": 0 for register in names}}
    yield from sorted({**nothing, **found}.items())
    query = (
        "SELECT address, group_concat(register || ' ' || number, ' ') FROM"
        " (SELECT entity.address, shown.register, count(*) AS number FROM shown JOIN entity ON entity.key = shown.entity"
        " GROUP BY entity.key, shown.register) GROUP BY address"
    )
    yield from store.execute(query)


def _scores(store: sqlite3.Connection, names: set[str]) -> Counter[str]:
    """Count what scorecards say: by year and month, by department and of all."""
    found: Counter[str] = Counter()
    query = (
        "SELECT register, department, substr(date, 1, 7), timely, complete, corrected, count(*)"
        " FROM scored JOIN shown ON shown.row = scored.row GROUP BY 1, 2, 3, 4, 5, 6"
    )
    for register, department, month, timely, complete, corrected, count in store.execute(query):
        marks = [name for name, marked in (("complete", complete), ("corrected", corrected)) if marked]
        marks.append("on" if timely.endswith("on") else "late" if timely.endswith("late") else "unknown")
        for span in (month[:4], month) if register in names else ():
            for what in marks:
                found[f"score/{span}/{department}/{what}"] += count
                found[f"score/{span}/all/{what}"] += count
    refused = store.execute("SELECT register, department, month, count FROM refusal").fetchall()
    for register, department, month, count in refused:
        for span in {month[:4], month} if register in names else ():
            for place in (department, "all"):
                found[f"score/{span}/{place}/refused"] += count
    return found


def counts(file: Written, measure: Measure) -> Iterator[Problem]:
    """Every number that a page marks is what it counts; an entity's page has as many records as the store."""
    if file.is_page:
        yield from _marked(file, measure)
    elif file.name.startswith("search/names/"):
        yield from _indexed(file, measure)
    elif file.name == "counted.jsonl":
        for line in file.text.splitlines():
            said = json.loads(line)
            reason = next(reason for reason, words in REASONS.items() if words == said["why"])
            true = measure.figures.get(f"counted/{said['register']}/{reason}", 0)
            if said["count"] != true:
                yield _wrong(file, f"{said['label']}写的是 {said['count']:,}，实有 {true:,}")
    elif file.name.startswith(("statistics/", "scorecard/")):
        yield from _tabled(file, measure)
    elif file.name.startswith("data/") and file.path.suffix in _RECORDS:
        yield from _downloaded(file, measure)


def _marked(file: Written, measure: Measure) -> Iterator[Problem]:
    text, own, summed, row = file.text, _of_entity(file, measure), 0, 0
    sums = " data-sum" in text
    for match in _MARK.finditer(text):
        opening, closing = text.rfind("<", 0, match.start()), text.find(">", match.start())
        number = _number(text[closing + 1 : text.find("<", closing)])
        if number is None:
            yield _wrong(file, "标了 data-count 的地方没有数字")
            continue
        start = text.rfind("<tr", 0, opening) if sums else 0
        if start != row:
            row, summed = start, 0
        if match[1] == "sum":
            whole = measure.figures.get(match[2] or "", number)
            if whole != number:
                yield _wrong(file, f"合计写的是 {number:,}，实有 {whole:,}")
            if number != summed:
                yield _wrong(file, f"合计写的是 {number:,}，各项相加是 {summed:,}")
            continue
        summed += number
        target = match[2] or _link(text, opening, closing)
        if target.startswith("#") or not target:
            target = file.name + target
        elif not match[2]:
            target = "#".join(filter(None, target_of(file.name.rpartition("/")[0], target, measure.home)))
        true = own.get(target.partition("#")[2]) if target.startswith(f"{file.name}#") else measure.figures.get(target)
        if isinstance(true, int) and true != number:
            yield _wrong(file, f"写的是 {number:,}，{target} 实有 {true:,}")
    stored = measure.figures.get(file.name)
    if isinstance(stored, str):
        for register, count in _by_register(stored).items():
            written = own.get(f"records {register}", count)
            if written != count:
                yield _wrong(file, f"{register} 写了 {written:,} 条记录，应有 {count:,} 条")


def _link(text: str, opening: int, closing: int) -> str:
    """Return where the link leads that a tag is, or stands in, "" where there is none."""
    if not text.startswith("<a ", opening):
        around = text.rfind("<a ", 0, opening)
        if around <= text.rfind("</a>", 0, opening):
            return ""
        opening, closing = around, text.find(">", around)
    found = _LINK.search(text, opening, closing)
    return found[1] if found else ""


def _of_entity(file: Written, measure: Measure) -> dict[str, int]:
    """Return how many records stand on an entity's page: by the id of each group and section, and by register."""
    if not isinstance(measure.figures.get(file.name), str):
        return {}
    found_groups = (match for name in file.ids if (match := _GROUP.fullmatch(name)) and match[2] != "title")
    groups = {match[2]: match[1] for match in found_groups}
    records = Counter(match[1] for name in file.ids if (match := _RECORD.fullmatch(name)))
    found: Counter[str] = Counter()
    for number in range(1, len(measure.sections) + 1):
        found[f"s{number}"] = 0
    for register, section in groups.items():
        found[f"{section}-{register}"] = found[f"records {register}"] = records[register]
        found[section] += records[register]
    return dict(found)


def _by_register(stored: str) -> dict[str, int]:
    """Return how many records of each register an entity's page holds."""
    parts = iter(stored.split())
    return {register: int(next(parts)) for register in parts}


def _indexed(file: Written, measure: Measure) -> Iterator[Problem]:
    """The counts that the search shows of an entity are those of its page, all sections together."""
    for line in filter(str.strip, file.spelt.split("\n")):
        _, code, counts, _, short, *_ = line.split("\t")
        address = f"entity/{short}.html" if short else f"entity/{code[-2:]}/{code}.html"
        address = short[1:] if short.startswith("/") else address
        stored = measure.figures.get(address)
        if isinstance(stored, str):
            of_registers = _by_register(stored).items()
            listed = sum(count for register, count in of_registers if f"list/{register}/index.html" in measure.figures)
            said = sum(int(part) for part in counts.removeprefix("#").split(",") if part)
            if said != listed:
                yield _wrong(file, f"检索里写的是 {said:,}，{address} 实有 {listed:,}")


def _tabled(file: Written, measure: Measure) -> Iterator[Problem]:
    """Every number of a table that names its list is what the list holds."""
    _, *rows = csv.reader(lines_of(file.path))
    for *_, number, place in rows:
        if place.startswith(measure.home) and int(number) != measure.figures.get(place.removeprefix(measure.home)):
            yield _wrong(file, f"写的是 {number}，{place} 不是")


def _downloaded(file: Written, measure: Measure) -> Iterator[Problem]:
    """A file of open data has as many records as the list of its register, that of all registers as all lists."""
    about = file.name.split("/")[1]
    address = "list/index.html" if about.startswith("_") else f"list/{about}/index.html"
    said, true = _RECORDS[file.path.suffix](file.path), measure.figures.get(address)
    if said != true:
        yield _wrong(file, f"有 {said:,} 条记录，{address} 实有 {true or 0:,}")


def _records_of_database(path: Path) -> int:
    with closing(open_for_reading(path)) as base:
        made = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = (base.execute(f'SELECT count(*) FROM "{name}"').fetchone() for (name,) in made if name != ENTITIES)
        return sum(count for (count,) in counts)


# How the records of a download are counted: lines below the titles, or rows.
_RECORDS: dict[str, Callable[[Path], int]] = {
    ".csv": lambda path: sum(1 for _ in csv.reader(lines_of(path))) - 1,
    ".jsonl": lambda path: sum(1 for _ in lines_of(path)),
    ".xlsx": lambda path: sum(row.count("<row ") for row in rows_of_workbook(path)) - 1,
    ".sqlite": _records_of_database,
}


def _number(text: str) -> int | None:
    found = _NUMBER.findall(text)
    return int(found[0].replace(",", "")) if len(found) == 1 else None


def _wrong(file: Written, what: str) -> Problem:
    return broken(file.name, f"数字不一致：{what}", "同一个数字处处要一样：这是程序或模板的错误，请联系维护人员")
