"""How long a record is shown: the earlier of the table's last day and the file's, by the one rule that decides it."""

from __future__ import annotations

import calendar
import datetime
import json
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from conftest import SiteMaker, serve
from frontdoor import SITES, Outcome, credit_code, licence, notice, notices, penalty, start, table, write
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

import build
from disclosure.declarations import load_registers
from disclosure.publicity import load_rules
from disclosure.render import open_world
from disclosure.rules import months_after

SMALL = (SITES / "small" / "data/notice/register.yaml").read_text(encoding="utf-8")
NOTICES = {"data/notice/register.yaml": SMALL.replace("ends: 截止\n", "ends: 截止\npublicity: notice\n")}
RULE = """\
  - id: {id}
    publicity: notice
    label: {id}
    basis: 示例办法
    number: 示例令第1号
    source: 示例
    confirmed: {confirmed}
"""


def law(*rules: str, confirmed: str = "true") -> dict[str, str]:
    """A register under the given rules, each of its name and what is particular about it: `name; key: value; …`."""
    text = "rules:\n"
    for rule in rules:
        name, *keys = rule.split("; ")
        text += RULE.format(id=name, confirmed=confirmed) + "".join(f"    {key}\n" for key in keys)
    return NOTICES | {"data/rules/publicity.yaml": text}


YEAR = law("one; from: 2020-01-01; otherwise: true; minimum: 3; maximum: 12")
FINES = (
    "light; from: 2020-01-01; when: {类别: {only: [警告]}}; show: no",
    "grave; from: 2020-01-01; when: [{类别: {has: [其他]}}, {金额: {least: 100}}]; maximum: 36",
    "plain; from: 2020-01-01; otherwise: true; maximum: 12",
)


def says(outcome: Outcome, number: str) -> bool:
    """Whether any byte of the site holds a document number."""
    return number.encode() in outcome.everything()


def shown(root: Path, day: str) -> set[str]:
    """The document numbers that may be shown on a day."""
    studio, _ = build.prepare(root, datetime.date.fromisoformat(day), 1, [])
    with closing(open_world(studio).store) as store:
        return {json.loads(values)[2] for (values,) in store.execute("SELECT vals FROM disclosed")}


@pytest.mark.parametrize(
    ("date", "ends", "last"),
    [
        ("2026-01-15", "", "2027-01-15"),
        ("2026-01-15", "2026-12-31", "2026-12-31"),  # the file's is earlier
        ("2026-01-15", "2029-01-15", "2027-01-15"),  # the table's is earlier
        ("2026-01-15", "长期", "2027-01-15"),
        ("2024-02-29", "", "2025-02-28"),  # a month without the day ends on its last
    ],
)
def test_the_earlier_of_table_and_file_holds_and_the_last_day_counts(
    tmp_path: Path, date: str, ends: str, last: str
) -> None:
    start(tmp_path / "root", "small")
    write(tmp_path / "root", YEAR | notices(notice(日期=date, 截止=ends, 文号="甲1号")))
    after = (datetime.date.fromisoformat(last) + datetime.timedelta(1)).isoformat()
    assert shown(tmp_path / "root", last) == {"甲1号"}
    assert shown(tmp_path / "root", after) == set()


def test_every_record_says_until_when_and_by_which_rule(site_maker: SiteMaker) -> None:
    rows = notices(notice(日期="2026-10-05", 截止=""), notice(文号="2号", 截止="2026-12-01"))
    page = site_maker(YEAR | rows).good().text(f"entity/{credit_code(1)[-2:]}/{credit_code(1)}.html")
    assert "公示至 2027年10月5日 （依据示例令第1号《示例办法》：one，最长1年）" in page
    assert "公示至 2026年12月1日 （以报送单位给出的公示截止期为准）" in page


