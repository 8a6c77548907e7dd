"""Reports to departments: every fault where it belongs, every row counted once, nothing private in a single byte, nothing published."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from conftest import SiteMaker
from frontdoor import (
    PROJECT,
    SITES,
    Outcome,
    credit_code,
    identity_number,
    licence,
    notice,
    notices,
    penalty,
    start,
    table,
    tree,
    visible,
)
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser

JIA, YI, BING, UNKNOWN = "黑河市甲局", "爱辉区乙局", "北安市丙局", "未能识别的单位"
PERSON = identity_number(7)
OLD, PHONE, PASSPORT = "231102900101123", "13804560001", "E12345678"
PRIVATE = (PERSON, OLD, PHONE, PASSPORT)
TYPE, NUMBER = "法定代表人证件类型", "法定代表人证件号码"
FACTS, DATE, CODE = "违法事实", "处罚决定日期", "行政相对人代码_1(统一社会信用代码)"
PAYLOADS = ("=cmd|'/C calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "＝1+1")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"

PENALTIES = [
    penalty(),
    penalty({DATE: "2026-02-30", NUMBER: PERSON, TYPE: "身份证"}, 行政处罚决定书文号="黑甲罚〔2026〕2号"),
    penalty({FACTS: f"当事人（证件号 {PERSON}）违法"}, 行政处罚决定书文号="黑甲罚〔2026〕3号"),
    penalty({DATE: "昨天", NUMBER: OLD, FACTS: f"持{OLD}号证件"}, 行政处罚决定书文号="黑甲罚〔2026〕4号"),
    penalty({DATE: PERSON}, 行政处罚决定书文号="黑甲罚〔2026〕5号"),
    penalty(行政处罚决定书文号="黑甲罚〔2026〕6号", 公示截止期="2026-06-01"),
    penalty(行政处罚决定书文号="黑甲罚〔2026〕7号", 行政相对人类别="自然人", 行政相对人名称="郗思齐"),
    penalty(),
    penalty({DATE: "下月"}, 行政处罚决定书文号="黑甲罚〔2026〕8号", 数据来源单位="区乙局"),
    penalty({DATE: SCRIPT}, 行政处罚决定书文号=f"黑甲罚〔2026〕10号{SCRIPT}"),
    penalty({DATE: ""}, 行政处罚决定书文号="黑甲罚〔2026〕9号", 数据来源单位="某某局", 处罚机关="某某局"),
    *(
        penalty({DATE: text, FACTS: text}, 行政处罚决定书文号=f"黑甲罚〔2026〕1{n}号", 备注=text)
        for n, text in enumerate(PAYLOADS)
    ),
]
CONFLICT = [
    penalty(行政处罚决定书文号="黑丙罚〔2026〕1号", 处罚机关=BING, 数据来源单位=BING, 处罚内容=said)
    for said in ("警告", "罚款2000元")
]


def workbook(path: Path, sheets: dict[str, list[dict[str, str]]]) -> bytes:
    """Return a spreadsheet with these tables."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
                for column, cell in enumerate(cells):
                    sheet.write_string(number, column, cell)
    return path.read_bytes()


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Reports of what three departments sent, with every sort of row, written with nobody's rights taken away beforehand."""
    folder = tmp_path_factory.mktemp("reports")
    start(folder / "site", "standard")
    yi = {"许可机关": YI, "数据来源单位": "区乙局"}
    licences = {
        "一季度": [
            licence(**yi),
            licence(**yi, 行政许可决定文书号="黑乙许〔2026〕2号", 许可决定日期="昨天", 法定代表人证件号码=PASSPORT),
        ],
        "二季度": [licence(**yi, 行政许可决定文书号="黑乙许〔2026〕3号", 许可类别="没有这种")],
    }
    one = Outcome(folder / "site", folder / "site" / "public", 0, "", "")
    strange = [licence(**yi, 行政许可决定文书号="黑乙许〔2026〕4号") | {"联系人电话": PHONE}]
    mask = os.umask(0)
    try:
        return one.run(
            "report",
            files={
                "data/penalty/jia.csv": table(PENALTIES),
                "data/penalty/bing.csv": table(CONFLICT),
                "data/licence/yi.xlsx": workbook(folder / "yi.xlsx", licences),
                "data/licence/strange.csv": table(strange),
                "data/licence/broken.csv": f'行政相对人名称,许可内容\n甲,"{PHONE} 没有完\n',
                "data/licence/notes.docx": "不收",
            },
        )
    finally:
        os.umask(mask)


