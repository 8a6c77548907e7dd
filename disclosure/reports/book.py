"""The marked-up workbook of one department: its rows with faults or notices as it sent them, what is wrong beside them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from disclosure.problems import FAULT, Problem, wide
from disclosure.reports.marks import Marked
from disclosure.reports.shelf import Source
from disclosure.source.sheets import letters

ROWS = 20_000
SHEETS = 200
FRONT = ("文件", "工作表", "行", "问题", "建议值")
FIRST = len(FRONT)
LONGEST = 32_000  # a cell holds 32,767 characters
NARROW, WIDE, MESSAGE, LINE = 7, 32, 60, 14

_FACE = {
    "font_name": "宋体",
    "font_size": 10,
    "valign": "top",
    "num_format": "@",
    "border": 1,
    "border_color": "#D0D0D0",
}
_LOOKS: dict[str, dict[str, object]] = {
    "head": {"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "vcenter", "border_color": "#A0A0A0"},
    "cell": {},
    "wrapped": {"text_wrap": True},
    "fault": {"bg_color": "#FFC7CE", "font_color": "#7A0010", "text_wrap": True},
    "notice": {"bg_color": "#FFEB9C", "font_color": "#5F4300", "text_wrap": True},
    "proposal": {"bg_color": "#D5EFD8", "font_color": "#0B4A17", "text_wrap": True},
    "title": {"bold": True, "font_size": 14, "border": 0},
    "prose": {"text_wrap": True, "border": 0},
}
_GUIDE = (
    ("fault", "红色「错误」：这一格必须改，改好以前这一行不能公示"),
    ("notice", "黄色「提示」：请核对；没有写错就不用改"),
    ("proposal", "绿色「建议值」：程序推算出的唯一可能的值，请对照原件确认后再用"),
)


def write_book(
    path: Path,
    department: str,
    day: datetime.date,
    whole: Sequence[Problem],
    tables: Iterable[tuple[Source, Iterator[Marked]]],
) -> int:
    """Write the workbook to a path; `whole` are faults of whole files. Return how many rows found no room in it."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    left_out, room = 0, ROWS
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": department, "created": datetime.datetime.combine(day, datetime.time())})
        looks = {name: book.add_format(_FACE | look) for name, look in _LOOKS.items()}
        names: set[str] = set()
        front = book.add_worksheet(_name("说明", names))
        for number, (source, rows) in enumerate(tables):
            if number < SHEETS and room:
                written = _write_table(book.add_worksheet(_name(_label(source), names)), looks, source, rows, room)
                room -= written
                left_out += source.rows - written
            else:
                left_out += source.rows
        _write_front(front, looks, department, day, whole, left_out)
    return left_out


def _write_table(sheet, looks, source: Source, rows: Iterator[Marked], room: int) -> int:  # type: ignore[no-untyped-def]
    """Write the rows of one table, a row each; return how many."""
    widths = {column: min(max(wide(title) + 3, NARROW), 18) for column, title in enumerate([*FRONT, *source.titles])}
    for column, title in enumerate([*FRONT, *source.titles]):
        sheet.write_string(0, column, clean(title), looks["head"])
    number = 0
    for number, row in enumerate(rows, 1):
        tones = _tones(row)
        said = "\n".join(message(mark.problem, mark.column, source.titles) for mark in row.marks)
        proposals = "\n".join(_proposals(row, source.titles))
        front = ((source.path, "cell"), (source.sheet, "cell"), (str(row.line), "cell"))
        proposed = (proposals, "proposal" if proposals else "cell")
        own = ((cell, tones.get(i, "cell")) for i, cell in enumerate(row.cells))
        sheet.set_row(number, LINE * min(max(_lines(said, MESSAGE), _lines(proposals, WIDE)), 25) + 4)
        for column, (text, look) in enumerate([*front, (said, tones[-1]), proposed, *own]):
            widths[column] = max(widths.get(column, NARROW), min(wide(text), WIDE))
            sheet.write_string(number, column, clean(text), looks[look])
        if number == room:
            break
    for column, width in widths.items():
        sheet.set_column(column, column, MESSAGE if column == 3 else width + 1)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, number, max(widths))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.print_area(0, 0, number, FIRST - 1)  # all of the columns would be too small to read
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
    return number


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column; spreadsheets break a little earlier than they need."""
    return sum(1 + wide(line) // (width - 2) for line in text.split("\n"))


def _tones(row: Marked) -> dict[int, str]:
    """Return the look of each marked column, and of the message at -1: a fault outweighs a notice."""
    tones: dict[int, str] = {}
    for mark in row.marks:
        for column in (mark.column, -1):
            if mark.problem.severity == FAULT or column not in tones:
                tones[column] = "fault" if mark.problem.severity == FAULT else "notice"
    return tones


def message(problem: Problem, column: int, titles: Sequence[str]) -> str:
    """Return a fault or notice in one line, the column it is about named as it stands in the workbook."""
    title = _title(column, titles)
    where = f"{letters(FIRST + column)} 列{'' if title in problem.what else title}：" if column >= 0 else ""
    return f"{problem.severity}：{where}{problem.what}。改法：{problem.mend}。"


def _proposals(row: Marked, titles: Sequence[str]) -> Iterator[str]:
    for mark in row.marks:
        if mark.problem.proposal:
            yield f"{_title(mark.column, titles)}{mark.problem.proposal}"


def _title(column: int, titles: Sequence[str]) -> str:
    return f"「{titles[column]}」" if 0 <= column < len(titles) and titles[column] else ""


def _write_front(sheet, looks, department: str, day: datetime.date, whole: Sequence[Problem], left_out: int) -> None:  # type: ignore[no-untyped-def]
    lines = [
        (department, "title"),
        (f"报送数据检查结果（{day.isoformat()}）", "prose"),
        ("", "prose"),
        ("后面每张表是报来的一张表里有错误或提示的行，原样列出；前面五列是位置、问题和建议值。", "prose"),
        ("请在原来的系统或文件里改正，再整份重新报送；不要只报这份表。", "prose"),
        ("证件号码和不公开的列只留开头几位，核对时请看原件。", "prose"),
        *((text, look) for look, text in _GUIDE),
    ]
    if left_out:
        lines.append((f"另有 {left_out:,} 行没有列出，改好这些后再检查一次。", "fault"))
    if whole:
        lines += [("", "prose"), ("整个文件的错误（文件里的行都没有读入）", "head")]
        lines += [(f"{problem.place}\n{message(problem, -1, ())}", "fault") for problem in whole]
    for number, (text, look) in enumerate(lines):
        sheet.set_row(number, 24 if look == "title" else LINE * min(_lines(text, 96), 25) + 4)
        sheet.write_string(number, 0, clean(text), looks[look])
    sheet.set_column(0, 0, 96)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)


_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return a text as a cell can hold it."""
    text = _NOT_XML.sub("\ufffd", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "……"


def _label(source: Source) -> str:
    name = Path(source.path)
    return "-".join(part for part in (name.parent.name, name.stem, source.sheet) if part)


def _name(label: str, taken: set[str]) -> str:
    """Return a name for a worksheet: at most 31 characters, none of those that are forbidden, each once."""
    label = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", clean(label)).strip("' ") or "表"
    name, number = label[:31], 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        name = f"{label[: 30 - len(str(number))]}-{number}"
    taken.add(name.casefold())
    return name
