"""What went wrong, where, why and how to mend it: the one shape of every message to the people who keep the data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from disclosure import personal

T = TypeVar("T")

FAULT, NOTICE = "错误", "提示"
SHOWN_PER_SORT = 20
EXCERPT_COLUMNS = 110
COLUMNS = 80  # of a terminal; excerpts of files are let be wider

# Every sort of problem that the program can raise, with its title: tests/faults/ holds one text file for each.
SORTS = {
    "article-front-matter": "文章缺少标题、日期或来源",
    "article-link": "文章里的链接没有对应的页面或文件",
    "bad-declaration": "声明里的值不能用",
    "broken-jsonl": "JSONL 写法有误",
    "broken-csv": "CSV 文件的引号或结构有误",
    "broken-sheet": "电子表格打不开或超出限度",
    "broken-yaml": "YAML 写法有误",
    "conflicting-rows": "同一决定报送了两种内容",
    "amount-differs": "文字里的金额与金额栏不符",
    "code-of-another-sort": "代码与类别不符",
    "dates-out-of-order": "日期先后颠倒",
    "future-date": "日期还没有到",
    "organ-as-party": "机关填在了当事人一列",
    "same-decision-twice": "同一决定像是报了两次",
    "several-parties": "一格里有几个当事人",
    "test-row": "测试数据",
    "unused-mend": "没有用上的改正",
    "department-twice": "同一名称或代码写在两个部门下",
    "extra-cells": "这一行的格数多于标题",
    "misplaced-sheet": "写明略过的工作表像是有用的",
    "missing-cells": "这一行的格数少于标题",
    "event-several": "一个事件对上不止一条记录",
    "event-unmatched": "事件对不上记录",
    "missing-file": "缺少必须有的文件",
    "missing-title": "缺少必需的列",
    "missing-value": "必填的格是空的",
    "name-ambiguous": "没有代码的名称对应多个主体",
    "names-of-one-code": "同一代码有两个名称",
    "personal-number": "文字里有个人号码或住址",
    "masked-number": "个人号码或住址已遮盖",
    "refused-value": "值与声明的种类不符",
    "leak": "成品里有不得公开的内容",
    "theme-error": "模板有误",
    "guard": "记录少得可疑",
    "rule-gap": "没有一条期限规定管这条记录",
    "rule-overlap": "两条期限规定管同一条记录",
    "missing-target": "指向的记录不存在",
    "too-large": "文件超出限度",
    "turned-table": "表的行和列对调了",
    "two-titles": "同一列的两个标题说的不是一个字段",
    "two-values": "同一字段的两列写的不一样",
    "unknown-encoding": "文件编码无法识别",
    "broken-release": "发布的文件与清单不符",
    "busy": "另一个构建正在进行",
    "no-evidence": "答卷没有佐证材料",
    "not-accepted": "还没有可用的已接受数据",
    "not-approved": "这一版还没有批准",
    "no-longer-shown": "旧版里有今天不得公示的记录",
    "unknown-file": "不认识的文件",
    "unknown-key": "声明里有不认识的键",
    "unknown-title": "不认识的列标题",
    "broken-site": "成品的页面与计划不一致",
    "cannot-draft": "不能起草名录",
    "report-in-public": "内部报告不能放在公开的文件夹里",
    "search-miss": "检索索引漏查",
    "no-fulltext": "没有全文索引",
    "out-not-ours": "输出位置已有别的内容",
    "blank-column": "栏目是空的",
    "stale-column": "栏目很久没有更新",
    "survivor": "撤下的内容还在",
    "broken-receipt": "撤下的回执与写出时不同",
    "machine": "运行环境不让程序读写",
    "missing-tool": "缺少要用的程序",
    "target-failed": "发布目标上的操作没有完成",
    "target-unreachable": "连接不上发布目标",
}


@dataclass(frozen=True, order=True)
class Place:
    """Where in which file: a line and column (from 1) of a text, or a sheet and cell of a spreadsheet."""

    path: str
    line: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""
    excerpt: str = ""
    width: int = 0

    def __str__(self) -> str:
        if self.cell or self.sheet:
            return "!".join(part for part in (self.path, self.sheet, self.cell) if part)
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)


@dataclass(frozen=True)
class Problem:
    """One fault or notice in five parts: name, what, where, why, how to mend; `proposal` is the one value that would fit."""

    name: str
    place: Place
    what: str
    why: str = ""
    mend: str = ""
    severity: str = FAULT
    proposal: str = ""

    def __post_init__(self) -> None:
        if self.name not in SORTS:
            raise KeyError(f"problem {self.name!r} is not listed in SORTS")


class Refused(Exception):
    """Raised with all faults of a step together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


