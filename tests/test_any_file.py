"""Any file at all: read or refused, never our bug, and every row that was read is a record or a fault."""

from __future__ import annotations

import csv
import functools
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import hostile
import pytest
import yaml
from frontdoor import SITES, notice
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.declarations import load_registers
from disclosure.intake import Given, read_file, unpacked
from disclosure.problems import as_text
from disclosure.titles import Terms

# Odd cells, odd titles: what is seen in real files, and what breaks readers.
PIECES = ["", "无", "昨天", "2026-05-06", "9.12311E+17", "=1+1", '"', "'", ",", ";", "\t", "\n", "\r", "表格说明：", "备注：",
          "必填", "名称", "TZ_MC", "文号", "证件号码", "日期", "序号", "\0", "\ufeff", "\ufffd", "😀", "　", "罚款、警告", "-1", "1e400",
          "{", "[", "]", "- ", ": ", "&a", "*a", "!", "%", "#", "|", ">", "~", "\\u0000", "\\ud800", "null", "NaN", "true"]  # fmt: skip
TITLES = [*notice(), "序号", "证件号码", "TZ_MC", ""]
ENDINGS = ("csv", "xlsx", "xls", "yaml", "jsonl")
REGISTERS, _ = load_registers(SITES / "small" / "data", SITES / "small")


def grid(dice: random.Random) -> list[list[str]]:
    """Return a table that is nearly right: some cells, titles, rows are odd."""
    titles = list(notice())
    rows = [list(notice(文号=f"{n}号").values()) for n in range(dice.randrange(4))]
    if dice.random() < 0.3:
        titles[dice.randrange(len(titles))] = dice.choice(TITLES)
    full = [titles, *rows]
    for _ in range(dice.randrange(4)):
        line = dice.choice(full)
        line[dice.randrange(len(line))] = dice.choice(PIECES)
    if dice.random() < 0.3:
        full.insert(dice.randrange(len(full) + 1), [dice.choice(PIECES) for _ in range(dice.randrange(12))])
    return full


def as_csv(dice: random.Random) -> bytes:
    """Return a table as CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator=dice.choice(["\n", "\r\n"])).writerows(grid(dice))
    return stream.getvalue().encode(dice.choice(["utf-8", "utf-8-sig", "gb18030"]), "replace")


def as_objects(dice: random.Random) -> list[dict[str, str]]:
    """Return a table as records."""
    titles, *rows = grid(dice)
    return [dict(zip(titles, cells, strict=False)) for cells in rows]


def as_yaml(dice: random.Random) -> bytes:
    """Return a table as YAML."""
    return yaml.safe_dump(as_objects(dice), allow_unicode=True, sort_keys=False).encode("utf-8", "replace")


def as_jsonl(dice: random.Random) -> bytes:
    """Return a table as JSON Lines."""
    return "\n".join(json.dumps(item, ensure_ascii=dice.random() < 0.5) for item in as_objects(dice)).encode()


@functools.cache
def parts_of_a_good_book() -> dict[str, bytes]:
    """Return the parts of a good XLSX workbook, cells written in place."""
    with zipfile.ZipFile(io.BytesIO(hostile.good_book())) as book:
        return {name: book.read(name) for name in book.namelist()}


def as_xlsx(dice: random.Random) -> bytes:
    """Return a table as XLSX, sometimes with a part that was tampered with before it was packed."""
    escape = str.maketrans({"<": "&lt;", "&": "&amp;", "\0": "", "\ufeff": ""})
    rows = "".join(
        f'<row r="{n}">'
        + "".join(hostile.inline(f"{chr(65 + c)}{n}", cell.translate(escape)) for c, cell in enumerate(cells) if cell)
        + "</row>"
        for n, cells in enumerate(grid(dice), 1)
    )
    parts = dict(parts_of_a_good_book())
    parts[hostile.SHEET] = hostile.sheet_of(rows)(parts[hostile.SHEET])
    if dice.random() < 0.5:
        name = dice.choice(list(parts))
        parts[name] = tampered(dice, parts[name])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return stream.getvalue()


@functools.cache
def good_xls() -> bytes:
    """Return a good XLS workbook."""
    return hostile.old_book()


MAKERS: dict[str, Callable[[random.Random], bytes]] = {
    "csv": as_csv, "xlsx": as_xlsx, "xls": lambda _: good_xls(), "yaml": as_yaml, "jsonl": as_jsonl,
}  # fmt: skip


def tampered(dice: random.Random, data: bytes) -> bytes:
    """Return bytes with some of them changed, cut out, doubled, or others put in."""
    changed = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(changed) + 1)
        length = dice.choice([1, 1, 2, 4, 40])
        match dice.randrange(5):
            case 0:
                changed[at : at + length] = dice.randbytes(length)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3:
                changed[at:at] = dice.choice(PIECES).encode("utf-8", "replace")
            case _:
                del changed[at:]
    return bytes(changed)


def hold(folder: Path, ending: str, data: bytes) -> None:
    """Hold that a file is read or refused, that its rows are accounted for, and that all that is said can be said."""
    path = folder / f"a.{ending}"
    path.write_bytes(data)
    read = read_file(Given(path, f"data/notice/a.{ending}", "notice"), REGISTERS, Terms(day="2026-11-22"))
    records = [record for _, taken, _ in unpacked(read) for record in taken]
    assert read.rows + read.split == len(records) + read.faulty_rows
    assert all(problem.what and problem.mend for problem in (*read.problems, *read.row_problems))
    as_text([*read.problems, *read.row_problems, *read.notices]).encode()
    for record in records:
        record.values.encode()


SHARES = st.tuples(
    st.sampled_from(ENDINGS),
    st.integers(0, 2**32),
    st.sampled_from(["valid", "tampered", "bytes"]),
    st.binary(max_size=200),
)


def one(folder: Path, drawn: tuple[str, int, str, bytes]) -> None:
    """Make the file that was drawn and hold it."""
    ending, seed, sort, raw = drawn
    dice = random.Random(seed)
    data = raw if sort == "bytes" else MAKERS[ending](dice)
    hold(folder, ending, tampered(dice, data) if sort == "tampered" else data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all files."""
    return tmp_path_factory.mktemp("any")


@settings(max_examples=2_000)
@given(drawn=SHARES)
def test_two_thousand_files_are_read_or_refused(folder: Path, drawn: tuple[str, int, str, bytes]) -> None:
    one(folder, drawn)


@pytest.mark.long
@settings(max_examples=100_000)
@given(drawn=SHARES)
def test_a_hundred_thousand_files_are_read_or_refused(folder: Path, drawn: tuple[str, int, str, bytes]) -> None:
    one(folder, drawn)