def test_conditions_decide_which_rule_it_is(site_maker: SiteMaker) -> None:
    cases = [
        ({"类别": "警告"}, ""),
        ({"类别": "警告、罚款"}, "plain"),
        ({"类别": "罚款", "金额": "99.999999"}, "plain"),
        ({"类别": "罚款", "金额": "100"}, "grave"),
        ({"类别": "警告、其他", "金额": ""}, "grave"),
    ]
    rows = [notice(**row, 截止="", 文号=f"{n}号", 代码=credit_code(n + 1)) for n, (row, _) in enumerate(cases)]
    site = site_maker(law(*FINES) | notices(*rows)).good()
    shown = {credit_code(n + 1): rule for n, (_, rule) in enumerate(cases) if rule}
    assert {Path(page).stem for page in site.entities()} == {*shown}
    for page in site.entities():
        assert f"：{shown[Path(page).stem]}，" in site.text(page)
    assert "依规定不公示" in site.stdout
    both = notices(notice(类别="警告", 金额="100"))
    site.check(files=both).refused("rule-overlap", "「light」和「grave」", "--> data/notice/2026.csv:2")


def test_downloads_say_the_rule_of_today_where_only_the_rules_changed_places(site_maker: SiteMaker) -> None:
    rows = notices(notice(类别="警告", 截止=""), notice(类别="其他", 截止="", 文号="2号", 代码=credit_code(2)))
    first, second = (
        law(f"one; from: 2020-01-01; when: {{类别: {{only: [{kind}]}}}}; maximum: 12", "two; from: 2020-01-01; otherwise: true; maximum: 12")
        for kind in ("警告", "其他")
    )  # fmt: skip
    site = site_maker(first | rows).good()
    for rules, expected in ((first, ["one", "two"]), (second, ["two", "one"])):
        told = site.build(files=rules).good().page("data/notice/notice.jsonl").splitlines()
        by = {line["文号"]: line["公示期限依据"] for line in map(json.loads, told)}
        assert [rule in by[number] for number, rule in zip(("黑甲〔2026〕1号", "2号"), expected, strict=True)] == [
            True
        ] * 2


def test_a_version_holds_from_its_day_to_its_day(tmp_path: Path) -> None:
    by_day = law(
        "old; from: 2020-01-01; to: 2026-06-30; otherwise: true; maximum: 36",
        "new; from: 2026-07-01; otherwise: true; maximum: 3",
    )
    root = tmp_path / "root"
    start(root, "small")
    write(root, by_day | notices(notice(日期="2026-03-01", 截止="", 文号="甲1号")))
    assert shown(root, "2026-06-30") == {"甲1号"}
    assert shown(root, "2026-07-01") == set()
    # by the record's own date the old rule goes on for what was decided under it
    table = by_day["data/rules/publicity.yaml"].replace("    from:", "    by: decision\n    from:")
    write(root, {"data/rules/publicity.yaml": table})
    assert shown(root, "2026-07-01") == {"甲1号"}


def test_a_record_that_no_rule_decides_is_a_fault_or_waits(site_maker: SiteMaker) -> None:
    files = law("late; from: 2027-01-01; otherwise: true; maximum: 3") | notices(notice())
    site = site_maker(files)
    site.refused("rule-gap", "--> data/notice/2026.csv:2")
    settings = (SITES / "small/site.yaml").read_text(encoding="utf-8") + "faults: set-aside\n"
    waiting = site.build(files={"site.yaml": settings}).good()
    assert "期限未定" in waiting.stdout
    assert not says(waiting, "黑甲〔2026〕1号")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (("a; from: 2020-01-01; when: {没有: {has: [警告]}}",), "「没有」不是名录「通知」的字段"),
        (("a; from: 2020-01-01; when: {类别: {has: [坐牢]}}",), "「坐牢」不是「类别」的值"),
        (("a; from: 2020-01-01; when: {类别: {least: 3}}",), "「类别」的种类是 choices"),
        (("a; from: 2020-01-01; otherwise: true; counted: 类别",), "「类别」的种类是 choices"),
        (("a; from: 2020-01-01",), "when 和 otherwise 要有且只有一样"),
        (("a; from: 2020-01-01; otherwise: true; minimum: 12; maximum: 3",), "最长期限短于最短期限"),
        (("a; from: 2020-01-01; to: 2019-01-01; otherwise: true",), "失效的日子早于生效的日子"),
        (("a; from: 2020-13-01; otherwise: true",), "不是日期"),
        (
            ("a; from: 2020-01-01; otherwise: true", "b; from: 2021-01-01; otherwise: true"),
            "「b」和「a」同时生效，条件也一样",
        ),
        (
            ("a; from: 2020-01-01; to: 2020-12-31; otherwise: true", "a; from: 2021-01-01; otherwise: true"),
            "「a」写了两次",
        ),
    ],
)
def test_a_loose_end_of_the_table_is_a_fault_with_its_place(tmp_path: Path, rules: tuple[str, ...], said: str) -> None:
    write(tmp_path, law(*rules))
    registers, problems = load_registers(tmp_path / "data", tmp_path)
    assert problems == []
    _, problems = load_rules(tmp_path, registers)
    assert any(said in problem.what + problem.why for problem in problems), problems
    assert all(problem.place.path == "data/rules/publicity.yaml" and problem.place.line > 1 for problem in problems)


