"""Every fault that the program can find: one file each in faults/, with the small site that has it and the exact message.

A file holds a title, the files that are laid upon tests/sites/small (or left out, where `data/…` is all that is new),
the command where it is not `check`, and the message. A block marked `hex` gives bytes, one marked `cells` a
spreadsheet, a cell a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from frontdoor import PROJECT, program, start, write


from disclosure.problems import FAULT, SORTS, as_text
from disclosure.search import Listed, self_check, write_index

FAULTS = sorted((PROJECT / "tests" / "faults").glob("*.md"))
# Made by another way than by files: the index is checked by the program itself and holds 100 % of what it is given.
BY_HAND = {"search-miss"}


@dataclass(frozen=True)
class Fault:
    """One file of the catalogue."""

    sort: str
    title: str
    verb: str
    files: list[tuple[str, str, str]]
    message: str


def read(path: Path) -> Fault:
    """Read one file of the catalogue."""
    text = path.read_text(encoding="utf-8")
    title = re.match(r"# (\S+?)：(.+)\n", text)
    message = re.search(r"^消息：\n```text\n(.*?)\n```\n\Z", text, re.M | re.S)
    assert title, path
    assert message, path
    verb = re.search(r"^命令：`(\w+)`$", text, re.M)
    files = re.findall(r"^`(\S+)`\n```(\w+)\n(.*?)^```$", text, re.M | re.S)
    return Fault(title[1], title[2], verb[1] if verb else "check", files, message[1])


def content(language: str, text: str, beside: Path) -> str | bytes:
    """Return what a block stands for."""
    if language == "hex":
        return bytes.fromhex(text)
    if language == "cells":
        with xlsxwriter.Workbook(beside) as book:
            sheet = book.add_worksheet("一")
            for cell, _, value in (line.partition(" ") for line in text.splitlines()):
                sheet.write_string(cell, value)
        return beside.read_bytes()
    return text


@pytest.mark.parametrize("path", [path for path in FAULTS if path.stem not in BY_HAND], ids=lambda path: path.stem)
def test_the_message_is_exactly_this(path: Path, tmp_path: Path) -> None:
    fault = read(path)
    root = tmp_path / "root"
    start(root, "small")
    write(root, {name: content(language, text, tmp_path / "sheet.xlsx") for name, language, text in fault.files})
    done = program(fault.verb, "--jobs", "1", cwd=root)
    said = done.stderr.split("\n\n共 ")[0].strip("\n")
    assert said == fault.message
    assert done.returncode == int("错误[" in fault.message), done.stdout + done.stderr
    assert not (root / "public" / "index.html").exists()


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_message_has_its_five_parts_and_no_words_of_python(path: Path) -> None:
    fault = read(path)
    assert path.stem.split(".")[0] == fault.sort
    assert SORTS[fault.sort] == fault.title
    for message in fault.message.split("\n\n"):
        assert re.match(r"(错误|提示)\[" + fault.sort + r"\]：.+\n  --> \S", message)
        assert "\n  = 原因：" in message
        assert "\n  = 改法：" in message
    assert not re.search(r"Error|Exception|Traceback|None|NoneType|dict|str\b|\.py\b", fault.message)


def test_the_catalogue_is_complete() -> None:
    assert {path.stem.split(".")[0] for path in FAULTS} == set(SORTS)


def test_an_entity_that_the_index_does_not_find_is_said(tmp_path: Path) -> None:
    fault = read(PROJECT / "tests" / "faults" / "search-miss.md")
    one, other = (
        Listed(f"entity/{n}/{n}.html", name, (), "", (), (1,), ())
        for n, name in ((1, "黑河甲乙公司"), (2, "北安丙丁中心"))
    )
    write_index([one], tmp_path, sections=("行政管理",))
    assert self_check([one], tmp_path) == []
    problems = [missed(miss) for miss in self_check([other], tmp_path)]
    assert problems
    assert all(problem.severity == FAULT for problem in problems)
    assert as_text(problems[:1]) == fault.message