def reports(outcome: Outcome) -> Path:
    """Return the folder of the reports."""
    return outcome.root / "state" / "reports"


def page(outcome: Outcome, department: str) -> str:
    """Return what the page of a department says."""
    return visible((reports(outcome) / f"{department}.html").read_text(encoding="utf-8"))


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """Return the worksheets of a workbook but the first, as rows of texts."""
    book = CalamineWorkbook.from_path(path)
    rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names[1:]}
    assert all(isinstance(cell, str) for sheet in rows.values() for row in sheet for cell in row)
    return {name: [[str(cell) for cell in row] for row in sheet] for name, sheet in rows.items()}


def filled(path: Path, number: int) -> dict[str, str]:
    """Return the colour behind every cell of one worksheet that has one."""
    with zipfile.ZipFile(path) as book:
        styles, sheet = book.read("xl/styles.xml").decode(), book.read(f"xl/worksheets/sheet{number}.xml").decode()
    fills = [re.search(r'fgColor rgb="FF(\w+)"', fill) for fill in re.findall(r"<fill>.*?</fill>", styles)]
    formats = re.findall(r'<xf [^>]*fillId="(\d+)"', styles.split("<cellXfs")[1])
    colours = {str(i): fills[int(fill)] for i, fill in enumerate(formats)}
    cells = re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet)
    return {cell: found[1] for cell, style in cells if (found := colours[style])}


def every_byte(outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    """Yield every file below .cache and state, and every part of a workbook, which is packed."""
    for folder in (outcome.root / ".cache", outcome.root / "state"):
        for name, data in tree(folder).items():
            yield name, data
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(data)) as book:
                    yield from ((f"{name}!{part}", book.read(part)) for part in book.namelist())


