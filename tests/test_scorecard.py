"""The scorecard: what was shown in time by real working days, what is complete, corrected, set aside; what nobody can know is said."""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from frontdoor import Outcome, credit_code, leads_to, licence, penalty, start, table
from selectolax.lexbor import LexborHTMLParser

from disclosure.audit import figures
from disclosure.audit.desk import Measure, Written
from disclosure.holidays import load_holidays
from disclosure.scorecard import LATE, ON, SENT_LATE, SENT_ON, UNKNOWN, in_time

PROJECT = Path(__file__).parent.parent
CODE = credit_code(18, "231100", "11")
DEPARTMENTS = f"- {{name: 黑河市甲局, code: '{CODE}', district: '231100', enforcement: true}}\n- {{name: 黑河市乙局}}\n"
NUMBER, DAY, SENT, ORGAN = "行政处罚决定书文号", "处罚决定日期", "上报时间", "处罚机关"
STRANGER = "查无此局"


def fined(number: int, day: str, sent: str = "", **more: str) -> dict[str, str]:
    """Return a penalty that is still shown in 2026."""
    return penalty({NUMBER: f"黑甲罚〔2026〕{number}号", DAY: day, SENT: sent, "公示截止期": "2027-01-01"} | more)


FIRST = [
    fined(1, "2026-05-06"),  # due on 14 May: the Saturday of the 9th is worked
    fined(2, "2026-03-02"),
    fined(3, "2026-03-02", "2026-03-11"),
    fined(4, "2026-03-02", "2026-03-12", 公示截止期=""),
]
LATER = [fined(5, "2026-05-11"), fined(6, "2026-05-06")]
WRONG = [
    fined(7, "2026-05-07", 罚款金额_="") | {"罚款金额（万元）": "许多"},
    fined(8, "2026-05-08", 处罚内容="") | {ORGAN: STRANGER},
    fined(9, "不详"),
]
for row in WRONG:
    row.pop("罚款金额_", None)
EVENT = "事件类型,名录,文书号,机关,日期,原因\n更正,行政处罚,黑甲罚〔2026〕3号,黑河市甲局,2026-05-15,录入有误\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A site that began on 12 May, with more records on the 20th, the wrong ones set aside."""
    root = tmp_path_factory.mktemp("scorecard") / "site"
    start(root, "licence penalty")
    settings = (root / "site.yaml").read_text(encoding="utf-8").replace("faults: refuse\n", "") + "faults: set-aside\n"
    files = {"site.yaml": settings, "data/departments.yaml": DEPARTMENTS, "data/penalty/a.csv": table(FIRST)}
    empty = Outcome(root, root / "public", 0, "", "")
    empty.build("--as-of", "2026-05-12", files=files).good()
    more = {"data/penalty/b.csv": table([*LATER, *WRONG]), "data/events/2026.csv": EVENT}
    more["data/licence/a.csv"] = table([licence(许可决定日期="2023-05-05", 有效期自="2023-05-05")])
    return empty.build("--as-of", "2026-05-20", files=more).good()


def figures_of(site: Outcome, page: str) -> dict[str, dict[str, str]]:
    """Return every row of a page's tables, by its name and its titles."""
    found = {}
    for one in LexborHTMLParser(site.page(page)).css("table.figures"):
        titles = [cell.text(strip=True) for cell in one.css("thead th")]
        for row in one.css("tbody tr"):
            cells = [cell.text(strip=True) for cell in row.css("th, td")]
            found[cells[0]] = dict(zip(titles, cells, strict=True))
    return found


def test_working_days_are_those_of_the_notices() -> None:
    calendar, problems = load_holidays(PROJECT)
    assert problems == []

    def after(day: str, count: int = 7) -> str:
        return str(calendar.after(datetime.date.fromisoformat(day), count))

    assert after("2026-05-06") == "2026-05-14"  # with the Saturday of the 9th
    assert after("2026-02-13") == "2026-03-02"  # the 14th, then after nine days off the 24th to 28th, a Saturday worked
    assert after("2026-09-24", 1) == "2026-09-28"
    assert after("2025-12-31", 1) == "2026-01-04"  # a Sunday worked
    assert after("2026-09-30") == "2026-10-15"
    assert after("2026-12-25") == "2027"  # the notice of the next year may take its last days
    assert after("2023-06-01") == "2023"


