"""The audit's figures: what the store counts, and every way in which a file may say another number."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from disclosure.audit.desk import Measure, Written
from disclosure.audit.figures import counts, figures
from disclosure.problems import Place, Problem
from disclosure.store import SCHEMA

HOME = "https://credit.example/"
WHY, MEND = "成品必须与计划一致，每个链接都通", "同一个数字处处要一样：这是程序或模板的错误，请联系维护人员"


def stored(**tables: list[tuple[object, ...]]) -> sqlite3.Connection:
    """A store with these rows."""
    store = sqlite3.connect(":memory:")
    store.executescript(SCHEMA)
    for table, rows in tables.items():
        columns = len(store.execute(f"SELECT * FROM {table}").description)
        for row in rows:
            blanks = row + ("",) * (columns - len(row))
            store.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", blanks)
    return store


def shown(row: int, entity: str, register: str, day: str, *seat: str) -> tuple[object, ...]:
    """A row that is shown, of a department, a district and a theme."""
    return (row, entity, register, day, "", "", "", "", "", "", *seat)


def held(number: int, register: str, day: str) -> tuple[object, ...]:
    """A row that was accepted."""
    return (number, 1, "", number, register, f"k{number}", f"h{number}", "", "", "", "", day)


def test_what_is_shown_is_counted_by_list_and_entity() -> None:
    rows = [
        shown(1, "甲", "fine", "2026-05-06", "d1", "231102", "tax"),
        shown(2, "甲", "fine", "2026-05-06", "d1", "", "tax"),
        shown(3, "乙", "fine", "2025-04-01", "", "231102", ""),
        shown(4, "甲", "basics", "2020-01-01", "d1", "231102", ""),
        shown(5, "乙", "plan", "", "", "", ""),
        shown(6, "乙", "fine", "2026-05-07", "dX", "", ""),
    ]
    entities: list[tuple[object, ...]] = [("甲", "entity/1.html"), ("乙", "entity/2.html"), ("丙", "entity/3.html")]
    found = list(figures(stored(shown=rows, entity=entities), ["fine", "plan", "empty"], "2026-11-22"))
    fine, of_lists = "list/fine/", dict(found[:-2])
    assert [name for name, _ in found[:-2]] == sorted(of_lists)
    assert found[-2:] == [("entity/1.html", "basics 1 fine 2"), ("entity/2.html", "fine 2 plan 1")]
    assert of_lists == {
        "list/index.html": 5,
        "list/empty/index.html": 0,
        "list/plan/index.html": 1,
        "list/plan/undated.html": 1,
        "month/": 1,
        f"{fine}index.html": 4,
        f"{fine}2025.html": 1,
        f"{fine}2025-04.html": 1,
        f"{fine}2025-04-01.html": 1,
        f"{fine}2026.html": 3,
        f"{fine}2026-05.html": 3,
        f"{fine}2026-05-06.html": 2,
        f"{fine}2026-05-07.html": 1,
        "month/2025-04": 1,
        "month/2026-05": 3,
        "department/d1": 2,
        "department/dX": 1,
        "district/231102": 2,
        **{f"{fine}theme/tax/{span}.html": 2 for span in ("index", "2026", "2026-05", "2026-05-06")},
        **{f"{fine}department/d1/{span}.html": 2 for span in ("index", "2026", "2026-05", "2026-05-06")},
        **{f"{fine}department/dX/{span}.html": 1 for span in ("index", "2026", "2026-05", "2026-05-07")},
        f"{fine}district/231102/index.html": 2,
        **{f"{fine}district/231102/{span}.html": 1 for span in ("2026", "2026-05", "2026-05-06")},
        **{f"{fine}district/231102/{span}.html": 1 for span in ("2025", "2025-04", "2025-04-01")},
    }


def test_what_is_not_shown_is_counted_by_reason_up_to_the_day() -> None:
    days = ["2026-11-22", "2026-11-23", "2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01"]
    reasons = ["person", "person", "person", "shown", "future", "ended"]
    rows = [held(number, "fine", day) for number, day in enumerate(days)] + [held(9, "basics", "2026-01-01")]
    fates: list[tuple[object, ...]] = [*enumerate(reasons), (9, "person")]
    counted = dict(figures(stored(row=rows, fate=fates), ["fine"], "2026-11-22"))
    nothing = {"list/index.html": 0, "list/fine/index.html": 0}
    assert counted == nothing | {"counted/fine/person": 2, "counted/fine/ended": 1}


def test_what_scorecards_say_is_counted_by_year_month_and_department() -> None:
    rows = [
        shown(row, "甲", "fine" if row < 6 else "basics", "2026-05-06", "d1" if row < 4 else "d2") for row in range(7)
    ]
    marks = [("on", 1, 0), ("sent on", 1, 1), ("late", 0, 0), ("sent late", 0, 1), ("unknown", 0, 0)]
    scored: list[tuple[object, ...]] = [(row, *mark) for row, mark in enumerate([*marks, ("calendar 2023", 1, 0)])]
    scored.append((6, "on", 1, 1))
    refused: list[tuple[object, ...]] = [
        ("fine", "d1", "2026-05", 2),
        ("fine", "d2", "", 3),
        ("basics", "d1", "2026-05", 9),
        ("plan", "d1", "2026-05", 1),
    ]
    store = stored(shown=rows, scored=scored, refusal=refused)
    said = {
        name.removeprefix("score/"): count
        for name, count in figures(store, ["fine", "plan"], "")
        if name.startswith("score/")
    }
    expected: dict[str, int] = {}
    for span in ("2026", "2026-05"):
        expected |= {f"{span}/d1/on": 2, f"{span}/d1/late": 2, f"{span}/d1/complete": 2, f"{span}/d1/corrected": 2}
        expected |= {f"{span}/d2/unknown": 2, f"{span}/d2/complete": 1}
        expected |= {f"{span}/all/on": 2, f"{span}/all/late": 2, f"{span}/all/unknown": 2}
        expected |= {f"{span}/all/complete": 3, f"{span}/all/corrected": 2}
        expected |= {f"{span}/d1/refused": 3, f"{span}/all/refused": 3}
    assert said == expected | {"/d2/refused": 3, "/all/refused": 3}  # a row without a month counts once


A, B = "list/fine/index.html", "list/fine/2026.html"
KNOWN: dict[str, int | str] = {
    A: 1234,
    B: 2,
    "a.html": 5,
    "list/fine/2026.html#x": 3,
    "sum": 2000,
    "list/plan/index.html": 7,
}


def said(text: str, name: str = "list/fine/2026.html") -> list[str]:
    """What is wrong with the numbers of a page."""
    found = list(counts(Written(Path(), name, text), Measure(home=HOME, figures=KNOWN)))
    assert all(problem == Problem("broken-site", Place(name), problem.what, WHY, MEND) for problem in found)
    return [problem.what.removeprefix("数字不一致：") for problem in found]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        # a number is told by what its mark says, by the link around it, by the page
        ("<b data-count>2</b>", []),
        ("<b data-count>3</b>", [f"写的是 3，{B} 实有 2"]),
        ('<b class="x" data-count="list/fine/index.html" title="y">1,234</b>', []),
        ('<b data-count="list/fine/index.html">1,233</b>', [f"写的是 1,233，{A} 实有 1,234"]),
        ('<b data-count="sum">1,234</b>', ["写的是 1,234，sum 实有 2,000"]),
        ('<a href="index.html">共 <b data-count>1,235</b> 条</a>', [f"写的是 1,235，{A} 实有 1,234"]),
        ('<a class="x" href="../../a.html" data-count>6</a>', ["写的是 6，a.html 实有 5"]),
        (f'<a href="{HOME}a.html" data-count>6</a>', ["写的是 6，a.html 实有 5"]),
        ('<a href="https://other.example/a.html" data-count>6</a>', []),
        ('<a href="unknown.html"><b data-count>6</b></a>', []),
        ('<a href="index.html">甲</a><b data-count>2</b><a href="index.html">乙</a>', []),
        ('<a href="../../a.html">甲</a><a href="index.html"><i>乙</i><b data-count>5</b></a>', [f"写的是 5，{A} 实有 1,234"]),
        ('<a href="../../a.html">甲</a><p><a href="index.html" data-count>5</a></p>', [f"写的是 5，{A} 实有 1,234"]),
        ('<a id="x"><b data-count>3</b></a><a href="index.html">甲</a>', [f"写的是 3，{B} 实有 2"]),
        ('<b href="index.html"></b><a id="x" data-count>3</a>', [f"写的是 3，{B} 实有 2"]),
        # an anchor of the page itself is what stands on the page: nothing is known of it but on an entity's
        ('<a href="#x" data-count>9</a>', []),
        ('<b data-count="#x">9</b>', []),
        # what is marked and has no number, or two
        ("<b data-count>许多</b><b data-count>4</b>", ["标了 data-count 的地方没有数字", f"写的是 4，{B} 实有 2"]),
        ("<b data-count>1 2</b>", ["标了 data-count 的地方没有数字"]),
        ("3<b data-count>2</b>4", []),
        # sums
        ("<tr><td data-count>2</td><td data-count>2</td><td data-sum>4</td></tr>", []),
        ("<tr><td data-count>2</td><td data-count>2</td><td data-sum>1,005</td></tr>", ["合计写的是 1,005，各项相加是 4"]),
        ("<tr><td data-count>2</td><td data-sum>2</td></tr><tr><td data-count>2</td><td data-sum>2</td></tr>", []),
        ('<tr><td data-count="sum">2,000</td><td data-sum="sum">2,000</td></tr>', []),
        (
            '<tr><td data-count="list/fine/index.html">1,234</td><td data-sum="sum">1,234</td></tr>',
            ["合计写的是 1,234，实有 2,000"],
        ),
        (
            '<tr><td data-count="sum">2,000</td><td data-sum="sum">1,999</td></tr>',
            ["合计写的是 1,999，实有 2,000", "合计写的是 1,999，各项相加是 2,000"],
        ),
        ("<tr><td data-sum>0</td></tr>", []),
        ('<link href="index.html"><b data-count>2</b>', []),
        ("<b data-count id=x1>2</b>", []),
        ("<p><b data-count>2</b><b data-sum>2</b></p>", []),
        ("<tr><td data-sum>1</td><td data-count>3</td></tr>", ["合计写的是 1，各项相加是 0", f"写的是 3，{B} 实有 2"]),
    ],
)  # fmt: skip
def test_a_number_that_a_page_marks_is_held_against_what_it_counts(text: str, wrong: list[str]) -> None:
    assert said(text) == said(f"<body>{text}</body>\n") == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('<b data-count="#s1">3</b><b data-count="#s2">1</b><a href="#s1-fine" data-count>2</a>', []),
        ('<a href="e.html#s1-fine"><b data-count>3</b></a>', ["写的是 3，entity/1/e.html#s1-fine 实有 2"]),
        ('<b data-count="#s1">1,000</b>', ["写的是 1,000，entity/1/e.html#s1 实有 3"]),
        ('<b data-count="#s2">2</b>', ["写的是 2，entity/1/e.html#s2 实有 1"]),
        ('<b data-count="#s3">2</b>', ["写的是 2，entity/1/e.html#s3 实有 0"]),
        ('<b data-count="#s4">2</b>', []),
        ('<b data-count="#s0">2</b>', []),
        ('<b data-count="#s1-title">2</b>', []),
        (
            '<p id="fine-000000000003"></p>',
            ["写的是 2，entity/1/e.html#s1-fine 实有 3", "fine 写了 3 条记录，应有 2 条"],
        ),
    ],
)
def test_an_entity_s_page_says_how_many_records_stand_on_it(text: str, wrong: list[str]) -> None:
    name = "entity/1/e.html"
    body = (
        '<h2 id="s1-title"></h2><h3 id="s1-fine"></h3><p id="fine-000000000001"></p><p id="fine-00000000000a"></p>'
        '<h3 id="s1-plan"></h3><p id="plan-000000000001"></p><h3 id="s2-odd-one"></h3><p id="odd-one-000000000001"></p>'
        '<a data-count href="#s1-fine">2</a>'
    )
    known = Measure(home=HOME, figures={name: "fine 2 plan 1 basics 1 odd-one 1"}, sections=("一", "二", "三"))
    found = [problem.what for problem in counts(Written(Path(), name, body + text), known)]
    assert found == [f"数字不一致：{what}" for what in wrong]


def test_a_section_without_records_has_none() -> None:
    known = Measure(figures={"e.html": "basics 1"}, sections=("一", "二"))
    (problem,) = counts(Written(Path(), "e.html", '<b data-count="#s1">1</b>'), known)
    assert problem.what == "数字不一致：写的是 1，e.html#s1 实有 0"


def test_an_entity_s_page_misses_no_thousand_of_records() -> None:
    known = Measure(figures={"e.html": "fine 1234"}, sections=("一",))
    body = '<h3 id="s1-fine"></h3>' + "".join(f'<p id="fine-{number:012}"></p>' for number in range(1001))
    (problem,) = counts(Written(Path(), "e.html", body), known)
    assert problem.what == "数字不一致：fine 写了 1,001 条记录，应有 1,234 条"


def of_file(folder: Path, name: str, content: str | bytes, known: dict[str, int | str], spelt: str = "") -> list[str]:
    """What is wrong with the numbers of a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    file = Written(folder, name, spell=(lambda of, data: spelt if name.endswith(of) else "") if spelt else None)
    found = list(counts(file, Measure(home=HOME, figures=known)))
    assert all(problem == Problem("broken-site", Place(name), problem.what, WHY, MEND) for problem in found)
    return [problem.what.removeprefix("数字不一致：") for problem in found]


