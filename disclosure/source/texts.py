"""CSV: decoded strictly, parsed strictly, with the line and column of every cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from disclosure.problems import Place, Problem, Refused
from disclosure.source.tables import COLUMNS, Row, Table, too_many_titles

FIELD_CHARACTERS = 1_000_000
LINE_CHARACTERS = 5_000_000
ROW_LINES = 10_000
DELIMITERS = ",\t;"
LOOKED_AT = 10
csv.field_size_limit(FIELD_CHARACTERS)


def read_csv(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return the one table of a CSV file in UTF-8 (with or without BOM) or GB18030."""
    data = path.read_bytes()
    if b"\0" in data:
        return [], [_with_nul(data, name)]
    encoding = encoding_of(data)
    if encoding is None:
        return [], [_undecodable(data, name)]
    # Decoded again as it is read: the whole text would take two bytes for every character, or four.
    head = io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read(FIELD_CHARACTERS)
    delimiter = _delimiter(head)
    lines = _Lines(io.TextIOWrapper(io.BytesIO(data), encoding, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows = _rows(reader, lines, name)
    try:
        heading = next(rows, None)
    except Refused as refused:
        return [], refused.problems
    if heading is None:
        return [], []
    if len(heading.values) > COLUMNS:
        return [], [too_many_titles("broken-csv", Place(name, heading.line))]

    def locate(row: Row, column: int) -> Place:
        return _place(name, row, column, delimiter)

    table = Table(name, heading.values, rows, locate, lambda column: locate(heading, column), heading)
    return [table], []


def encoding_of(data: bytes) -> str | None:
    """Return how a text is encoded, tried as UTF-8 and then as GB18030, or None where it is neither.

    GB18030 stands last because it accepts nearly anything; the titles prove it afterwards.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            for _ in io.TextIOWrapper(io.BytesIO(data), encoding):
                pass
        except UnicodeDecodeError:
            continue
        return encoding
    return None


class _Lines:
    """The physical lines of a text, remembering those taken since the last row."""

    def __init__(self, stream: Iterator[str]) -> None:
        self.stream = stream
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.stream)
        self.taken.append(line)
        if len(self.taken) > ROW_LINES:
            raise csv.Error("unexpected end of data")
        if len(line) > LINE_CHARACTERS:
            raise csv.Error("line too long")
        return line


def _rows(reader: Iterator[list[str]], lines: _Lines, name: str) -> Iterator[Row]:
    first = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused([_broken(name, first, lines.taken, str(error))]) from error
        raw, lines.taken = lines.taken, []
        line, first = first, first + len(raw)
        if any(value and not value.isspace() for value in values):
            yield Row(line, values, raw)


def _place(name: str, row: Row, column: int, delimiter: str) -> Place:
    """Find a cell again in the physical lines of its row."""
    if column < 0:
        return Place(name, row.line, 0, excerpt=row.raw[0].rstrip("\r\n"))
    text = "".join(row.raw)
    cells, begin, index, quoted = 0, 0, 0, False
    for index, char in enumerate(text):
        # A quote opens a cell, closes it, or doubled stands for itself; inside a bare cell it is only a character.
        if char == '"' and (quoted or index == begin or text[begin] == text[index - 1] == '"'):
            quoted = not quoted
        elif char == delimiter and not quoted:
            if cells == column:
                break
            cells, begin = cells + 1, index + 1
    else:
        index = len(text.rstrip("\r\n"))
    before = text[:begin]
    line, start = before.count("\n"), begin - (before.rfind("\n") + 1)
    excerpt = row.raw[min(line, len(row.raw) - 1)].rstrip("\r\n")
    width = min(index - begin, len(excerpt) - start)
    return Place(name, row.line + line, start + 1, excerpt=excerpt, width=max(width, 0))


def _delimiter(text: str) -> str:
    """Return what parts the cells: the commonest in the first line that has any, since a banner above may have none."""
    for line in text.splitlines()[:LOOKED_AT]:
        if any(delimiter in line for delimiter in DELIMITERS):
            return max(DELIMITERS, key=line.count)
    return ","


def _broken(name: str, line: int, taken: list[str], reason: str) -> Problem:
    excerpt = taken[0].rstrip("\r\n")[:200] if taken else ""
    at, why = excerpt.find('"'), "这一行不合 CSV 的写法"
    mend = "把这一行的引号补齐（格内的引号写成两个），或用电子表格软件打开后另存为 xlsx"
    if "end of data" in reason or "expected after" in reason:
        why = "引号没有成对，后面的行会被当成同一格"
    elif "too long" in reason:
        why, mend = f"这一行超过 {LINE_CHARACTERS:,} 个字", "每条记录写一行；换行丢了的，从原系统重新导出"
    elif "field larger" in reason:
        why = f"有一格超过 {FIELD_CHARACTERS:,} 个字，多半是前面有引号没有成对"
    place = Place(name, line, max(at, 0) + 1, excerpt=excerpt, width=1)
    return Problem("broken-csv", place, "从这一行起无法按 CSV 读取", why, mend)


def _with_nul(data: bytes, name: str) -> Problem:
    """A file in UTF-16, or one that is no text at all."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:200].count(b"\0") > 20
    what = "文件是 UTF-16 编码，或不是文字" if wide else "文件里有空字符（NUL）"
    place = Place(name) if wide else Place(name, data[: data.index(b"\0")].count(b"\n") + 1)
    mend = "在电子表格软件里另存为「CSV UTF-8」或 xlsx 后再放入"
    return Problem("unknown-encoding", place, what, "CSV 只收 UTF-8 和 GB18030 编码的文字", mend)


def _undecodable(data: bytes, name: str) -> Problem:
    line = 0
    try:
        data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    return Problem(
        "unknown-encoding",
        Place(name, line),
        "文件既不是 UTF-8 也不是 GB18030 编码",
        "编码不明的文件会把人名、企业名读错",
        "在电子表格软件里另存为「CSV UTF-8」或 xlsx 后再放入",
    )