def accept(result: tuple[T, Sequence[Problem]], notices: list[Problem]) -> T:
    """Return the value of a step and keep its notices, or raise Refused with all of its problems."""
    value, problems = result
    if any(problem.severity == FAULT for problem in problems):
        raise Refused(problems)
    notices.extend(problems)
    return value


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in reading order, faults before notices, each once."""
    return sorted(set(problems), key=lambda p: (p.severity != FAULT, p.place, p.name, p.what))


def as_text(problems: Iterable[Problem]) -> str:
    """Write the problems for a person, each sort capped at SHOWN_PER_SORT."""
    seen: dict[tuple[str, str], int] = {}
    parts = []
    for problem in ordered(problems):
        sort = (problem.severity, problem.name)
        seen[sort] = seen.get(sort, 0) + 1
        if seen[sort] <= SHOWN_PER_SORT:
            parts.append(_one(problem))
    parts += [
        f"{severity}[{name}]：另有 {count - SHOWN_PER_SORT} 处"
        for (severity, name), count in seen.items()
        if count > SHOWN_PER_SORT
    ]
    return "\n\n".join(parts)


def as_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return the problems as plain values, none left out."""
    return [asdict(masked(problem)) for problem in ordered(problems)]


def _one(problem: Problem) -> str:
    problem = masked(problem)
    lines = [f"{problem.severity}[{problem.name}]：{problem.what}", f"  --> {problem.place}"]
    if problem.place.excerpt:
        lines += _excerpt(problem.place)
    if problem.why:
        lines.append(f"  = 原因：{problem.why}")
    if problem.mend:
        lines.append(f"  = 改法：{problem.mend}")
    return "\n".join(lines)


def _excerpt(place: Place) -> list[str]:
    before, marked, after = excerpt(place)
    number = str(place.line) if place.line else ""
    margin = " " * len(number)
    under = " " * wide(before) + "^" * max(wide(marked), 1)
    return [f"{number} | {before}{marked}{after}", f"{margin} | {under}"]


def excerpt(place: Place) -> tuple[str, str, str]:
    """Return what stands at a place, cut to EXCERPT_COLUMNS: the text before the span, the span itself, and the text after it."""
    text, start = place.excerpt.replace("\t", " "), max(place.column - 1, 0)
    if wide(text) > EXCERPT_COLUMNS:
        cut = max(0, start - 30)
        prefix = "…" if cut else ""
        text, start = prefix + text[cut:], start - cut + len(prefix)
        while wide(text) > EXCERPT_COLUMNS:
            text = text[: -max(2, (wide(text) - EXCERPT_COLUMNS) // 2 + 1)] + "…"
    end = start + max(place.width, 1)
    return text[:start], text[start:end], text[end:]


def wide(text: str) -> int:
    """Return how many columns of a terminal the text takes, two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" and char not in "·…" else 1 for char in text)


# What is not parted at the end of a line: a word, or a character with the punctuation that opens or closes it.
_PIECE = re.compile(r"\s+|[（「《]*(?:[!-~]+|[^\s!-~（「《])[）」》，。、；：！？…]*|[（「《]+")


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return a text as lines of at most so many columns, those after the first behind an indent; a longer word stays whole."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if wide(lines[-1]) + wide(piece.rstrip()) > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(indent + piece.lstrip())
        else:
            lines[-1] += piece
    return [*lines[:-1], lines[-1].rstrip()]


# A message may quote a cell; a whole identity number in it never travels further than its first six digits, mistyped or not.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})((?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx])(?![0-9A-Za-z])")


def mask(text: str, known: Collection[str] = ()) -> str:
    """Return the text with every personal number but the `known` cut, an identity number to its first six digits."""
    return personal.mask(_IDENTITY.sub(lambda match: match[1] + "*" * 12, text), known)


def masked(problem: Problem) -> Problem:
    """Return the problem with every personal number cut wherever it is quoted; `user@server` of its own path may stand."""
    known = personal.contacts([problem.place.path.partition(":")[0]])
    place = replace(problem.place, excerpt=mask(problem.place.excerpt))
    said = {part: mask(getattr(problem, part), known) for part in ("what", "why", "mend", "proposal")}
    return replace(problem, place=place, **said)