def test_the_search_says_of_an_entity_what_its_page_holds(tmp_path: Path) -> None:
    known: dict[str, int | str] = {"list/fine/index.html": 1, "list/plan/index.html": 1}
    known |= {"entity/AB/CODEAB.html": "basics 1 fine 1000 plan 2", "entity/x/y.html": "fine 3", "other.html": "fine 4"}
    lines = [
        "甲\tCODEAB\t#1000,2\t\t",
        "",
        " ",
        "乙\t\t3\t\tx/y\tmore",
        "丙\t\t,4\t\t/other.html",
        "丁\tUNKNOWN\t7\t\t",
    ]
    name = "search/names/a/0.js"
    assert of_file(tmp_path, name, "", known, "\n".join(lines)) == []
    lines = ["甲\tCODEAB\t1000,1\t\t", "乙\t\t1000\t\tx/y", "丙\t\t\t\t/other.html"]
    wrong = [("1,001", "entity/AB/CODEAB.html", "1,002"), ("1,000", "entity/x/y.html", "3"), ("0", "other.html", "4")]
    assert of_file(tmp_path, name, "", known, "\n".join(lines)) == [
        f"检索里写的是 {said}，{page} 实有 {true}" for said, page, true in wrong
    ]
    assert of_file(tmp_path, "search/words/a.js", "", known, "\n".join(lines)) == []


