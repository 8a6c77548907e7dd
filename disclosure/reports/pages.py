"""What staff and departments read: the page of one department, and the index of all. Self-contained, to be printed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from disclosure.problems import FAULT, SORTS, Place, Problem
from disclosure.reports.ledger import TOLD, Entry, Ledger, total, used
from disclosure.reports.marks import Mark, Marked, shorten
from disclosure.reports.shelf import Source

PER_SORT = 100
LONG = 120
Context = dict[str, Any]


def drawing() -> Environment:
    """Return what draws the templates that lie beside this module."""
    folder = FileSystemLoader(Path(__file__).parent)
    drawn = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    drawn.filters["number"] = lambda count: f"{count:,}"
    return drawn


def department(
    name: str,
    day: datetime.date,
    entries: Sequence[Entry],
    whole: Sequence[Problem],
    tables: Iterable[tuple[Source, Iterator[Marked]]],
    book: str,
    left_out: int,
) -> Context:
    """Return what the page of one department shows, `left_out` rows not even in its workbook; of each sort of fault the first PER_SORT are listed."""
    counts: Counter[tuple[str, str]] = Counter()
    groups = []
    for source, rows in tables:
        listed = []
        for row in rows:
            marks = []
            for mark in row.marks:
                sort = (mark.problem.severity, mark.problem.name)
                counts[sort] += 1
                if counts[sort] <= PER_SORT:
                    marks.append(_mark(mark, row, source))
            if marks:
                listed.append({"line": row.line, "who": row.who, "marks": marks})
        if listed:
            groups.append({"label": f"{source.path}{'　' + source.sheet if source.sheet else ''}", "rows": listed})
    return {
        "name": name,
        "day": day.isoformat(),
        "entries": _account(entries, [entry.path for entry in entries]),
        "sum": total(entries),
        "shown": total(entries).fates["shown"],
        "faulty": total(entries).fates["faulty"],
        "whole": [_whole(problem) for problem in whole],
        "sorts": _sorts(counts),
        "per_sort": PER_SORT,
        "more": sum(max(0, count - PER_SORT) for count in counts.values()),
        "left_out": left_out,
        "groups": groups,
        "book": quote(book),
        "book_label": book,
    }


def _sorts(counts: Counter[tuple[str, str]]) -> list[Context]:
    """Every sort of fault and notice, the most frequent first, with how many of it are not listed."""
    in_order = sorted(counts.items(), key=lambda item: (item[0][0] != FAULT, -item[1], item[0][1]))
    return [
        {
            "fault": severity == FAULT,
            "severity": severity,
            "title": SORTS[name],
            "count": count,
            "more": max(0, count - PER_SORT),
        }
        for (severity, name), count in in_order
    ]


def _mark(mark: Mark, row: Marked, source: Source) -> Context:
    problem, column = mark.problem, mark.column
    return {
        "fault": problem.severity == FAULT,
        "severity": problem.severity,
        "place": _place(problem.place),
        "title": source.titles[column] if 0 <= column < len(source.titles) else "",
        "cell": shorten(row.cells[column], LONG) if 0 <= column < len(row.cells) else "",
        "what": problem.what,
        "why": problem.why,
        "mend": problem.mend,
        "proposal": problem.proposal,
    }


def _place(place: Place) -> str:
    if place.cell:
        return f"{place.cell} 格"
    return f"第 {place.line} 行第 {place.column} 字" if place.column else f"第 {place.line} 行"


def _whole(problem: Problem) -> Context:
    said = {part: getattr(problem, part) for part in ("what", "why", "mend", "severity")}
    return {**said, "place": str(problem.place), "excerpt": problem.place.excerpt}


def _account(entries: Sequence[Entry], labels: Sequence[str], links: Sequence[Context] = ()) -> Context:
    """Return a table of what came in and became of it, a line an entry, the sum last."""
    told = used(entries)
    lines = [
        {"label": label, "cells": cells(entry, told), "links": links[i] if links else {}}
        for i, (entry, label) in enumerate(zip(entries, labels, strict=True))
    ]
    return {
        "titles": ["行数", *(TOLD[each] for each in told), "错误（处）", "提示（处）"],
        "lines": lines,
        "sum": cells(total(entries), told),
    }


def cells(entry: Entry, told: Iterable[str]) -> list[int]:
    """Return the numbers of an entry: rows in, what is told of them, faults, notices."""
    return [entry.rows, *(entry.count(each) for each in told), entry.faults, entry.notices]


@dataclass(frozen=True)
class Written:
    """What was written for one department: its page, its workbook or "", and how many faults of whole files it has."""

    department: str
    page: str
    book: str
    whole: int


def index(site: str, day: datetime.date, ledger: Ledger, written: Sequence[Written], summary: str) -> Context:
    """Return what the index shows: every department with its page and workbook, and every file."""
    names = [each.department for each in written]
    links = [{"page": quote(each.page), "book": quote(each.book), "whole": each.whole} for each in written]
    by_file: dict[str, list[Entry]] = {}
    for entry in ledger.entries:
        by_file.setdefault(entry.path, []).append(entry)
    paths = sorted(by_file)
    return {
        "site": site,
        "day": day.isoformat(),
        "departments": _account([total(ledger.of(name), name) for name in names], names, links),
        "files": _account([total(by_file[path]) for path in paths], paths),
        "summary": quote(summary),
        "summary_label": summary,
    }
