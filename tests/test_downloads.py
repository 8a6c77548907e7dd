"""Open data: the same records in every form as in the lists, no more; nothing that a spreadsheet would run or spoil."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from frontdoor import Outcome, credit_code, notice, notices, start
from python_calamine import CalamineWorkbook

PAYLOADS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    "＋1",
    '=HYPERLINK("http://x.example","点")',
    "'单引号开头",
    "231102000000123",
    "http://x.example/",
]
ROWS = [
    notice(
        文号=f"黑甲〔2026〕{number}号", 说明=payload, 名称=f"黑河第{number}商贸有限公司", 代码=credit_code(number + 1)
    )
    for number, payload in enumerate(PAYLOADS)
] + [notice(文号="黑甲〔2026〕99号", 截止="2026-07-01", 名称="到期即撤有限公司", 代码="")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("open") / "site"
    start(root, "small")
    return Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15", files=notices(*ROWS)).good()


def as_csv(site: Outcome) -> list[dict[str, str]]:
    text = (site.out / "data/notice/notice.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def as_lines(site: Outcome) -> list[dict[str, object]]:
    return [json.loads(line) for line in site.page("data/notice/notice.jsonl").splitlines()]


def as_sheet(site: Outcome) -> list[list[Any]]:
    with CalamineWorkbook.from_path(site.out / "data/notice/notice.xlsx") as book:
        return list(book.get_sheet_by_index(0).to_python())


def test_every_form_has_the_records_of_the_list(site: Outcome) -> None:
    lines = as_lines(site)
    assert f"共 {len(ROWS):,} 条" in site.page("list/notice/index.html")
    numbers = {row["文号"] for row in ROWS}
    assert len(lines) == len(ROWS) and {line["文号"] for line in lines} == numbers
    assert {row["文号"] for row in as_csv(site)} == numbers and len(as_csv(site)) == len(ROWS)
    titles, *rows = as_sheet(site)
    assert {row[titles.index("文号")] for row in rows} == numbers and len(rows) == len(ROWS)
    base = sqlite3.connect(site.out / "data/_all/all.sqlite")
    assert {number for (number,) in base.execute('SELECT "文号" FROM "通知"')} == numbers
    assert base.execute("SELECT count(*) FROM 信用主体").fetchone() == (len(site.entities()),)
    base.close()


def test_a_record_goes_out_canonical_and_leads_to_its_place(site: Outcome) -> None:
    (line,) = [line for line in as_lines(site) if line["文号"] == "黑甲〔2026〕99号"]
    assert (line["日期"], line["金额"], line["公示至"], line["代码"]) == ("2026-05-06", 0.5, "2026-07-01", None)
    address = str(line["公示网址"]).removeprefix("https://credit.example/")
    page, _, anchor = address.partition("#")
    assert f'id="{anchor}"' in site.page(page)


def test_texts_come_back_as_they_were_and_nothing_is_a_formula(site: Outcome) -> None:
    assert {line["说明"] for line in as_lines(site)} >= set(PAYLOADS)
    of_csv = {row["文号"]: row["说明"] for row in as_csv(site)}
    for number, payload in enumerate(PAYLOADS):
        guarded = of_csv[f"黑甲〔2026〕{number}号"]
        assert guarded == (payload if payload.startswith("http") else f"'{payload}")
    titles, *rows = as_sheet(site)
    assert {row[titles.index("说明")] for row in rows} >= set(PAYLOADS)
    with zipfile.ZipFile(site.out / "data/notice/notice.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert not [name for name, data in parts.items() if b"<f>" in data or b"<hyperlink" in data]


def test_the_files_are_described_and_summed(site: Outcome) -> None:
    package = json.loads(site.page("data/datapackage.json"))
    (resource,) = package["resources"]
    with (site.out / "data" / resource["path"]).open(encoding=resource["encoding"], newline="") as stream:
        assert next(csv.reader(stream)) == [field["name"] for field in resource["schema"]["fields"]]
    for line in site.page("data/SHA256SUMS").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((site.out / "data" / name).read_bytes()).hexdigest() == digest
    assert "各列的含义" in site.text("data/notice/columns.html")


def test_what_ended_is_in_no_file(site: Outcome, tmp_path: Path) -> None:
    later = Outcome(site.root, tmp_path / "public", 0, "", "").build("--as-of", "2026-07-02").good()
    held = (
        later.everything() + "\n".join(later.page(f"data/notice/notice.{form}") for form in ("csv", "jsonl")).encode()
    )
    with zipfile.ZipFile(later.out / "data/notice/notice.xlsx") as book:
        held += b"".join(book.read(name) for name in book.namelist())
    assert "到期即撤".encode() not in held
    assert len(as_lines(later)) == len(ROWS) - 1


def test_a_register_in_which_nothing_changed_shares_its_files(site: Outcome) -> None:
    once = site.build("--as-of", "2026-06-15").good()
    before = (once.out / "data/notice/notice.xlsx").stat().st_ino
    again = site.build(
        "--as-of", "2026-06-16", files={"content/a.md": "---\ntitle: 甲\ndate: 2026-05-06\nsource: 乙\n---\n丙\n"}
    )
    assert (again.good().out / "data/notice/notice.xlsx").stat().st_ino == before


def test_a_workbook_is_written_up_to_so_many_rows(site: Outcome) -> None:
    text = (site.root / "site.yaml").read_text(encoding="utf-8")
    settings = "open_data: {workbook_rows: 5, licence: {name: CC-BY-4.0, title: 署名许可}}\n"
    small = site.build("--as-of", "2026-06-15", files={"site.yaml": text + settings}).good()
    assert not (small.out / "data/notice/notice.xlsx").exists()
    assert "notice.xlsx" not in small.page("data/index.html")
    assert "署名许可" in small.text("data/index.html")
    assert json.loads(small.page("data/datapackage.json"))["licenses"] == [{"name": "CC-BY-4.0", "title": "署名许可"}]