def test_a_word_that_nobody_uses_or_explains_is_a_fault(site_maker: SiteMaker) -> None:
    site_maker(NOTICES | notices(notice()), verb="check").refused("期限表里没有「notice」的规定", "register.yaml:")
    files = YEAR | {"data/notice/register.yaml": SMALL} | notices(notice())
    site_maker(files, verb="check").refused("没有名录用「notice」的期限", "publicity.yaml:3:16")


def test_a_register_without_publicity_is_shown_without_limit(site_maker: SiteMaker) -> None:
    site = site_maker(notices(notice(截止="", 日期="2011-01-01"))).good()
    assert "公示截止期： 报送单位未提供" in site.text(site.entities()[0])


def test_removals_follow_the_law_of_today_also_while_a_file_is_faulty(site_maker: SiteMaker) -> None:
    rows = notices(notice(日期="2026-08-01", 截止="", 文号="甲1号"), notice(文号="乙1号", 日期="2026-11-01"))
    site = site_maker(YEAR | rows).good()
    shorter = law("one; from: 2020-01-01; otherwise: true; maximum: 3") | {"data/notice/new.csv": '"没有关上'}
    site.build(files=shorter).refused("broken-csv")
    after = site.build("--removals-only").good()
    assert not says(after, "甲1号")
    assert says(after, "乙1号")
    # where the table itself is faulty, what was last accepted holds
    spoilt = site.build("--removals-only", "--as-of", "2027-02-02", files={"data/rules/publicity.yaml": "rules: ["})
    assert not says(spoilt.good(), "乙1号")


def test_a_rollback_knows_the_disclosed_last_day(site_maker: SiteMaker) -> None:
    site = site_maker(YEAR | notices(notice(日期="2026-08-01", 截止="2029-08-01"))).good()
    release = site.out.resolve().name
    site.run("rollback", release, "--as-of", "2027-08-01").good()
    site.run("rollback", release, "--as-of", "2027-08-02").refused("no-longer-shown", "2027-08-01")


def test_staff_are_told_of_rules_that_nobody_checked(site_maker: SiteMaker) -> None:
    files = law("one; from: 2020-01-01; otherwise: true; maximum: 12", confirmed="false") | notices(notice())
    site = site_maker(files).good()
    assert "期限依据里有 1 条还没有核对原文：one（1 条）" in site.stdout
    assert "one,依据示例令第1号《示例办法》：one，最长1年,否,1,0" in (site.root / "state/rules.csv").read_text(
        "utf-8-sig"
    )
    assert "核对原文" not in site.build(files=YEAR).good().stdout


def test_the_demonstration_law_decides_every_penalty(site_maker: SiteMaker) -> None:
    fine = penalty(公示截止期="")
    files = {
        "data/penalty/a.csv": table(
            [
                fine,
                fine | {"行政处罚决定书文号": "2号", "处罚类别": "警告"},
                fine | {"行政处罚决定书文号": "3号", "处罚类别": "吊销许可证件"},
            ]
        ),
        "data/licence/a.csv": table([licence()]),
    }
    site = site_maker(files, base="licence penalty").good()
    page = site.text(site.entities()[0])
    assert (
        "公示至 2027年5月6日 （依据国家发展改革委令第36号《信用修复管理办法》：一般失信，最长1年） 2026年8月7日起可申请"
        not in page
    )
    assert "公示至 2029年5月6日" in page
    assert "不设最长期限" in page
    assert not says(site, "2号</") and "依规定不公示" in site.stdout


# The clock.


