"""Every fault that the program can find: one file each in faults/, with the small site that has it and the exact message.

A file holds a title, the files that are laid upon tests/sites/small, the command where it is not `check`, and the
message. A block marked `hex` gives bytes, `times` a text so many times, `cells` and `xls` a spreadsheet: a cell or a
merged range a line, [名称] begins a further sheet, = a formula without a good result. A line 先运行 runs a command
that must succeed, with the files above it, before those below are laid.

Files named reads.… hold what real files have and the program reads: below 读作, for a line of the file, the values.
"""

from __future__ import annotations

import errno
import inspect
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]
from filelock import FileLock
from frontdoor import PROJECT, program, start, write
from xlsxwriter.utility import xl_cell_to_rowcol  # type: ignore[import-untyped]

from disclosure import findable
from disclosure.codes import same_number
from disclosure.declarations import load_registers
from disclosure.disclose import REASONS
from disclosure.intake import find_files, read_file, unpacked
from disclosure.machine import denied
from disclosure.problems import SORTS, as_text
from disclosure.search import Listed, self_check, write_index
from disclosure.titles import Terms

CATALOGUE = sorted((PROJECT / "tests" / "faults").glob("*.md"))
READS = [path for path in CATALOGUE if path.stem.startswith("reads.")]
FAULTS = [path for path in CATALOGUE if path not in READS]
# Made by another way than by files.
BY_HAND = {"busy", "machine", "missing-tool", "no-fulltext", "search-miss", "target-unreachable"}
STEP = re.compile(
    r"^`(?P<name>\S+)`\n```(?P<language>\w+)\n(?P<text>.*?)^```$|^先运行：`(?P<first>[^`\n]+)`$", re.M | re.S
)


@dataclass(frozen=True)
class Fault:
    """One file of the catalogue; its steps are files to lay or commands to run."""

    sort: str
    title: str
    command: list[str]
    steps: list[dict[str, str]]
    message: str


def read(path: Path) -> Fault:
    """Read one file of the catalogue."""
    text = path.read_text(encoding="utf-8")
    title = re.match(r"# (\S+?)：(.+)\n", text)
    message = re.search(r"^消息：\n```text\n(.*?)\n```\n\Z", text, re.M | re.S)
    assert title, path
    assert message, path
    command = re.search(r"^命令：`([^`\n]+)`", text, re.M)
    steps = [found.groupdict("") for found in STEP.finditer(text)]
    return Fault(title[1], title[2], shlex.split(command[1]) if command else ["check"], steps, message[1])


def content(language: str, text: str, beside: Path) -> str | bytes:
    """Return what a block stands for."""
    if language == "hex":
        return bytes.fromhex(text)
    if language == "times":
        count, _, repeated = text.partition("\n")
        return repeated.removesuffix("\n") * int(count)
    if language == "cells":
        with xlsxwriter.Workbook(beside) as book:
            for title, cells in sheets(text):
                sheet = book.add_worksheet(title)
                for cell, value in cells:
                    if value.startswith("="):
                        sheet.write_formula(cell, value, None, "#DIV/0!")
                    elif ":" in cell:
                        sheet.merge_range(cell, value)
                    else:
                        sheet.write_string(cell, value)
        return beside.read_bytes()
    if language == "xls":
        old = xlwt.Workbook()
        for title, cells in sheets(text):
            sheet = old.add_sheet(title)
            for cell, value in cells:
                sheet.write(*xl_cell_to_rowcol(cell), value)
        old.save(beside)
        return beside.read_bytes()
    return text


def as_read(path: Path, beside: Path) -> dict[int, dict[str, str]]:
    """Return, by line, the values of every record in the data file of one file of the catalogue."""
    root = beside / "root"
    shutil.copytree(PROJECT / "tests" / "sites" / "small", root)
    for name in ("penalty", "licence"):
        (root / "data" / name).mkdir()
        shutil.copy(PROJECT / "data" / name / "register.yaml", root / "data" / name)
    for found in STEP.finditer(path.read_text(encoding="utf-8")):
        step = found.groupdict("")
        write(root, {step["name"]: content(step["language"], step["text"], beside / "sheet.xlsx")})
    registers, wrong = load_registers(root / "data", root)
    assert wrong == []
    read: dict[int, dict[str, str]] = {}
    for given in find_files(root, registers)[0]:
        taken = read_file(given, registers, Terms(day="2026-11-22"))
        assert taken.problems + taken.row_problems == []
        register = registers[given.register]
        for record in (record for _, records, _ in unpacked(taken) for record in records):
            values = dict(zip(register.fields, json.loads(record.values), strict=False))
            number = values[register.numbers[0]]
            more = {"同名": record.same, "同号": same_number(number), "自然人": REASONS.get(record.person, "")}
            read[record.line] = values | more
    return read


