"""Tables as they are really sent: headings of several rows, notes, merged cells, several sheets, old templates."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]
import yaml
from conftest import SiteMaker
from frontdoor import PROJECT, SITES, licence, notice, penalty, table

from disclosure.declarations import load_registers
from disclosure.intake import Given, Read, read_file, unpacked
from disclosure.titles import Terms

TITLES = ["名称", "代码", "文号", "类别", "日期", "机关"]
Sheets = Mapping[str, Sequence[Sequence[str]]]


def row(**changed: str) -> list[str]:
    """Return the cells of a notice."""
    return [notice(**changed)[title] for title in TITLES]


def xlsx(sheets: Sheets, merged: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook of these sheets, all cells text, some ranges of the first merged."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for number, (title, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(title)
            for line, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(line, column, cell)
            for area, value in (merged or {}).items() if number == 0 else ():
                sheet.merge_range(area, value)
    return stream.getvalue()


def xls(sheets: Sheets) -> bytes:
    """Return an XLS workbook of these sheets."""
    book, stream = xlwt.Workbook(), io.BytesIO()
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(line, column, cell)
    book.save(stream)
    return stream.getvalue()


def read(folder: Path, name: str, data: bytes, register: str = "notice", declared: str = "") -> Read:
    """Return what one file of a register gives."""
    data_folder = PROJECT / "data" if register != "notice" else SITES / "small" / "data"
    if declared:
        (folder / "data" / register).mkdir(parents=True)
        text = (data_folder / register / "register.yaml").read_text(encoding="utf-8")
        (folder / "data" / register / "register.yaml").write_text(text + declared, encoding="utf-8")
        data_folder = folder / "data"
    registers, problems = load_registers(data_folder, data_folder.parent)
    assert problems == []
    (folder / name).write_bytes(data)
    return read_file(Given(folder / name, f"data/{register}/{name}", register), registers, Terms(day="2026-11-22"))


def taken(got: Read) -> list[tuple[object, ...]]:
    """Return the records that a file gave, but for the lines that they stand in."""
    return [record[1:] for _, records, _ in unpacked(got) for record in records]


def numbers(got: Read) -> list[str]:
    """Return the document numbers of the records that a file gave, hold that all of its rows are accounted for."""
    assert [problem.what for problem in got.problems] == []
    records = [record for _, taken, _ in unpacked(got) for record in taken]
    assert got.rows == len(records) + got.faulty_rows
    return [json.loads(record.values)[2] for record in records]


BANNER = ["通知公示表（2026 年）"]
CODES = ["TZ_MC", "", "", "", "", ""]
HINTS = ["必填", "选填", "必填", "选填", "必填", "必填"]
NOTES = [["表格说明：1.文号照原样填写。"], ["2、日期写成 年-月-日。"]]


@pytest.mark.parametrize(
    "above",
    [[], [BANNER], [BANNER, ["填报单位：黑河市甲局", "", "", "填报日期：2026-05-06"]], [[], BANNER, []]],
    ids=["none", "banner", "two", "blank"],
)
@pytest.mark.parametrize("below", [[], [HINTS], [CODES, HINTS]], ids=["none", "hints", "codes and hints"])
def test_the_heading_is_found_and_its_further_rows_and_the_notes_are_no_rows(
    tmp_path: Path, above: list[list[str]], below: list[list[str]]
) -> None:
    if below and below[0] is CODES:
        below = [["TZ_MC", "代 码", "文 号", "", "日\n期", "机关"], HINTS]
    rows = [*above, TITLES, *below, row(), [], row(文号="2号"), *NOTES]
    full = [[*cells, *[""] * (6 - len(cells))] for cells in rows]
    text = table([{str(at): cell for at, cell in enumerate(cells)} for cells in full]).split("\n", 1)[1]
    for name, data in {
        "a.csv": text.encode(),
        "b.csv": text.encode("gb18030"),
        "a.xlsx": xlsx({"一": rows}),
        "a.xls": xls({"一": rows}),
    }.items():
        got = read(tmp_path, name, data)
        assert numbers(got) == ["黑甲〔2026〕1号", "2号"]
        assert [problem.what for problem in got.row_problems] == []


def test_places_below_a_banner_are_right(tmp_path: Path) -> None:
    got = read(tmp_path, "a.xlsx", xlsx({"一": [BANNER, [], ["", *TITLES], ["", *row(日期="昨天")]]}))
    (problem,) = got.row_problems
    assert str(problem.place) == "data/notice/a.xlsx!一!F4"


def test_a_note_is_no_record_but_a_row_with_one_cell_is_a_fault(tmp_path: Path) -> None:
    got = read(tmp_path, "a.xlsx", xlsx({"一": [TITLES, row(), ["黑河只有名称有限公司"], *NOTES]}))
    assert (got.rows, got.faulty_rows) == (2, 1)
    assert numbers(got) == ["黑甲〔2026〕1号"]


def test_what_is_merged_downwards_belongs_to_every_row(tmp_path: Path) -> None:
    rows = [TITLES, *([*row(文号=f"{n}号")[:-1], ""] for n in (1, 2, 3))]
    got = read(tmp_path, "a.xlsx", xlsx({"一": rows}, {"F2:F4": "黑河市甲局"}))
    assert numbers(got) == ["1号", "2号", "3号"]
    assert {record.organ for _, taken, _ in unpacked(got) for record in taken} == {"黑河市甲局"}


def test_sheets_of_other_registers_are_ignored_by_name_only(tmp_path: Path) -> None:
    sheets = {"通知": [TITLES, row()], "许可": [["许可编号"], ["1"]]}
    wrong = read(tmp_path, "a.xlsx", xlsx(sheets))
    assert [problem.name for problem in wrong.problems] == ["unknown-title"]
    assert "ignored_sheets" in wrong.problems[0].mend
    right = read(tmp_path, "b.xlsx", xlsx(sheets), declared="ignored_sheets: [许可]\n")
    assert numbers(right) == ["黑甲〔2026〕1号"]


# One data set in every form, and the template of 2016.

PARTS = {
    "licence": [licence(许可编号="", 行政许可决定文书号=f"黑甲许〔2026〕{n}号") for n in (1, 2, 3)],
    "penalty": [penalty(行政处罚决定书文号=f"黑甲罚〔2026〕{n}号") for n in (1, 2, 3)],
}
# Titles and codes of 2016 for the fields that had others then. What the standard of 2018 asks for and the template of
# 2016 has no column for stands under its code of 2018: departments added those columns.
OLD = {
    "licence": {
        "行政许可决定文书号": ("行政许可决定书文号", "XK_WSH"),
        "许可类别": ("审批类别", "XK_SPLB"),
        "行政相对人名称": ("行政相对人名称", "XK_XDR"),
        "法定代表人": ("法定代表人姓名", "XK_FR"),
        "有效期至": ("许可截止期", "XK_JZQ"),
        "许可机关": ("许可机关", "XK_XZJG"),
    },
    "penalty": {
        "违法事实": ("处罚事由", "CF_SY"),
        "处罚内容": ("处罚结果", "CF_JG"),
        "法定代表人": ("法定代表人姓名", "CF_FR"),
        "处罚机关": ("处罚机关", "CF_XZJG"),
        "行政相对人代码_3(组织机构代码)": ("行政相对人代码_2 (组织机构代码)", "CF_XDR_ZDM"),
        "行政相对人代码_2(工商注册号)": ("行政相对人代码_3 (工商登记码)", "CF_XDR_GSDJ"),
    },
}


def old_sheet(register: str, rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Return a sheet of the layout of 2016: a banner, titles, codes, rows, and 表格说明; 处罚类别 in two columns."""
    columns: list[tuple[str, str, list[str]]] = []
    for field in rows[0]:
        cells = [item[field] for item in rows]
        title, code = OLD[register].get(field, (field, ""))
        if field == "处罚类别":
            parts = [cell.split("、") for cell in cells]
            columns.append(("处罚类别1", "CF_CFLB1", [part[0] for part in parts]))
            columns.append(("处罚类别2", "CF_CFLB2", [part[1] for part in parts]))
        else:
            columns.append((title, code, cells))
    columns.append(("地方编码", "DFBM", ["231100"] * len(rows)))
    body = [[column[2][n] for column in columns] for n in range(len(rows))]
    heading = [["双公示信息归集表"], [column[0] for column in columns], [column[1] for column in columns]]
    return [*heading, *body, ["表格说明：法人填统一社会信用代码。"]]