def summary(outcome: Outcome) -> list[dict[str, str]]:
    """Return the table of what came in."""
    text = (reports(outcome) / "报送情况.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_faults_do_not_stop_the_reports_and_nothing_is_published(sent: Outcome) -> None:
    sent.good()
    assert "没有发布任何内容" in sent.stdout
    assert not (sent.root / "public").exists()
    assert not (sent.root / "releases").exists()
    assert {path.name for path in (sent.root / "state").iterdir()} <= {"reports", "history.sqlite"}
    assert [path.name for path in (sent.root / ".cache").iterdir()] == ["lock"]


def test_every_row_is_counted_once(sent: Outcome) -> None:
    *lines, last = summary(sent)
    counts = [title for title in last if title not in ("部门", "文件", "错误（处）", "提示（处）", "整个文件的错误")]
    for line in [*lines, last]:
        rows, split, *fates = (int(line[title]) for title in counts)
        assert rows + split == sum(fates), line
    for title in [*counts, "错误（处）", "提示（处）"]:
        assert int(last[title]) == sum(int(line[title]) for line in lines)
    by_file = {name: sum(int(line["行数"]) for line in lines if line["文件"] == f"data/{name}") for name in
               ("penalty/jia.csv", "penalty/bing.csv", "licence/yi.xlsx", "licence/strange.csv", "licence/broken.csv")}  # fmt: skip
    assert by_file == {
        "penalty/jia.csv": len(PENALTIES),
        "penalty/bing.csv": 2,
        "licence/yi.xlsx": 3,
        "licence/strange.csv": 1,
        "licence/broken.csv": 0,
    }
    jia = next(line for line in lines if line["部门"] == JIA and line["文件"] == "data/penalty/jia.csv")
    assert {fate: jia[fate] for fate in counts if jia[fate] != "0"} == {
        "行数": "14", "公示": "1", "自然人不公示": "1", "公示期已满": "1", "重复": "1", "有错": "10",
    }  # fmt: skip
    assert str(sum(by_file.values())) in sent.stdout.split("合计")[1].split()


def test_a_row_goes_to_the_department_that_sent_it_by_any_of_its_names(sent: Outcome) -> None:
    rows = {(line["部门"], line["文件"]): line["有错"] for line in summary(sent)}
    assert rows[YI, "data/penalty/jia.csv"] == "1"
    assert rows[YI, "data/licence/yi.xlsx"] == "2"
    assert rows[UNKNOWN, "data/penalty/jia.csv"] == "1"
    assert "「下月」不是日期" in page(sent, YI)
    assert "「下月」不是日期" not in page(sent, JIA)
    assert "「处罚决定日期」没有填" in page(sent, UNKNOWN)


def test_a_whole_file_that_is_refused_is_answered_too(sent: Outcome) -> None:
    said = page(sent, YI)
    assert "整个文件的错误" in said
    assert "不认识的列标题「联系人电话」" in said
    assert (
        next(line for line in summary(sent) if line["文件"] == "data/licence/strange.csv")["所在文件有错，未读入"]
        == "1"
    )
    assert "从这一行起无法按 CSV 读取" in page(sent, UNKNOWN)
    assert "不认识的文件「notes.docx」" in page(sent, UNKNOWN)


def test_every_fault_that_check_finds_is_in_a_report_with_all_its_parts(sent: Outcome) -> None:
    found = json.loads(sent.check("--format", "json").stdout)["problems"]
    pages = {path.name: unescape(visible(path.read_text(encoding="utf-8"))) for path in reports(sent).glob("*.html")}
    assert len(found) > 10
    for problem in found:
        parts = [re.sub(r"\s+", " ", problem[part]) for part in ("what", "why", "mend", "proposal")]
        assert any(all(part in said for part in parts) for said in pages.values()), problem


def test_rows_that_hold_two_contents_are_shown_to_whom_they_concern(sent: Outcome) -> None:
    assert "是同一决定，内容不同" in page(sent, BING)
    (sheet,) = sheets(reports(sent) / f"{BING}.xlsx").values()
    assert [row[2] for row in sheet[1:]] == ["3"]


def test_the_workbook_gives_the_rows_as_they_were_sent_and_colours_what_is_wrong(sent: Outcome) -> None:
    book = reports(sent) / f"{YI}.xlsx"
    found = sheets(book)
    assert list(found) == ["licence-yi-一季度", "licence-yi-二季度", "penalty-jia"]
    titles, row = found["licence-yi-一季度"]
    assert titles == ["文件", "工作表", "行", "问题", "建议值", *licence()]
    assert row[:3] == ["data/licence/yi.xlsx", "一季度", "3"]
    wrong = titles.index("许可决定日期")
    letter = "T"  # the fifteenth of its own columns, behind the five in front
    assert row[3].startswith(f"错误：{letter} 列「许可决定日期」：「昨天」不是日期。改法：")
    private = titles.index(NUMBER)
    expected = [*row[:5], *licence(许可机关=YI, 数据来源单位="区乙局", 行政许可决定文书号="黑乙许〔2026〕2号").values()]
    expected[wrong], expected[private] = "昨天", "E123*****"
    assert row == expected
    colours = filled(book, 2)
    assert {cell: colour for cell, colour in colours.items() if cell.endswith("2")} == {
        "D2": "FFC7CE",
        f"{letter}2": "FFC7CE",
    }


def test_no_private_number_is_in_any_byte(sent: Outcome) -> None:
    held = dict(every_byte(sent))
    assert len(held) > 20
    for number in PRIVATE:
        assert [name for name, data in held.items() if number.encode() in data] == [], number
    assert f"{PERSON[:6]}{'*' * 12}" in page(sent, JIA)
    assert f"持{OLD[:6]}{'*' * 9}号证件" in str(sheets(reports(sent) / f"{JIA}.xlsx"))


def test_only_the_owner_may_read(sent: Outcome) -> None:
    for path in [sent.root / "state", *(sent.root / "state").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_no_cell_is_a_formula_and_no_page_runs_a_script(sent: Outcome) -> None:
    (sheet,) = sheets(reports(sent) / f"{JIA}.xlsx").values()
    cells = [row[sheet[0].index(FACTS)] for row in sheet]
    assert set(PAYLOADS) <= set(cells)
    for name, data in every_byte(sent):
        if "xl/worksheets/" in name:
            assert b"<f>" not in data, name
            assert b"<hyperlink" not in data, name
    for line in summary(sent):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in line.values())
    for path in reports(sent).glob("*.html"):
        html = LexborHTMLParser(path.read_text(encoding="utf-8"))
        assert html.css("script, img, link, iframe, [onerror], [onclick]") == []
    assert f"「{SCRIPT}」不是日期" in page(sent, JIA)


def test_the_index_leads_to_every_report(sent: Outcome) -> None:
    html = LexborHTMLParser((reports(sent) / "index.html").read_text(encoding="utf-8"))
    led = {unescape(node.attributes["href"] or "") for node in html.css("a")}
    there = {path.name for path in reports(sent).iterdir() if path.suffix in (".html", ".xlsx", ".csv")}
    assert {unquote(link) for link in led} == there - {"index.html"}


def test_the_same_data_gives_the_same_bytes(sent: Outcome) -> None:
    before = tree(reports(sent))
    sent.run("report", "--jobs", "2").good()
    assert tree(reports(sent)) == before


def test_a_report_that_is_no_longer_needed_goes_and_what_is_not_ours_stays(site_maker: SiteMaker) -> None:
    made = site_maker(
        notices(notice(日期="昨天"), notice(文号="2号", 日期="昨天", 机关="区乙局")), verb="report"
    ).good()
    folder = made.root / "state" / "reports"
    assert (folder / f"{YI}.xlsx").exists()
    again = made.run("report", files=notices(notice()) | {"state/reports/回函.txt": "自己的"}).good()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [".written", "index.html", "报送情况.csv", "回函.txt", f"{JIA}.html"]
    )
    assert "没有要改的地方" in page(again, JIA)