@pytest.mark.parametrize("path", READS, ids=lambda path: path.stem)
def test_what_real_files_have_reads_as_this(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = re.search(r"^读作：\n```text\n(.*?)\n```\n\Z", text, re.M | re.S)
    assert re.match("# reads：.+\n", text)
    assert expected
    read = as_read(path, tmp_path)
    lines = [line.split(" ") for line in expected[1].splitlines()]
    assert sorted(read) == [int(number) for number, *_ in lines]
    for number, *values in lines:
        for field, value in (value.split("=", 1) for value in values):
            assert read[int(number)][field] == value, f"{number} {field}"


def sheets(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the titles of the sheets that a block describes, and their cells."""
    found: list[tuple[str, list[tuple[str, str]]]] = [] if text.startswith("[") else [("一", [])]
    for line in text.splitlines():
        if line.startswith("["):
            found.append((line[1:-1], []))
        else:
            cell, _, value = line.partition(" ")
            found[-1][1].append((cell, value))
    return found


def said(stderr: str, root: Path) -> str:
    """Return the messages of a run, without the names of releases, which change with the program, and the root's place."""
    text = stderr.split("\n\n共 ")[0].strip("\n").replace(f"{root.resolve()}/", "")
    return re.sub(r"\b[0-9a-f]{16}\b", "〈版本〉", text)


@pytest.mark.parametrize("path", [path for path in FAULTS if path.stem not in BY_HAND], ids=lambda path: path.stem)
def test_the_message_is_exactly_this(path: Path, tmp_path: Path) -> None:
    fault, root = read(path), tmp_path / "root"
    start(root, "small")
    for step in fault.steps:
        if step["first"]:
            done = program(*shlex.split(step["first"]), cwd=root)
            assert done.returncode == 0, done.stdout + done.stderr
        else:
            write(root, {step["name"]: content(step["language"], step["text"], tmp_path / "sheet.xlsx")})
    releases = sorted(root.glob("releases/*"))
    standing = (root / "public").resolve().name
    done = program(*(word.replace("〈版本〉", standing) for word in fault.command), cwd=root)
    assert said(done.stderr, root) == fault.message
    assert done.returncode == int("错误[" in fault.message), done.stdout + done.stderr
    assert sorted(path for path in root.glob("releases/*") if path.name != ".partial") == releases


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_message_has_its_five_parts_and_no_words_of_python(path: Path) -> None:
    fault = read(path)
    assert path.stem.split(".")[0] == fault.sort
    assert SORTS[fault.sort] == fault.title
    for message in fault.message.split("\n\n"):
        assert re.match(r"(错误|提示)\[" + fault.sort + r"\]：.+\n  --> \S", message)
        assert "\n  = 原因：" in message
        assert "\n  = 改法：" in message
    assert not re.search(r"Error|Exception|Traceback|None|dict|str\b|undefined|unexpected", fault.message)


def test_the_catalogue_is_rendered_into_the_documents() -> None:
    asked = [sys.executable, "-c", "import examples; print(examples.page(), end='')"]
    made = subprocess.run(asked, cwd=PROJECT / "docs", capture_output=True, encoding="utf-8", check=True).stdout
    assert (PROJECT / "docs" / "examples.md").read_text(encoding="utf-8") == made, "python docs/examples.py"


def test_the_catalogue_is_complete() -> None:
    assert {path.stem.split(".")[0] for path in FAULTS} == set(SORTS)


def test_an_entity_that_the_index_does_not_find_is_a_miss(tmp_path: Path) -> None:
    message = read(PROJECT / "tests" / "faults" / "search-miss.md").message
    one = Listed("entity/1/1.html", "黑河甲乙公司", (), "", (), (1,), ())
    other = Listed("entity/2/2.html", "北安丙丁中心", (), "", (), (1,), ())
    write_index([one], tmp_path, sections=("行政管理",))
    assert self_check([one], tmp_path) == []
    misses = self_check([other], tmp_path)
    assert ("entity/2/2.html", "北安丙丁中心") in {(miss.address, miss.query) for miss in misses}
    # The words of the message are those of the program, the address and the query aside.
    source = inspect.getsource(findable)
    for words in re.findall(r"：(?:检索「北安丙丁中心」)?(.+)", message):
        assert words in source


def test_a_release_without_full_text_says_why() -> None:
    message = read(PROJECT / "tests" / "faults" / "no-fulltext.md").message
    assert as_text([findable.unmade("程序以代码 3 结束；坏了")]) == message


def test_a_disk_that_is_full_is_told_as_such() -> None:
    message = read(PROJECT / "tests" / "faults" / "machine.md").message
    full = OSError(errno.ENOSPC, "No space left on device", "releases/.partial/index.html")
    told = denied(full, Path("root"))
    assert told and as_text([told]) == message
    assert denied(FileNotFoundError(errno.ENOENT, "No such file"), Path("root")) is None


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    start(root, "small")
    (root / ".cache").mkdir()
    with FileLock(root / ".cache" / "lock"):
        done = program("build", cwd=root)
    assert done.returncode == 1
    assert said(done.stderr, root) == read(PROJECT / "tests" / "faults" / "busy.md").message
    assert program("build", cwd=root).returncode == 0