def test_a_release_records_the_next_day_on_which_something_must_go(site_maker: SiteMaker) -> None:
    site = site_maker(notices(notice(截止="2026-12-31"), notice(文号="2号", 截止="长期"))).good()
    assert json.loads(site.page("release.json"))["next"] == "2027-01-01"
    forever = site.build(files=notices(notice(截止="长期"))).good()
    assert json.loads(forever.page("release.json"))["next"] == ""


def test_pages_that_end_say_so_to_search_engines(site_maker: SiteMaker) -> None:
    rows = [notice(截止="2026-12-31"), notice(文号="2号", 截止="2027-03-31")]
    site = site_maker(notices(*rows)).good()
    said = '<meta name="robots" content="noarchive, unavailable_after: 2027-03-31T23:59:59+08:00">'
    assert said in site.page(site.entities()[0])
    lasting = site.build(files=notices(*rows, notice(文号="3号", 截止=""))).good()
    assert '<meta name="robots" content="noarchive">' in lasting.page(lasting.entities()[0])


def test_due_lists_what_ends_and_what_may_be_repaired(
    site_maker: SiteMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = notices(
        notice(日期="2026-08-25", 截止="2026-11-30", 文号="甲1号"),
        notice(日期="2026-01-01", 截止="2027-01-01", 文号="乙1号"),
    )
    site = site_maker(YEAR | rows).good()

    def due(*arguments: str) -> tuple[int, str]:
        code = build.main(["due", "--root", str(site.root), *arguments])
        return code, capsys.readouterr().out

    code, said = due("--days", "10")
    assert code == 0
    assert "将到最后一天的：1 条\n  2026年11月30日  通知  甲1号" in said
    assert "可申请修复的：1 条\n  2026年11月26日  通知  甲1号" in said
    assert due("--days", "8", "--exit-code")[0] == 1
    assert due("--days", "7", "--exit-code")[0] == 0
    code, said = due("--as-of", "2026-12-01", "--days", "0", "--exit-code")
    assert code == 1
    assert "请立即生成：1 条\n  2026年12月1日  通知  甲1号  黑河甲乙商贸有限公司  公示期已满" in said


def test_a_record_that_ends_before_it_may_be_repaired_speaks_of_no_repair(site_maker: SiteMaker) -> None:
    rows = [notice(日期="2026-10-01", 截止="2026-12-31"), notice(日期="2026-10-01", 截止="2027-12-31", 文号="2号")]
    site = site_maker(YEAR | notices(*rows)).good()
    assert "可申请修复的：1 条" in site.run("due", "--days", "300").stdout


def test_nothing_is_drawn_anew_because_a_day_went_by(site_maker: SiteMaker) -> None:
    site = site_maker(YEAR | notices(notice(日期="2026-08-01", 截止=""))).good()
    again = site.build("--as-of", "2026-11-23").good()
    drawn = int(again.stdout.partition("新画 ")[2].partition(" 页")[0])
    assert drawn == 1, "the home page says the day"


def test_a_browser_hides_what_is_past_its_day_unless_the_day_is_pinned(
    site_maker: SiteMaker, browser: Browser, tmp_path: Path
) -> None:
    rows = notices(
        notice(截止="2026-11-22", 日期="2026-05-01", 文号="甲1号"),
        notice(截止="2999-11-22", 日期="2026-05-02", 文号="乙1号"),
    )
    settings = (SITES / "small/site.yaml").read_text(encoding="utf-8")
    loose = {"site.yaml": settings.replace("as_of: 2026-11-22\n", "")}
    for files, hidden in ((loose, True), ({}, False)):
        site = site_maker(rows | files, "--as-of", "2026-11-22").good()
        server = cast("Generator[str]", serve(site.out))
        address = next(server)
        page = browser.new_page(timezone_id="America/Lima")
        try:
            for where in (site.entities()[0], "list/notice/index.html", "index.html"):
                page.goto(address + where)
                said = page.inner_text("main")
                assert ("已满，不再显示" in said) is hidden, where
                if where != "index.html":
                    assert ("甲1号" in said) is not hidden, where
                    assert "乙1号" in said
        finally:
            page.close()
            server.close()


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), st.integers(0, 600))
def test_months_later_is_that_day_of_the_month_or_its_last(day: datetime.date, months: int) -> None:
    found = datetime.date.fromisoformat(months_after(day.isoformat(), months))
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == min(day.day, calendar.monthrange(found.year, found.month)[1])