def jsonl(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return rows as JSON Lines, what is empty left out."""
    return "".join(
        json.dumps({k: v for k, v in item.items() if v}, ensure_ascii=False) + "\n" for item in rows
    ).encode()


def test_one_data_set_in_every_form_gives_the_same_records(tmp_path: Path) -> None:
    template = xls(
        {"行政许可": old_sheet("licence", PARTS["licence"]), "行政处罚": old_sheet("penalty", PARTS["penalty"])}
    )
    for register, rows in PARTS.items():
        grid = [list(rows[0]), *(list(item.values()) for item in rows)]
        forms = {
            "a.csv": table(rows).encode(),
            "b.csv": table(rows).encode("gb18030"),
            "a.xlsx": xlsx({"一": grid}),
            "a.xls": xls({"一": grid}),
            "a.yaml": yaml.safe_dump(rows, allow_unicode=True, sort_keys=False).encode(),
            "a.jsonl": jsonl(rows),
            "2016.xls": template,
        }
        given = {name: read(tmp_path, name, data, register) for name, data in forms.items()}
        plain = taken(given["a.csv"])
        assert len(plain) == 3
        for name, got in given.items():
            assert [p.what for p in (*got.problems, *got.row_problems)] == [], name
            assert taken(got) == plain, name


def test_the_template_of_2016_alone_is_refused_for_what_the_standard_of_2018_asks(tmp_path: Path) -> None:
    had = {
        "行政处罚决定书文号",
        "处罚类别",
        "违法事实",
        "处罚依据",
        "行政相对人名称",
        "法定代表人",
        "处罚内容",
        "处罚决定日期",
        "处罚机关",
    }
    rows = [{k: v for k, v in item.items() if k in had or "代码_" in k} for item in PARTS["penalty"]]
    got = read(tmp_path, "2016.xls", xls({"行政处罚": old_sheet("penalty", rows)}), "penalty")
    missing = {problem.what for problem in got.problems if problem.name == "missing-title"}
    assert {problem.name for problem in got.problems} == {"missing-title"}
    assert "缺少列「违法行为类型」" in missing


def test_names_of_the_interfaces_of_platforms_are_the_codes(tmp_path: Path) -> None:
    registers, _ = load_registers(PROJECT / "data", PROJECT)
    for register, rows in PARTS.items():
        codes = {
            field: code for code, field in reversed(registers[register].aliases.items()) if code[:3] in ("XK_", "CF_")
        }

        def camel(field: str, codes: Mapping[str, str] = codes) -> str:
            first, *rest = codes.get(field, field).lower().split("_")
            return first + "".join(part.capitalize() for part in rest) if field in codes else field

        plain = read(tmp_path, "a.jsonl", jsonl(rows), register)
        named = read(tmp_path, "b.jsonl", jsonl([{camel(k): v for k, v in item.items()} for item in rows]), register)
        assert taken(named) == taken(plain)
        assert len(taken(named)) == 3


def dump(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of a store but for places: which file, sheet and line a record stands in, how it was sent."""
    with contextlib.closing(sqlite3.connect(store)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found: dict[str, list[tuple[object, ...]]] = {}
        for name in (name for name in tables if name != "declared"):
            columns = [column for _, column, *_ in opened.execute(f"PRAGMA table_info({name})")]
            kept = [column for column in columns if column not in ("file", "sheet", "line", "path", "sha", "sent")]
            found[name] = sorted(opened.execute(f"SELECT {', '.join(kept)} FROM {name}"), key=repr) if kept else []
    return found


def test_one_data_set_in_every_form_gives_the_same_store(site_maker: SiteMaker) -> None:
    template = xls(
        {"行政许可": old_sheet("licence", PARTS["licence"]), "行政处罚": old_sheet("penalty", PARTS["penalty"])}
    )
    forms: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
        "csv": lambda rows: table(rows).encode(),
        "gb18030.csv": lambda rows: table(rows).encode("gb18030"),
        "xlsx": lambda rows: xlsx({"一": [list(rows[0]), *(list(item.values()) for item in rows)]}),
        "xls": lambda rows: template,
        "yaml": lambda rows: yaml.safe_dump(rows, allow_unicode=True, sort_keys=False).encode(),
        "jsonl": jsonl,
    }
    dumps = {}
    for ending, form in forms.items():
        files = {f"data/{name}/a.{ending}": form(rows) for name, rows in PARTS.items()}
        outcome = site_maker(files, "--jobs", "1", base="licence penalty").good()
        dumps[ending] = dump(outcome.root / ".cache" / "store.sqlite")
    assert len(dumps["csv"]["row"]) == len(dumps["csv"]["shown"]) == 6
    for ending, found in dumps.items():
        assert found == dumps["csv"], ending
