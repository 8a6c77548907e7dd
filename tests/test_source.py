"""Files to rows: every encoding and every sort of file gives the same rows, and every place points at its cell."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
import yaml
from conftest import SiteMaker
from frontdoor import NOTICE, notice, notices, site_bytes, table
from hypothesis import given
from hypothesis import strategies as st

from disclosure.problems import Refused
from disclosure.source import read_tables
from disclosure.source.sheets import letters
from disclosure.source.trees import parse_tree

NAME = "data/a.csv"


def workbook(path: Path, rows: list[dict[str, str]], **extra: object) -> bytes:
    """Return the bytes of a spreadsheet of these rows, all cells text but dates and amounts."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("一")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, title in enumerate(rows[0]):
            sheet.write_string(0, column, title)
        for line, row in enumerate(rows, 1):
            for column, (title, value) in enumerate(row.items()):
                if title == "日期":
                    sheet.write_datetime(line, column, datetime.datetime.fromisoformat(value), day)
                elif title == "金额":
                    sheet.write_number(line, column, float(value))
                else:
                    sheet.write_string(line, column, value)
        for cell, content in extra.items():
            sheet.write(cell, content)
    return path.read_bytes()


def as_yaml(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as the text of a YAML file."""
    return str(yaml.safe_dump([dict(row) for row in rows], allow_unicode=True, sort_keys=False))


def test_csv_xlsx_and_yaml_of_the_same_rows_give_the_same_pages(site_maker: SiteMaker, tmp_path: Path) -> None:
    rows = [notice(), notice(文号="2号", 金额="3", 类别="警告、罚款"), notice(文号="3号", 说明="", 截止="长期")]
    plain = site_maker(notices(*rows)).good()
    sheet = site_maker({"data/notice/a.xlsx": workbook(tmp_path / "a.xlsx", rows)}).good()
    tree = site_maker({"data/notice/a.yaml": as_yaml(rows)}).good()
    brief: list[dict[str, object]] = [{title: value for title, value in row.items() if value} for row in rows]
    brief[1]["类别"] = ["警告", "罚款"]
    short = site_maker({"data/notice/a.yml": as_yaml(brief)})
    for other in (sheet, tree, short.good()):
        assert site_bytes(other) == site_bytes(plain)


def test_yaml_scalars_stay_what_was_written(site_maker: SiteMaker) -> None:
    text = "- {名称: 否, 文号: 12:30, 说明: 007, 日期: 2026-05-06, 机关: 黑河市甲局, 代码: " + NOTICE["代码"] + "}\n"
    outcome = site_maker({"data/notice/a.yaml": text}).good()
    said = outcome.text(outcome.entities()[0])
    for value in ("否", "12:30", "007"):
        assert value in said


def test_every_sheet_that_holds_anything_is_read(site_maker: SiteMaker, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "two.xlsx") as book:
        for number in (1, 2):
            sheet = book.add_worksheet(f"第{number}张")
            for column, (title, value) in enumerate(notice(文号=f"{number}号").items()):
                sheet.write_string(number, column, title)
                sheet.write_string(number + 1, column, value)
        book.add_worksheet("空的")
    outcome = site_maker({"data/notice/a.xlsx": (tmp_path / "two.xlsx").read_bytes()}).good()
    assert "公示 2 条记录" in outcome.stdout


def test_a_code_typed_as_a_number_is_refused_with_sheet_and_cell(site_maker: SiteMaker, tmp_path: Path) -> None:
    data = workbook(tmp_path / "a.xlsx", [notice()], B2=911231090000138788.0)
    outcome = site_maker({"data/notice/a.xlsx": data}, verb="check")
    outcome.refused("refused-value", "--> data/notice/a.xlsx!一!B2")


def test_a_number_typed_as_a_number_reads_without_a_point(site_maker: SiteMaker, tmp_path: Path) -> None:
    data = workbook(tmp_path / "a.xlsx", [notice()], C2=5.0, E2=True)
    outcome = site_maker({"data/notice/a.xlsx": data}).good()
    said = outcome.text(outcome.entities()[0])
    assert "文号 5 " in said
    assert "5.0" not in said
    assert "说明 是 " in said


def test_a_cell_far_out_is_refused_before_it_is_read(site_maker: SiteMaker, tmp_path: Path) -> None:
    data = workbook(tmp_path / "a.xlsx", [notice()], XFD1048576="x")
    site_maker({"data/notice/a.xlsx": data}, verb="check").refused("broken-sheet", "整张表过大")


def test_a_workbook_spoilt_anywhere_is_refused_and_never_our_bug(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", [notice()])
    path = tmp_path / "a.xlsx"
    for at in range(0, len(good), max(1, len(good) // 150)):
        path.write_bytes(good[:at] + b"\xff\x00\xff" + good[at + 3 :])
        read_all(path)
        path.write_bytes(good[:at])
        read_all(path)


def read_all(path: Path) -> list[tuple[list[str], list[list[str]]]]:
    """Return titles and rows of every table in a file; faults are only ever Problems."""
    tables, problems = read_tables(path, NAME)
    assert all(problem.name.startswith(("broken-", "unknown-")) for problem in problems)
    found = []
    for one in tables:
        try:
            found.append((one.titles, [row.values for row in one.rows]))
        except Refused as refused:
            assert refused.problems
    return found


def test_a_utf16_file_is_refused_with_advice(site_maker: SiteMaker) -> None:
    outcome = site_maker({"data/notice/a.csv": table([notice()]).encode("utf-16")}, verb="check")
    outcome.refused("unknown-encoding", "另存为「CSV UTF-8」")


def test_an_unclosed_quote_swallows_nothing(site_maker: SiteMaker) -> None:
    text = table([notice(), notice(文号="2号"), notice(文号="3号")]).replace("黑甲〔2026〕1号", '"黑甲〔2026〕1号')
    site_maker({"data/notice/a.csv": text}, verb="check").refused("broken-csv", "--> data/notice/a.csv:2:")


def test_an_empty_file_is_no_rows(site_maker: SiteMaker) -> None:
    for name, data in {"a.csv": b"", "b.csv": b"\xef\xbb\xbf", "c.yaml": b"", "d.yaml": b"# nothing\n"}.items():
        outcome = site_maker({f"data/notice/{name}": data}, verb="check", base="small").good()
        assert json.loads(outcome.check("--format", "json").stdout)["files"][0]["rows"] == 0


def test_columns_are_lettered_as_spreadsheets_do() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "XFD",
    ]


CELL = st.lists(st.sampled_from(["a", "b", "甲", "，", ",", '"', " ", "\n", "\r\n", ";", "〔", "2"]), max_size=6).map(
    "".join
)


@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_place_of_every_cell_points_at_it(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    rows = [["甲", "乙", "丙"], *rows]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    path = tmp_path_factory.mktemp("places") / "a.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    _hold_places(path, stream.getvalue())


@given(text=st.lists(st.text(st.sampled_from('a甲" '), max_size=5), min_size=2, max_size=4).map(",".join))
def test_the_place_of_a_cell_with_stray_quotes_points_at_it(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("quotes") / "a.csv"
    path.write_text(f"甲,乙,丙,丁\n{text}\n", encoding="utf-8", newline="")
    _hold_places(path, f"甲,乙,丙,丁\n{text}\n")


def _hold_places(path: Path, text: str) -> None:
    """Hold that the marked span of every cell is the beginning of that cell as it is written."""
    (one,), problems = read_tables(path, NAME)
    assert problems == []
    lines = text.split("\n")
    try:
        for row in one.rows:
            for column, value in enumerate(row.values):
                place = one.locate(row, column)
                marked = place.excerpt[place.column - 1 : place.column - 1 + place.width]
                written = value.replace('"', '""')
                quoted = marked.startswith('"') and (
                    marked[1:].rstrip('"') == "" or written.startswith(marked[1:].rstrip('"').split("\r")[0])
                )
                assert marked == value or quoted, (row.values, column, place)
                assert lines[place.line - 1].startswith(place.excerpt)
    except Refused:
        return


YAML_TEXT = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from("ab甲:- \n[]{}&*!|>'\"#%@,?~\t"), max_size=60),
    st.binary(max_size=40),
)


@given(text=YAML_TEXT)
def test_any_bytes_are_a_tree_or_a_problem(text: str | bytes) -> None:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    tree, problems = parse_tree(data, "a.yaml")
    assert all(problem.name in ("broken-yaml", "unknown-encoding") for problem in problems)
    assert problems or tree.value is not None


def test_deep_nesting_is_refused_and_survived() -> None:
    for text in ("[" * 100_000, "- " * 50_000 + "a", "{a: " * 5_000):
        _, problems = parse_tree(text.encode(), "a.yaml")
        assert [problem.name for problem in problems] == ["broken-yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: !!python/object/apply:os.system [x]\n",
        "a: 1\na: 2\n",
        "a: 1\n---\nb: 2\n",
        "? [a]\n: b\n",
    ],
)
def test_what_reads_wrongly_is_not_read_at_all(text: str) -> None:
    _, problems = parse_tree(text.encode(), "a.yaml")
    assert [problem.name for problem in problems] == ["broken-yaml"]


def test_every_value_of_a_tree_has_its_place() -> None:
    tree, problems = parse_tree('甲: 一\n乙:\n  - 丙: 二\n    丁: "三"\n'.encode(), "a.yaml")
    assert problems == []
    assert str(tree.place(("甲",))) == "a.yaml:1:4"
    assert str(tree.place(("乙", 0, "丁"))) == "a.yaml:4:8"
    assert str(tree.keys["乙", 0, "丁"]) == "a.yaml:4:5"
    assert tree.value == {"甲": "一", "乙": [{"丙": "二", "丁": "三"}]}


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/media/a", "w", force_zip64=True) as member,
    ):
        for _ in range(501):
            member.write(bytes(1_000_000))
    _, problems = read_tables(path, NAME)
    assert [problem.name for problem in problems] == ["broken-sheet"]
    assert "500 MB" in problems[0].why