@pytest.mark.parametrize(
    ("due", "first", "sent", "said"),
    [
        ("2026-05-14", "2026-05-12", "", ON),  # shown by then, whenever it began
        ("2026-03-11", "2026-05-12", "", UNKNOWN),
        ("2026-03-11", "2026-05-12", "2026-03-11", SENT_ON),
        ("2026-03-11", "2026-05-12", "2026-03-12", SENT_LATE),
        ("2026-05-20", "2026-05-20", "2026-06-01", ON),  # what was seen holds
        ("2026-05-19", "2026-05-20", "2026-05-13", LATE),
        ("calendar 2027", "2026-05-20", "2026-05-13", "calendar 2027"),
    ],
)
def test_what_is_in_time(due: str, first: str, sent: str, said: str) -> None:
    assert in_time(due, first, "2026-05-12", sent) == said


def test_every_figure_of_a_month_and_a_department(site: Outcome) -> None:
    may = figures_of(site, "scorecard/2026-05.html")
    ours = may["黑河市甲局"]
    assert (ours["行政许可"], ours["行政处罚"]) == ("0", "3")
    assert (ours["及时"], ours["不及时"], ours["及时率"], ours["无法判断"]) == ("2", "1", "66.6%", "0")
    assert (ours["完整"], ours["搁置"], ours["公开率"], ours["更正"]) == ("3", "1", "75.0%", "0")
    nobody = may["未能归入部门"]
    assert (nobody["行政处罚"], nobody["搁置"], nobody["及时率"], nobody["公开率"]) == ("0", "1", "— —", "0.0%")
    march = figures_of(site, "scorecard/2026-03.html")["黑河市甲局"]
    assert (march["及时"], march["不及时"], march["无法判断"]) == ("1", "1", "1")
    assert (march["完整"], march["完整率"], march["更正"]) == ("2", "66.6%", "1")
    year = figures_of(site, "scorecard/index.html")
    assert year["各部门合计"]["行政处罚"] == "6" and year["各部门合计"]["搁置"] == "2"
    assert year["2026年5月"]["搁置"] == "2" and year["2026年3月"]["更正"] == "1"


def test_what_cannot_be_measured_is_said(site: Outcome) -> None:
    said = site.text("scorecard/index.html")
    for words in (
        "从2026年5月12日起记录首次公示日",
        "也没有报来日子的 1 条，无法判断",
        "另有 1 行搁置的读不出日期",
        "部门没有报来的决定，本站看不见",
        "国办发明电〔2025〕7号",
        "「处罚决定日期」的次日起 7 个工作日内",
        "及时 3 ÷ 能判断的 5",
    ):
        assert words in said
    assert "2023 年的节假日表未录入，1 条不计及时率" in site.text("scorecard/2023.html")
    assert figures_of(site, "scorecard/2023-05.html")["黑河市甲局"]["及时率"] == "— —"


def test_nothing_of_what_is_set_aside_is_written(site: Outcome) -> None:
    assert STRANGER.encode() not in site.everything()
    for kept in (".cache/store.sqlite", "state/accepted.sqlite"):
        with sqlite3.connect(site.root / kept) as store:
            kept_of = store.execute("SELECT organ, month, count FROM refused ORDER BY 1, 2").fetchall()
        assert kept_of == [("", "2026-05", 1), ("黑河市甲局", "", 1), ("黑河市甲局", "2026-05", 1)]
    assert "搁置（有错）" in (site.root / "state/intake.csv").read_text(encoding="utf-8-sig")


