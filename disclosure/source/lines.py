"""JSON Lines: one object a line, values kept as the text they are written in, with the line and column of every value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from disclosure.problems import Place, Problem
from disclosure.source.tables import COLUMNS, Row, Table, too_many_titles

LINE_CHARACTERS = 1_000_000
BLANK = " \t\r\n"


class _Wrong(ValueError):
    """What of a line is not taken, how to mend it, and the words or the place in the line that it is about."""

    def __init__(self, what: str, mend: str, word: str = "", at: int = 0) -> None:
        super().__init__(what)
        self.what, self.mend, self.word, self.at = what, mend, word, at


def read_jsonl(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return the one table of a JSON Lines file in UTF-8; all lines that are not plain objects are its faults."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(name, data[: error.start].count(b"\n") + 1)
        mend = "从原系统重新导出，编码选 UTF-8"
        return [], [Problem("unknown-encoding", place, "文件不是 UTF-8 编码", "JSONL 文件只用 UTF-8 编码", mend)]
    objects: list[tuple[int, str, dict[str, str]]] = []
    titles: dict[str, tuple[int, str]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip(BLANK):
            continue
        try:
            values = _object(line)
        except _Wrong as wrong:
            problems.append(_broken(name, number, line, wrong))
            continue
        objects.append((number, line, values))
        for title in values:
            titles.setdefault(title, (number, line))
        if len(titles) > COLUMNS:
            return [], [too_many_titles("broken-jsonl", Place(name, number))]
    if problems:
        return [], problems
    known = list(titles)

    def locate(row: Row, column: int) -> Place:
        return _place(name, row.line, row.raw, known[column] if 0 <= column < len(known) else "")

    def title_place(column: int) -> Place:
        return _place(name, *titles[known[column]], known[column], of_value=False)

    return ([Table(name, known, _rows(objects, known), locate, title_place)] if known else []), []


def _rows(objects: list[tuple[int, str, dict[str, str]]], titles: list[str]) -> Iterator[Row]:
    for number, line, values in objects:
        if values:
            yield Row(number, [values.get(title, "") for title in titles], line)


def _object(line: str) -> dict[str, str]:
    if len(line) > LINE_CHARACTERS:
        raise _Wrong(f"这一行超过 {LINE_CHARACTERS:,} 个字", "一行只写一条记录")
    try:
        found = json.loads(
            line, object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=_constant, strict=True
        )
    except json.JSONDecodeError as error:
        raise _Wrong("从这里起不合 JSON 的写法", "一行写一个完整的 {…}，引号用英文引号", at=error.pos) from None
    except RecursionError:
        raise _Wrong("嵌套得太深", "值直接写成文字或数字") from None
    if not isinstance(found, dict):
        raise _Wrong("这一行不是 {…}", '一行写一条记录，形如 {"名称": "…"}')
    return {key: _value(key, value) for key, value in found.items()}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Wrong(f"「{key}」写了两次", "留下一个", _written(key))
        found[key] = value
    return found


def _constant(word: str) -> str:
    raise _Wrong(f"「{word}」不是值", '空着写成 ""，数字照原样写', word)


def _value(key: str, value: Any) -> str:
    """Return a value as text; several plain values are joined, as in YAML."""
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return "、".join(_value(key, item) for item in value)
    if isinstance(value, (list, dict)):
        raise _Wrong(f"「{key}」下面又分了层", "值直接写成文字或数字，几个值用 [甲, 乙]", _written(key))
    if value is None:
        return ""
    text = ("是" if value else "否") if isinstance(value, bool) else str(value)
    if not (text + key).isprintable() and any("\ud800" <= char <= "\udfff" for char in text + key):
        raise _Wrong(
            f"「{key.encode(errors='replace').decode()}」里有半个字符（\\ud8… 一类）", "从原系统重新导出", _written(key)
        )
    return text


def _place(name: str, number: int, line: str, key: str, of_value: bool = True) -> Place:
    """Find the value of a key again in its line, or the key itself."""
    excerpt = line.rstrip("\r")
    if not key:
        return Place(name, number, 0, excerpt=excerpt)
    for found, start, value, end in _spans(excerpt):
        if found == key:
            span = (value, end) if of_value else (start, value)
            width = (end if of_value else start + len(_written(key))) - span[0]
            return Place(name, number, span[0] + 1, excerpt=excerpt, width=width)
    return Place(name, number, 0, excerpt=excerpt)


def _spans(line: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield the keys of a line that is an object: where the key, its value, and the end of the value stand."""
    at, decoder = line.index("{") + 1, json.JSONDecoder(parse_int=str, parse_float=str)
    while True:
        start = _skip(line, at)
        if start >= len(line) or line[start] != '"':
            return
        key, at = scanstring(line, start + 1, True)
        value = _skip(line, at, BLANK + ":")
        _, end = decoder.raw_decode(line, value)
        yield key, start, value, end
        at = _skip(line, end, BLANK + ",")


def _skip(line: str, at: int, over: str = BLANK) -> int:
    while at < len(line) and line[at] in over:
        at += 1
    return at


def _written(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def _broken(name: str, number: int, line: str, wrong: _Wrong) -> Problem:
    excerpt = line.rstrip("\r")[:LINE_CHARACTERS]
    at = max(excerpt.rfind(wrong.word), 0) if wrong.word else min(wrong.at, len(excerpt))
    place = Place(name, number, at + 1, excerpt=excerpt, width=max(len(wrong.word), 1))
    return Problem("broken-jsonl", place, wrong.what, "JSONL 文件一行一个对象，一个字段只有一个值", wrong.mend)