@pytest.mark.parametrize(
    ("into", "word"),
    [("public/reports", "report-in-public"), ("data", "report-in-public"), ("elsewhere", "out-not-ours")],
)
def test_reports_are_written_only_where_they_may_lie(site_maker: SiteMaker, into: str, word: str) -> None:
    made = site_maker(notices(notice(日期="昨天")) | {"elsewhere/mine.txt": "自己的"}, verb="check")
    made.run("report", "--into", str(made.root / into)).refused(word)
    assert not list(made.root.rglob("*.xlsx"))
    assert not (made.root / "state").exists()


def test_a_rows_department_may_be_known_from_the_rest_of_its_file(site_maker: SiteMaker) -> None:
    made = site_maker(notices(notice(), notice(文号="2号", 机关="")), verb="report").good()
    assert "「机关」没有填" in page(made, JIA)
    assert not (reports(made) / f"{UNKNOWN}.html").exists()


def test_what_is_written_in_another_place_can_be_chosen(site_maker: SiteMaker) -> None:
    made = site_maker(notices(notice(日期="昨天")), verb="check")
    made.run("report", "--into", str(made.root / "out" / "box")).good()
    assert (made.root / "out" / "box" / f"{JIA}.xlsx").exists()


def test_very_many_faults_are_capped_on_the_page_and_whole_in_the_workbook(site_maker: SiteMaker) -> None:
    rows = [notice(文号=f"{n}号", 日期="昨天") for n in range(130)]
    made = site_maker(notices(*rows), verb="report").good()
    assert len(re.findall("「昨天」不是日期", page(made, JIA))) == 100
    assert "其余 30 处" in page(made, JIA)
    (sheet,) = sheets(reports(made) / f"{JIA}.xlsx").values()
    assert len(sheet) == 131