def test_numbers_link_to_what_they_count_and_the_download_says_the_same(site: Outcome) -> None:
    for page in ("scorecard/index.html", "scorecard/2026.html"):
        linked = [
            node
            for node in LexborHTMLParser(site.page(page)).css("td a[href]")
            if leads_to(site.out, page, node.attributes["href"] or "")
        ]
        assert linked and all(node.attributes["href"].startswith("../list/") for node in linked)  # type: ignore[union-attr]
    rows = list(csv.DictReader(io.StringIO(site.page("scorecard/scorecard.csv").removeprefix("\ufeff"), newline="")))
    (may,) = [row for row in rows if row["月份"] == "2026-05" and row["部门"] == "黑河市甲局"]
    assert (may["公示"], may["及时（按首次公示日）"], may["不及时"], may["搁置"]) == ("3", "2", "1", "1")
    assert may["列表网址"] == "仅统计", "a department's year is cut by month only where it is long"
    assert sum(int(row["公示"]) for row in rows) == 7
    assert sum(int(row["搁置"]) for row in rows) == 3, "what names no day is there too"


def test_it_is_reached_from_lists_and_statistics(site: Outcome) -> None:
    for page in ("list/index.html", "statistics.html", "sitemap.html"):
        assert "scorecard/index.html" in site.page(page)


def test_the_audit_counts_on_its_own(site: Outcome, tmp_path: Path) -> None:
    held = Measure(home="https://credit.example/", figures={f"score/2026-05/{CODE}/on": 2})
    page = site.page("scorecard/2026-05.html")
    (tmp_path / "scorecard").mkdir()
    for text, faults in ((page, 0), (re.sub(rf'(/{CODE}/on">)2<', r"\g<1>3<", page), 1)):
        (tmp_path / "scorecard/2026-05.html").write_text(text, encoding="utf-8")
        assert len(list(figures.counts(Written(tmp_path, "scorecard/2026-05.html"), held))) == faults


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"data/rules/holidays.yaml": "years: [{year: 2026, source: 甲, confirmed: true, holidays: [{name: 元旦, from: 2026-01-03, to: 2026-01-01}]}]"}, "to 早于 from"),
        ({"data/rules/holidays.yaml": "years: [{year: 2026, source: 甲, confirmed: true, holidays: [{name: 元旦, from: 2025-01-01, to: 2025-01-01}]}]"}, "不在 2026 年"),
        ({"data/rules/holidays.yaml": "years: [{year: 2026, source: 甲, confirmed: true, holidays: [{name: 元旦, from: 2026-01-01, to: 2026-01-03, work: [2026-01-05]}]}]"}, "不是周末"),
        ({"data/rules/holidays.yaml": "- 甲\n"}, "逐行的「名称: 值」"),
        ({"data/notice/register.yaml": "scorecard: {within: 7, complete: [没有]}\n"}, "「没有」不是这个名录的字段"),
        ({"data/notice/register.yaml": "scorecard: {within: 7, complete: [名称], reported: 名称}\n"}, "种类只能是 date"),
    ],
)  # fmt: skip
def test_loose_ends_are_faults(tmp_path: Path, files: dict[str, str], words: str) -> None:
    root = tmp_path / "site"
    start(root, "small")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
    Outcome(root, root / "public", 0, "", "").check().refused(words)


@pytest.mark.parametrize(
    "otherwise",
    [
        "UPDATE first SET day = '2026-06-01'",
        "DELETE FROM first",
        "UPDATE release SET as_of = '2026-05-15' WHERE id = 1",
    ],
)
def test_what_was_counted_of_other_first_days_does_not_stand(site: Outcome, tmp_path: Path, otherwise: str) -> None:
    root, counted = tmp_path / "site", []
    shutil.copytree(site.root, root, symlinks=True)
    again = Outcome(root, root / "public", 0, "", "")
    again.build("--as-of", "2026-05-20").good()  # what the event fitted is remembered since the last release
    with closing(sqlite3.connect(root / "state/history.sqlite", isolation_level=None)) as past:
        past.execute(otherwise)
    kept = tmp_path / "state"
    shutil.copytree(root / "state", kept)
    for cache in ("none", ".cache"):
        shutil.rmtree(root / cache, ignore_errors=True)
        shutil.rmtree(root / "state")
        shutil.copytree(kept, root / "state")
        again.build("--as-of", "2026-05-20").good()
        with closing(sqlite3.connect(root / ".cache/store.sqlite")) as store:
            query = "SELECT key, timely, complete, corrected, first FROM scored JOIN row ON row.id = scored.row ORDER BY key"
            counted.append(store.execute(query).fetchall())
    assert counted[0] == counted[1]
