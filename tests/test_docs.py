"""What is documented is true: examples are built as printed, commands parse, every key, kind, problem and page is there."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from frontdoor import PROJECT, SITES, program, start, visible, write
from pydantic import BaseModel
from selectolax.lexbor import LexborHTMLParser

from disclosure import articles, theme
from disclosure.disclose import REASONS
from disclosure.intake import RESERVED_BESIDE, RESERVED_FILES, RESERVED_FOLDERS
from disclosure.kinds import KINDS, UNITS
from disclosure.pages import SORTS as PAGES
from disclosure.pages import plan, show
from disclosure.problems import SORTS
from disclosure.registers import Expect, Field, Register, Source
from disclosure.render import open_world
from disclosure.site import Contact, Department, Link, Site

sys.path.insert(0, str(PROJECT))
import build  # noqa: E402

DOCS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
NOT_WRITTEN = {"name", "declared_at"}  # of a register: the folder's name, and places that the program keeps


def text(name: str) -> str:
    """Return the text of one document."""
    return (PROJECT / name).read_text(encoding="utf-8")


def fenced(document: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document, re.S | re.M)


def tables(document: str) -> list[list[list[str]]]:
    """Return every table as rows of cells, its titles first."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", document, re.M)
    return [[_cells(line) for line in block.splitlines() if not re.fullmatch(r"[|\-: ]+", line)] for block in blocks]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def section(document: str, heading: str) -> str:
    """Return what stands below a heading, up to the next of its rank or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,6}} |\Z)", document, re.S | re.M)
    assert found, f"no section {heading!r}"
    return found[2]


def named(part: str) -> list[str]:
    """Return the code words in the first column of the one table of a section."""
    (table,) = tables(part)
    return [cell for row in table[1:] for cell in re.findall(r"`([^`]+)`", row[0])]


def keys(model: type[BaseModel]) -> set[str]:
    """Return every key that may be written for a model."""
    return {info.alias or name for name, info in model.model_fields.items()}


# A register from a file that was sent.

EXAMPLE = text("docs/new-register.md")


def spreadsheet(path: Path, rows: list[list[str]]) -> None:
    """Write the table that was sent as a spreadsheet, amounts as numbers, empty cells not at all."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Sheet1")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if re.fullmatch(r"\d+\.\d+", cell):
                sheet.write_number(number, column, float(cell))
            elif cell:
                sheet.write_string(number, column, cell)
    book.close()


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A site with the register of the document, its file as printed there, and nothing else."""
    root = tmp_path / "sent"
    (declaration,) = fenced(EXAMPLE, "yaml")
    site = (SITES / "small" / "site.yaml").read_text(encoding="utf-8")
    write(root, {"site.yaml": site, "data/finance/register.yaml": declaration})
    spreadsheet(root / "data" / "finance" / "penalties.xlsx", tables(EXAMPLE)[0])
    return root


def test_the_register_from_a_file_that_was_sent_is_what_the_document_says(sent: Path) -> None:
    done = program("build", "--root", str(sent), "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    _, account = fenced(EXAMPLE, "text")
    assert account in done.stdout
    given, listed = tables(EXAMPLE)
    fates = [int(cell) for cell in account.splitlines()[-1].split()[1:]]
    assert fates[0] == len(given) - 1 == sum(fates[1:])
    page = LexborHTMLParser((sent / "public" / "list" / "finance" / "2024.html").read_text(encoding="utf-8"))
    rows = [[cell.text(strip=True) for cell in row.css("th, td")] for row in page.css("table tr")]
    assert rows == listed


def test_a_date_of_publication_is_said_to_be_one(sent: Path) -> None:
    assert program("build", "--root", str(sent), "--jobs", "1").returncode == 0
    entities = [visible(path.read_text(encoding="utf-8")) for path in (sent / "public").glob("entity/**/*.html")]
    assert len(entities) == 4
    assert ["（据发布日期）" in page for page in entities if "编制虚假资料" in page] == [True]
    assert not any("郗思齐" in page for page in entities)


def test_what_is_not_ignored_by_name_is_a_fault_as_printed(sent: Path) -> None:
    declaration = sent / "data" / "finance" / "register.yaml"
    kept = [line for line in declaration.read_text(encoding="utf-8").splitlines() if not line.startswith("ignored:")]
    declaration.write_text("\n".join(kept), encoding="utf-8")
    done = program("check", "--root", str(sent))
    assert done.returncode == 1
    assert fenced(EXAMPLE, "text")[0] in done.stderr
