"""Hostile files: each is refused with a message in little time and memory, and the run goes on to report the rest."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path

import hostile
import pytest
from conftest import SiteMaker
from frontdoor import notice, table

from disclosure.source import read_tables
from disclosure.source.apart import MEMORY
from disclosure.source.sheets import Reader, _reader

FILES = {**hostile.spreadsheets(), **hostile.trees()}


def test_there_are_twenty_spreadsheets_and_fifteen_trees() -> None:
    assert len(hostile.spreadsheets()) >= 20
    assert len(hostile.trees()) >= 15


# The seconds are measured by bench.hostile; the reader ends itself by its own clock.
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name]())
    _reader(os.getpid()).stop()
    tables, problems = read_tables(tmp_path / name, f"data/{name}")
    _reader(os.getpid()).stop()
    assert tables == []
    assert [problem.name for problem in problems] in (
        [["broken-sheet"]] if name.endswith(("xlsx", "xls")) else [["broken-yaml"], ["too-large"], ["unknown-encoding"]]
    )
    assert problems[0].why or problems[0].name == "unknown-encoding"
    assert problems[0].mend
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY


def test_all_hostile_files_are_reported_and_so_is_what_stands_beside_them(site_maker: SiteMaker) -> None:
    files: dict[str, str | bytes | None] = {f"data/notice/{name}": make() for name, make in FILES.items()}
    files["data/notice/good.csv"] = table([notice(), notice(文号="2号", 日期="昨天")])
    outcome = site_maker(files, "--format", "json", verb="check")
    assert outcome.code == 1
    told = {problem["place"]["path"] for problem in json.loads(outcome.stdout)["problems"]}
    assert told == set(files)


def test_a_reader_that_was_killed_is_started_again(tmp_path: Path) -> None:
    reader = Reader()
    for name, make in {"heavy.xlsx": FILES["heavy-text.xlsx"], "good.xlsx": hostile.good_book}.items():
        (tmp_path / name).write_bytes(make())
    assert reader.read(tmp_path / "heavy.xlsx").refusal
    answer = reader.read(tmp_path / "good.xlsx")
    assert answer.refusal is None
    assert [title for title, _ in answer.sheets] == ["一"]
    reader.stop()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("laughs.xlsx", "DOCTYPE"),
        ("entity-from-a-file.xlsx", "DOCTYPE"),
        ("entity-in-utf-16.xlsx", "不是 UTF-8"),
        ("bomb.xlsx", "压缩"),
        ("claims-4-gigabytes.xlsx", "解压后超过"),
        ("claims-less-than-it-is.xlsx", "比它自己写的大"),
        ("far-cell.xlsx", "极远"),
        ("far-cell-in-single-quotes.xlsx", "极远"),
        ("another-file.xlsx", "外部链接"),
        ("locked.xls", "密码"),
        ("twice.xlsx", "同名"),
    ],
)
def test_a_hostile_spreadsheet_is_refused_for_what_it_is(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / name).write_bytes(FILES[name]())
    (problem,) = read_tables(tmp_path / name, name)[1]
    assert why in problem.why
