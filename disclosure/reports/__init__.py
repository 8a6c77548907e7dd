"""The answer to the departments: for each what it sent, what became of it, and what is to be mended, for staff to send on."""

from __future__ import annotations

import csv
import datetime
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from disclosure.intake import find_files
from disclosure.problems import SORTS, Problem
from disclosure.registers import Register
from disclosure.reports import pages
from disclosure.reports.book import write_book
from disclosure.reports.folder import file_names, private, unfit
from disclosure.reports.ledger import TOLD, UNKNOWN, Ledger, balance, received, total, used
from disclosure.reports.marks import Noticed, read_again, shielded
from disclosure.reports.shelf import rows_of, settle, shelve, sources
from disclosure.site import Departments, Site
from disclosure.staff import fitted
from disclosure.titles import Terms
from disclosure.workers import each

__all__ = ["private", "received", "summary", "unfit", "write_reports"]

SUMMARY = "报送情况.csv"
SHORT = {"unread": "未读入"}
OWN = ("shown", "split", "faulty", "unread")  # what is told apart also where there is little room
Whole = dict[str, list[Problem]]


def write_reports(
    store: sqlite3.Connection,
    root: Path,
    declared: tuple[Site, dict[str, Register], Departments, Terms],
    of_data: Sequence[Problem],
    of_rows: Sequence[Problem],
    day: datetime.date,
    into: Path,
    jobs: int,
) -> tuple[Ledger, Whole]:
    """Write the reports of all departments into a folder; return what came in, and the faults of whole files by department.

    The store is a scratch one that holds what could be accepted of data/ for the day; `of_data` was found while reading,
    `of_rows` is what was said of accepted rows afterwards. Files without either are not opened again.
    """
    site, registers, departments, terms = declared
    files, stray = find_files(root, registers)
    said = {problem.place.path for problem in (*of_data, *of_rows)}
    noticed: Noticed = {}
    for problem in of_rows:
        at = (problem.place.path, problem.place.sheet, problem.place.line)
        noticed.setdefault(at, []).append(problem)
    again = partial(read_again, registers=registers, departments=departments, noticed=noticed, terms=terms)
    read = shelve(store, each(again, [given for given in files if given.name in said], jobs))
    ledger = balance(store, registers, departments, [given.name for given in files], read)
    settle(store, ledger)
    whole: Whole = {UNKNOWN: [shielded(problem) for problem in stray]} if stray else {}
    for file in read:
        for department in ledger.within(file.given.name) if file.problems else ():
            whole.setdefault(department, []).extend(file.problems)
    _write(store, site, ledger, whole, day, into)
    return ledger, whole


def _write(store: sqlite3.Connection, site: Site, ledger: Ledger, whole: Whole, day: datetime.date, into: Path) -> None:
    drawing = pages.drawing()
    departments = list(dict.fromkeys([*ledger.departments(), *whole]))
    names = file_names(departments)
    written = []
    with private(into) as new:

        def write(name: str, template: str, shown: dict[str, object]) -> str:
            html = drawing.get_template(template).render(shown)
            new(name).write_text(html, encoding="utf-8", errors="replace")
            return name

        for department in departments:
            faults, tables = whole.get(department, []), sources(store, department)
            book, left_out = "", 0
            if faults or tables:
                book = f"{names[department]}.xlsx"
                marked = ((source, rows_of(store, department, source)) for source in tables)
                left_out = write_book(new(book), department, day, faults, marked)
            marked = ((source, rows_of(store, department, source)) for source in tables)
            shown = pages.department(department, day, ledger.of(department), faults, marked, book, left_out)
            page = write(f"{names[department]}.html", "department.html", shown)
            written.append(pages.Written(department, page, book, len(faults)))
        write("index.html", "index.html", pages.index(site.name, day, ledger, written, SUMMARY))
        _write_summary(new(SUMMARY), ledger, whole)


def _write_summary(path: Path, ledger: Ledger, whole: Whole) -> None:
    """Write the ledger as a table that a spreadsheet opens, no cell of it a formula."""
    said: dict[str, list[str]] = {}
    for problem in (problem for problems in whole.values() for problem in problems):
        titles = said.setdefault(problem.place.path, [])
        titles += [SORTS[problem.name]] if SORTS[problem.name] not in titles else []
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as stream:
        writer = csv.writer(stream)
        writer.writerow(["部门", "文件", "行数", *TOLD.values(), "错误（处）", "提示（处）", "整个文件的错误"])
        for entry in [*ledger.entries, total(ledger.entries)]:
            counts = pages.cells(entry, TOLD)
            of_file = "；".join(said.get(entry.path, []))
            writer.writerow([defused(entry.department), defused(entry.path), *counts, of_file])


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else text


def summary(ledger: Ledger, whole: Whole) -> str:
    """Return what came in and became of it by department, as a text for the console."""
    sums = [total(ledger.of(name), name) for name in ledger.departments()]
    told = used(sums)
    head = ["部门", "行数", *(SHORT.get(each, TOLD[each]) for each in told), "错误", "提示", "整个文件"]
    lines = [
        [
            entry.department,
            *(f"{count:,}" for count in pages.cells(entry, told)),
            f"{len(whole.get(entry.department, []))}",
        ]
        for entry in sums
    ]
    distinct = {problem for problems in whole.values() for problem in problems}
    sum_of_all = [*(f"{count:,}" for count in pages.cells(total(sums), told)), f"{len(distinct)}"]
    return fitted([head, *lines, ["合计", *sum_of_all]], {TOLD[each] for each in told if each not in OWN})