def test_what_is_only_counted_is_the_number_that_is_not_shown(tmp_path: Path) -> None:
    why = {"person": "自然人不公示", "ended": "公示期已满", "removed": "已移出"}
    lines = [
        json.dumps({"register": register, "label": label, "why": why[reason], "count": count}, ensure_ascii=False)
        for register, label, reason, count in (
            ("fine", "处罚", "person", 1000), ("fine", "处罚", "ended", 3), ("plan", "计划", "removed", 1)
        )
    ]  # fmt: skip
    known: dict[str, int | str] = {"counted/fine/person": 1000, "counted/fine/ended": 3, "counted/plan/removed": 1}
    assert of_file(tmp_path, "counted.jsonl", "\n".join(lines), known) == []
    known = {"counted/fine/person": 1, "counted/fine/ended": 4000}
    wrong = ["处罚写的是 1,000，实有 1", "处罚写的是 3，实有 4,000", "计划写的是 1，实有 0"]
    assert of_file(tmp_path, "counted.jsonl", "\n".join(lines), known) == wrong


@pytest.mark.parametrize("folder", ["statistics", "scorecard"])
def test_a_table_of_figures_names_lists_that_hold_so_many(tmp_path: Path, folder: str) -> None:
    rows = [
        "甲,数,地址",
        f"a,2,{HOME}a.html",
        f'"b,c",x,3,{HOME}b.html',
        "d,9,https://other.example/",
        f"e,4,{HOME}a.html",
    ]
    found = of_file(tmp_path, f"{folder}/a.csv", "\r\n".join(rows), {"a.html": 2})
    assert found == [f"写的是 3，{HOME}b.html 不是", f"写的是 4，{HOME}a.html 不是"]
    assert of_file(tmp_path, f"{folder}.csv", "\r\n".join(rows), {"a.html": 2}) == []


