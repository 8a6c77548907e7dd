"""Ledgers: a matter is late from the day after its deadline until it is settled, everywhere; what proves it is a page that is there."""

from __future__ import annotations

import re

import pytest
from conftest import SiteMaker
from frontdoor import Outcome, notice, notices

LEDGER = """\
label: 承诺台账
badge: 承诺
group: 政务诚信
key: [编号]
date: 承诺日期
department: 责任单位
state: 状态
deadline: {date: 兑现期限, done: {状态: [已兑现, 已终止]}}
title: [事项]
summary: [责任单位, 兑现期限, 佐证]
columns: [事项, 责任单位, 兑现期限, 状态]
numbers: [编号]
fields:
  编号: {kind: identifier, required: true}
  事项: {kind: text, required: true}
  责任单位: {kind: name, required: true}
  承诺日期: {kind: date, required: true}
  兑现期限: date
  状态: {kind: choice, choices: [履行中, 已兑现, 已终止]}
  佐证: page
"""
TITLES = "编号,事项,责任单位,承诺日期,兑现期限,状态,佐证\n"
ROWS = (
    "A1,修路,黑河市甲局,2026-05-06,2026-11-20,履行中,\n"
    "A2,供地,黑河市甲局,2026-05-06,2026-11-20,已兑现,list/notice/index.html\n"
    "A3,减租,黑河市甲局,2026-05-06,,履行中,\n"
    "A4,通水,黑河市甲局,2026-05-06,2026-11-22,履行中,entity/1Y/91231102000000001Y.html#s1\n"
)
LIST = "list/promise/index.html"


@pytest.fixture
def kept(site_maker: SiteMaker) -> Outcome:
    """A site with a ledger of four promises, on the last day of two of them."""
    ledger = {"data/promise/register.yaml": LEDGER, "data/promise/ledger.csv": TITLES + ROWS}
    return site_maker({**notices(notice()), **ledger}, "--as-of", "2026-11-20").good()


def late(outcome: Outcome) -> dict[str, list[str]]:
    """Which of the promises are said to be late, by kind of page."""
    pages = {name: outcome.text(name) for name in outcome.pages()}
    found: dict[str, list[str]] = {}
    for sort in ("list/promise/index", "record/", "department/"):
        for name, said in pages.items():
            if name.startswith(sort) and "逾期" in said:
                found.setdefault(sort, []).extend(re.findall("逾期 ([0-9]+) 天", said))
    return {sort: sorted(set(days)) for sort, days in found.items()}


def test_a_deadline_passes_and_the_mark_stands_from_that_day_in_ledger_unit_and_staff_list(kept: Outcome) -> None:
    assert late(kept) == {}
    assert "逾期没有办结的事项：0 条" in kept.run("due", "--exit-code", "--as-of", "2026-11-20").stdout
    for day, days in (("2026-11-21", "1"), ("2026-11-22", "2")):
        after = kept.build("--as-of", day).good()
        assert late(after) == {"list/promise/index": [days], "record/": [days], "department/": [days]}
        due = after.run("due", "--exit-code", "--as-of", day)
        assert due.code == 1
        assert f"A1  修路  逾期 {days} 天，黑河市甲局" in due.stdout
    assert "修路 逾期 2 天 黑河市甲局" in after.text(LIST)
    settled = after.build(
        "--as-of", "2026-11-22", files={"data/promise/ledger.csv": TITLES + ROWS.replace("履行中", "已兑现")}
    )
    assert late(settled.good()) == {}


def test_the_progress_of_every_unit_is_a_table_with_links_to_what_is_late(kept: Outcome) -> None:
    assert "单位 已办结 办理中 已逾期 共几项 黑河市甲局 1 3 0 4 合计 1 3 0 4" in kept.text("progress.html")
    after = kept.build("--as-of", "2026-11-21").good()
    assert "黑河市甲局 1 2 1 4 合计 1 2 1 4" in after.text("progress.html")
    (late,) = re.findall('href="(department/[^"]+)#late"', after.page("progress.html"))
    assert after.text(late).count("逾期 1 天") == 1
    assert 'href="../progress.html"' in after.page("list/index.html")


def test_what_is_late_is_so_in_the_downloads_too_and_through_a_build_of_removals(kept: Outcome) -> None:
    after = kept.build("--removals-only", "--as-of", "2026-11-25").good()
    assert late(after)["list/promise/index"] == ["3", "5"]
    assert after.page("data/promise/promise.csv").count("到期，逾期 5 天") == 1
    assert after.page("data/promise/promise.csv").count("到期，逾期 3 天") == 1


def test_a_page_that_proves_is_a_link_by_its_name(kept: Outcome) -> None:
    record = next(kept.page(name) for name in kept.pages() if name.startswith("record/") and "供地" in kept.text(name))
    assert '<a href="../../list/notice/index.html">通知</a>' in record


def test_a_page_that_is_gone_is_a_fault_with_its_place_but_stops_no_removal(kept: Outcome) -> None:
    gone = notices(notice(截止="2026-11-21"), notice(名称="黑河丙丁公司", 代码="", 文号="2号"))
    kept.build("--as-of", "2026-11-20", files=gone).good()
    refused = kept.build("--as-of", "2026-11-22")
    refused.refused(
        "missing-target", "「佐证」写的页面 entity/1Y/91231102000000001Y.html#s1 不存在", "data/promise/ledger.csv:5"
    )
    removed = kept.build("--removals-only", "--as-of", "2026-11-22").good()
    record = next(
        removed.page(name) for name in removed.pages() if name.startswith("record/") and "通水" in removed.text(name)
    )
    assert 'href="../../entity/1Y/' not in record


def test_what_is_no_page_and_a_deadline_of_no_field_are_faults(kept: Outcome) -> None:
    wrong = TITLES + "A5,减租,黑河市甲局,2026-05-06,,履行中,https://other.example/\n"
    kept.check(files={"data/promise/ledger.csv": wrong}).refused("refused-value", "不是本站页面的地址")
    kept.check(files={"data/promise/register.yaml": LEDGER.replace("date: 兑现期限", "date: 期限")}).refused(
        "「期限」不是这个名录的字段"
    )
