"""YAML: read from the parser's events into plain text values, with the place of every one of them.

Events, not the usual loader: that one turns codes into numbers and 否 (no) into False, loses one of two equal keys,
and dies on deep nesting. Events come one at a time, so that depth, values and keys are bounded while they come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from disclosure.problems import Place, Problem, Refused
from disclosure.source.tables import COLUMNS, Row, Table, too_many_titles

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
YAML_BYTES = 5_000_000
LINES = 100_000
VALUES = 100_000
DEPTH = 16
Trail = tuple[str | int, ...]


@dataclass
class Tree:
    """Plain values (str, list, dict; an empty scalar is "") and the places of keys and values by trail."""

    name: str
    value: Any = None
    places: dict[Trail, Place] = field(default_factory=dict)
    keys: dict[Trail, Place] = field(default_factory=dict)

    def place(self, trail: Trail) -> Place:
        """Return the place of a value, or of the nearest thing around it that has one."""
        while trail and trail not in self.places:
            trail = trail[:-1]
        return self.places.get(trail, Place(self.name))


def read_tree(path: Path, name: str) -> tuple[Tree, list[Problem]]:
    """Return the values of a YAML file; aliases, tags, equal keys, depth over 16 are refused."""
    try:
        if path.stat().st_size > YAML_BYTES:
            return Tree(name, {}), [_too_much(name, f"文件超过 {YAML_BYTES // 1_000_000} MB")]
        data = path.read_bytes()
    except FileNotFoundError:
        mend = f"新建 {name}，内容参照 docs/"
        return Tree(name, {}), [Problem("missing-file", Place(name), "找不到这个文件", "程序需要它才能工作", mend)]
    return parse_tree(data, name)


def parse_tree(data: bytes, name: str) -> tuple[Tree, list[Problem]]:
    """Return the values of YAML bytes in UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem("unknown-encoding", Place(name, line), "文件不是 UTF-8 编码", "", "用记事本另存为 UTF-8 编码")
        return Tree(name, {}), [problem]
    if data.count(b"\n") > LINES:
        return Tree(name, {}), [_too_much(name, f"文件超过 {LINES:,} 行")]
    for number, directive in enumerate(text.splitlines(), 1):
        if directive.startswith("%"):  # Thousands of them keep the parser busy for hours.
            place, why = Place(name, number, 1, excerpt=directive[:200], width=1), "这种写法容易读错，一律不收"
            return Tree(name, {}), [Problem("broken-yaml", place, "用了 YAML 的指令（%）", why, "删去这一行")]
    try:
        return _Builder(name, text).build(), []
    except Refused as refused:
        return Tree(name, {}), refused.problems
    except yaml.YAMLError as error:
        return Tree(name, {}), [_broken(name, text, error)]


def _too_much(name: str, what: str) -> Problem:
    return Problem(
        "broken-yaml", Place(name), what, "YAML 读得慢，只适合不大的文件", "改用 csv、xlsx 或 jsonl，或分成几个文件"
    )