def test_a_row_whose_cells_have_slipped_shows_no_number_whole(site_maker: SiteMaker) -> None:
    row = "黑河甲乙公司,,1号,警告,说明,13804560002,2026-05-06,2027-05-06,黑河市甲局,多一格\n"
    slipped = (
        row.replace(",多一格", "")
        .replace("1号", "2号")
        .replace("说明", "说,明")
        .replace("13804560002", "某街道三号院二单元")
    )
    text = "名称,代码,文号,类别,说明,证件号码,日期,截止,机关\n" + row + slipped
    made = site_maker({"data/notice/a.csv": text}, verb="report").good()
    assert "第 10 格没有标题" in page(made, JIA)
    (sheet,) = sheets(reports(made) / f"{JIA}.xlsx").values()
    assert sheet[1][5 + 5] == "13804******"
    assert sheet[1][-1] == "多一格"
    for private in ("13804560002", "三号院二单元"):
        assert not any(private.encode() in data for _, data in every_byte(made))


def test_a_row_that_several_parties_share_is_one_row_in_the_report(site_maker: SiteMaker) -> None:
    shared = notice(名称="黑河甲公司、黑河乙公司", 代码="")
    rows = [shared, shared | {"文号": "2号", "日期": "昨天"}]
    declaration = (SITES / "small/data/notice/register.yaml").read_text(encoding="utf-8") + "split: 、\n"
    files = notices(*rows) | {
        "data/notice/register.yaml": declaration,
        "data/notice/more.csv": table([shared | {"文号": "3号"}]),
    }
    made = site_maker(files, verb="report").good()
    told = [
        tuple(line[title] for title in ("行数", "拆分增加", "公示", "有错", "错误（处）")) for line in summary(made)
    ]
    assert told == [("2", "2", "2", "2", "1"), ("1", "1", "2", "0", "0"), ("3", "3", "4", "2", "1")]
    (sheet,) = sheets(reports(made) / f"{JIA}.xlsx").values()
    assert [row[5] for row in sheet[1:]] == ["黑河甲公司、黑河乙公司"]


def test_cells_stand_as_they_were_sent_also_where_a_replacement_is_decided(site_maker: SiteMaker) -> None:
    mend = "- {field: 机关, wrong: 甲的局, right: 黑河市甲局, by: 张示例, on: 2026-11-01, why: 别名}\n"
    made = site_maker(
        notices(notice(机关="甲的局", 日期="昨天")) | {"data/notice/mend.yaml": mend}, verb="report"
    ).good()
    (sheet,) = sheets(reports(made) / f"{JIA}.xlsx").values()
    assert sheet[1][sheet[0].index("机关")] == "甲的局"


def test_faults_of_our_own_events_do_not_stop_the_reports(site_maker: SiteMaker) -> None:
    event = table([{"事件": "异议", "名录": "notice", "文书号": "1号", "日期": "昨天"}])
    made = site_maker(notices(notice(日期="昨天")) | {"data/events/a.csv": event}, verb="report").good()
    assert "data/events/a.csv" in made.stderr
    assert "「昨天」不是日期" in page(made, JIA)


def test_codes_of_firms_stay_whole_also_where_a_private_column_repeats_them(site_maker: SiteMaker) -> None:
    code = credit_code(9)
    row = penalty({CODE: code, "行政相对人代码_4(税务登记号)": code, DATE: "昨天"})
    made = site_maker({"data/penalty/a.csv": table([row])}, base="penalty", verb="report").good()
    (sheet,) = sheets(reports(made) / f"{JIA}.xlsx").values()
    told = dict(zip(*sheet, strict=True))
    assert told[CODE] == code
    assert told["行政相对人代码_4(税务登记号)"] == f"{code[:6]}{'*' * 12}"


def test_a_row_of_a_ledger_without_parties_is_answered_too(site_maker: SiteMaker) -> None:
    titles, values = (PROJECT / "data/consult/ledger.csv").read_text(encoding="utf-8-sig").split("\n")[:2]
    row = dict(zip(titles.split(","), values.split(","), strict=True)) | {"发起单位": JIA, "截止日期": "昨天"}
    made = site_maker({"data/consult/a.csv": table([row])}, base="standard", verb="report").good()
    assert "「昨天」不是日期" in page(made, JIA)