def test_a_download_has_as_many_records_as_its_lists(tmp_path: Path) -> None:
    lines = "".join("{}\n" for _ in range(1002))
    known: dict[str, int | str] = {"list/index.html": 1003, "list/fine/index.html": 1001}
    for name, said, true in (
        ("data/fine/fine.jsonl", "1,002", "list/fine/index.html 实有 1,001"),
        ("data/_all/all.jsonl", "1,002", "list/index.html 实有 1,003"),
        ("data/plan/2026.jsonl", "1,002", "list/plan/index.html 实有 0"),
        ("data/fine/fine.csv", "1,001", ""),
        ("data/_all/all.csv", "1,001", "list/index.html 实有 1,003"),
    ):
        found = of_file(tmp_path, name, lines, known)
        assert found == ([f"有 {said} 条记录，{true}"] if true else []), name
    assert of_file(tmp_path, "data/fine/fine.json", lines, known) == of_file(tmp_path, "a.jsonl", lines, known) == []


def test_the_records_of_a_database_are_those_of_all_tables_but_the_entities(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "made.sqlite")) as base:
        base.executescript(
            "CREATE TABLE a (b); INSERT INTO a VALUES (1), (2); CREATE TABLE c (d); INSERT INTO c VALUES (1);"
            ' CREATE TABLE "信用主体" (e); INSERT INTO "信用主体" VALUES (1);'
            " CREATE VIEW v AS SELECT * FROM a; CREATE INDEX i ON a (b);"
        )
    data = (tmp_path / "made.sqlite").read_bytes()
    assert of_file(tmp_path, "data/_all/all.sqlite", data, {"list/index.html": 3}) == []
    wrong = ["有 3 条记录，list/index.html 实有 4"]
    assert of_file(tmp_path, "data/_all/all.sqlite", data, {"list/index.html": 4}) == wrong