class _Builder:
    """One pass over the events of one document."""

    def __init__(self, name: str, text: str) -> None:
        self.tree = Tree(name)
        self.lines = text.splitlines()
        self.events = yaml.parse(text, Loader=LOADER)

    def build(self) -> Tree:
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refuse(event, "文件里有第二份文档（---）", "每个文件只写一份内容")
                self.tree.value = self._node(next(self.events), ())
        if self.tree.value is None:
            self.tree.value = {}
        return self.tree

    def _node(self, event: Any, trail: Trail) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(event, "用了 YAML 的引用（& 或 *）", "把内容直接写出来")
        if getattr(event, "tag", None) is not None:
            raise self._refuse(event, "用了 YAML 的类型标记（!）", "去掉标记，直接写值")
        if len(trail) > DEPTH:
            raise self._refuse(event, "嵌套层数超过 16", "减少层数")
        self.tree.places[trail] = self._place(event)
        if len(self.tree.places) > VALUES:
            raise Refused([_too_much(self.tree.name, f"文件里的值超过 {VALUES:,} 个")])
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None
            return "" if plain and event.value in ("~", "null") else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(trail)
        return self._mapping(trail)

    def _sequence(self, trail: Trail) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, (*trail, len(items))))
        return items

    def _mapping(self, trail: Trail) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(event, "键不是一个词", "键写成一个词，后面加英文冒号")
            if event.value in items:
                raise self._refuse(event, f"「{event.value}」写了两次", "留下一个")
            self.tree.keys[(*trail, event.value)] = self._place(event)
            items[event.value] = self._node(next(self.events), (*trail, event.value))
        return items

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        excerpt = self.lines[start.line] if start.line < len(self.lines) else ""
        scalar = isinstance(event, yaml.ScalarEvent)
        width = (end.column - start.column if end.line == start.line else len(excerpt) - start.column) if scalar else 1
        return Place(self.tree.name, start.line + 1, start.column + 1, excerpt=excerpt, width=max(width, 1))

    def _refuse(self, event: Any, what: str, mend: str) -> Refused:
        return Refused([Problem("broken-yaml", self._place(event), what, "这种写法容易读错，一律不收", mend)])


def _broken(name: str, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    for at in (line, line - 1):
        if 0 <= at < len(lines) and "：" in lines[at] and ": " not in lines[at]:
            place = Place(name, at + 1, lines[at].index("：") + 1, excerpt=lines[at], width=1)
            why = "名称和值之间只认英文冒号"
            return Problem("broken-yaml", place, "这里用了中文冒号「：」", why, "改成英文冒号「:」，后面空一格")
    excerpt = lines[line] if line < len(lines) else ""
    return Problem(
        "broken-yaml",
        Place(name, line + 1, column + 1, excerpt=excerpt, width=1),
        "从这里起无法按 YAML 读取",
        "缩进、冒号或引号不合 YAML 的写法",
        "缩进用空格并对齐；冒号用英文冒号，后面空一格；含特殊符号的值用引号括起来",
    )


def read_table(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return the one table of a YAML file: a list of records, each a mapping of titles to values."""
    tree, problems = read_tree(path, name)
    if problems:
        return [], problems
    if tree.value in ({}, ""):
        return [], []
    if not isinstance(tree.value, list) or not all(isinstance(item, dict) for item in tree.value):
        mend = "每条记录以「- 」开头，下面逐行写「标题: 值」"
        return [], [Problem("broken-yaml", tree.place((0,)), "文件不是记录的列表", "数据文件逐条列出记录", mend)]
    nested = [
        (i, title) for i, item in enumerate(tree.value) for title, value in item.items() if isinstance(value, dict)
    ]
    if nested:
        return [], [_nested(tree, trail) for trail in nested]
    titles = list(dict.fromkeys(title for item in tree.value for title in item))
    if len(titles) > COLUMNS:
        return [], [too_many_titles("broken-yaml", Place(name))]

    def locate(row: Row, column: int) -> Place:
        return tree.place((row.raw, titles[column]) if 0 <= column < len(titles) else (row.raw,))

    def title_place(column: int) -> Place:
        return next((place for trail, place in tree.keys.items() if trail[1:] == (titles[column],)), Place(name))

    return [Table(name, titles, _records(tree, titles), locate, title_place)], []


def _nested(tree: Tree, trail: Trail) -> Problem:
    what = f"「{trail[-1]}」下面又分了层"
    return Problem("broken-yaml", tree.place(trail), what, "一个字段只有一个值", "把值写在同一行，几个值用列表")


def _records(tree: Tree, titles: list[str]) -> Iterator[Row]:
    for index, item in enumerate(tree.value):
        if item:
            yield Row(tree.place((index,)).line, [_scalar(item.get(title, "")) for title in titles], index)


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_scalar(item) for item in value)
    return value if isinstance(value, str) else str(value)
