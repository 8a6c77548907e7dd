"""docs/systems.md is true: every clause of the plan and every question has its page, near at hand, fed by the files it names."""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from frontdoor import PROJECT, visible

from disclosure.questionnaire import load_questionnaire

CLAUSES = [
    "一", "二（一）1", "二（一）2", "二（二）1", "二（二）2", "二（二）3", "二（三）1", "二（三）2", "二（三）3", "二（三）4",
    "二（三）5", "二（四）1", "二（四）2", "二（五）", "三（一）", "三（二）", "三（三）",
]  # fmt: skip
ROWS = [
    [cell.strip() for cell in line.strip("| ").split("|")]
    for line in (PROJECT / "docs" / "systems.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| 条款", "| 题目"))
]


def test_every_clause_and_every_question_has_a_row() -> None:
    asked, problems = load_questionnaire(PROJECT)
    assert problems == []
    assert asked
    assert [row[0] for row in ROWS] == [*CLAUSES, *asked.asked()]
    assert len(asked.asked()) == 20


@pytest.fixture(scope="module")
def near(demo_site: Path) -> set[str]:
    """Every page that three clicks from the home page reach."""
    reached, edge = {"index.html"}, {"index.html"}
    for _ in range(3):
        edge = {to for page in edge for to in links(demo_site, page)} - reached
        reached |= edge
    return reached


def links(site: Path, page: str) -> Iterator[str]:
    """Yield where the links of a page lead to within the site."""
    if page.startswith(("entity/", "record/")):
        return
    for link in re.findall(r'href="([^":#]+\.html)', (site / page).read_text(encoding="utf-8")):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def rows_of(path: Path) -> list[list[str]]:
    """Return the values of each row of a data file."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))[1:]
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    if isinstance(told, dict):
        return [[question["question"]] for table in told["tables"] for question in table["questions"]]
    return [[str(value) for value in row.values()] for row in told]


def test_the_column_of_honest_business_and_the_progress_of_units_are_near(demo_site: Path, near: set[str]) -> None:
    assert {"commerce/index.html", "progress.html"} <= near
    assert (demo_site / "commerce/index.html").read_text(encoding="utf-8").count('<time datetime="') == 5
    said = visible((demo_site / "progress.html").read_text(encoding="utf-8"))
    assert re.search(r"黑河市营商环境建设监督局 [0-9]+ [0-9]+ [0-9]+ [0-9]+ ", said)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_its_page_is_near_and_shows_five_entries_of_its_files(row: list[str], demo_site: Path, near: set[str]) -> None:
    page, files, test = row[2].strip("`"), re.findall("`([^`]+)`", row[3]), row[4].strip("`")
    assert page in near
    assert "def test_" in (PROJECT / test).read_text(encoding="utf-8")
    said = re.sub(r"\s", "", visible((demo_site / page).read_text(encoding="utf-8")))
    rows = [values for file in files for values in rows_of(PROJECT / file)]
    told = [values for values in rows if any(len(v) > 3 and re.sub(r"\s", "", v) in said for v in values)]
    assert len(told) >= 5, f"{page} shows {len(told)} of {len(rows)} rows of {files}"
