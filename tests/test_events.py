"""What happened afterwards: repaired and withdrawn records are gone everywhere, an objection is seen, what was merged is found again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from conftest import SiteMaker
from frontdoor import CODE, Outcome, credit_code, notice, notices, table

OTHER = credit_code(2)
ROWS = [
    notice(文号="甲1号", 截止=""),
    notice(文号="甲2号", 截止=""),
    notice(文号="乙1号", 名称="北安丙丁粮贸有限公司", 代码=OTHER, 截止=""),
]
EVENT = {
    "事件类型": "信用修复",
    "名录": "通知",
    "文书号": "乙1号",
    "机关": "黑河市甲局",
    "相对人": "",
    "统一社会信用代码": "",
    "决定文书号": "黑甲修〔2026〕1号",
    "日期": "2026-11-20",
    "原因": "已纠正",
    "新名称": "",
    "新代码": "",
}


def event(**changed: str) -> dict[str, str]:
    """A row of data/events/: 信用修复 of 乙1号."""
    return EVENT | changed


def events(*rows: dict[str, str]) -> dict[str, str]:
    """The one file of events."""
    return {"data/events/2026.csv": table(rows)}


def page_of(code: str) -> str:
    """The address of a coded entity."""
    return f"entity/{code[-2:]}/{code}.html"


def says(outcome: Outcome, word: str) -> bool:
    """Whether any byte of the site holds a word."""
    return word.encode() in outcome.everything()


def test_a_repaired_record_is_nowhere_from_its_day(site_maker: SiteMaker) -> None:
    site = site_maker(notices(*ROWS) | events(event(日期="2026-11-25"))).good()
    assert says(site, "乙1号")
    assert '"next": "2026-11-25"' in site.page("release.json")
    after = site.build("--as-of", "2026-11-25").good()
    assert "-1 已信用修复" in after.stdout
    for word in ("乙1号", "北安丙丁", "信用修复", "已纠正"):
        assert not says(after, word) or word == "信用修复", word
    assert not (after.out / page_of(OTHER)).exists()
    assert f'"/{page_of(OTHER)}" 1;' in (after.root / "server/gone.map").read_text("utf-8")
    assert "公示 2 条记录" in after.stdout


def test_what_was_withdrawn_is_explained_without_saying_whose_it_was(site_maker: SiteMaker) -> None:
    site = site_maker(notices(*ROWS)).good()
    release = site.out.resolve().name
    after = site.build(files=events(event(事件类型="撤销", 原因="复议机关撤销了决定"))).good()
    page = after.text(page_of(OTHER))
    assert "2026年11月20日：决定已撤销。复议机关撤销了决定（黑甲修〔2026〕1号）" in page
    assert 'content="noindex, noarchive"' in after.page(page_of(OTHER))
    assert not says(after, "北安丙丁") and not says(after, "乙1号")
    assert page_of(OTHER) not in after.page("sitemap.xml")
    assert OTHER.encode() not in b"".join(data for name, data in _files(after).items() if name != "manifest.json")
    # an older release may not show it again
    after.run("rollback", release).refused("no-longer-shown")
    # the department takes the row out of its file: the event is remembered, and so is the explanation
    gone = after.build(files=notices(*ROWS[:2])).good()
    assert "决定已撤销" in gone.text(page_of(OTHER))


def _files(outcome: Outcome) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in outcome.out.resolve().rglob("*") if path.is_file()}


def test_an_entity_keeps_its_other_records(site_maker: SiteMaker) -> None:
    site = site_maker(notices(*ROWS) | events(event(事件类型="确认违法", 文书号="甲[1]号"))).good()  # fmt: skip
    assert not says(site, "甲1号")
    assert "甲2号" in site.text(page_of(CODE))


def test_an_objection_is_seen_until_it_is_decided(site_maker: SiteMaker) -> None:
    opened = event(事件类型="异议提出", 文书号="甲1号", 决定文书号="", 日期="2026-10-20", 原因="金额有误")
    site = site_maker(notices(*ROWS) | events(opened)).good()
    page = site.text(page_of(CODE))
    assert "异议中" in page and "2026年10月20日提出异议：金额有误" in page
    assert "异议中" in site.text("list/notice/index.html")
    late = site.run("due", "--days", "0", "--exit-code")
    assert late.code == 1
    assert "逾期没有处理的异议：1 条\n  2026年11月9日  通知  甲1号" in late.stdout
    decided = event(事件类型="异议处理", 文书号="甲1号", 决定文书号="", 日期="2026-11-01", 原因="经核实无误")
    fixed = event(事件类型="更正", 文书号="甲1号", 决定文书号="", 日期="2026-11-02", 原因="案由写错")
    after = site.build(files=events(opened, decided, fixed)).good()
    page = after.text(page_of(CODE))
    assert "异议中" not in page and "金额有误" not in page
    assert "2026年11月1日异议已处理：经核实无误" in page
    assert "2026年11月2日本条已更正：案由写错" in page
    assert after.run("due", "--days", "0", "--exit-code").code == 0


def test_merged_entities_are_one_and_the_old_address_leads_on(site_maker: SiteMaker) -> None:
    merged = event(事件类型="合并", 名录="", 文书号="", 机关="", 统一社会信用代码=OTHER, 决定文书号="", 新代码=CODE)
    site = site_maker(notices(*ROWS) | events(merged)).good()
    assert "乙1号" in site.text(page_of(CODE))
    moved = site.page(page_of(OTHER))
    assert f'http-equiv="refresh" content="0; url=../../{page_of(CODE)}"' in moved
    assert "noindex" in moved and "北安丙丁" not in moved
    assert f'"/{page_of(OTHER)}" "/{page_of(CODE)}";' in (site.root / "server/moved.map").read_text("utf-8")
    assert page_of(OTHER) not in site.page("sitemap.xml")
    # the rows are gone from the file; the old address still leads on
    assert "refresh" in site.build(files=notices(*ROWS[:2])).good().page(page_of(OTHER))


def test_a_new_name_is_the_name_and_the_old_one_is_former(site_maker: SiteMaker) -> None:
    renamed = event(事件类型="更名", 名录="", 文书号="", 机关="", 相对人="北安丙丁粮贸有限公司", 决定文书号="", 新名称="北安庚辛粮贸有限公司")  # fmt: skip
    site = site_maker(notices(*ROWS) | events(renamed)).good()
    page = site.text(page_of(OTHER))
    assert "北安庚辛粮贸有限公司" in page
    assert "曾用名 北安丙丁粮贸有限公司" in page


def test_an_event_that_fits_none_or_two_is_a_fault_in_its_place(site_maker: SiteMaker) -> None:
    none = site_maker(notices(*ROWS) | events(event(文书号="没有的")), verb="check")
    none.refused("event-unmatched", "--> data/events/2026.csv:2", "「没有的」对不上任何记录")
    two = event(文书号="", 相对人="黑河甲乙商贸有限公司")
    none.check(files=events(two)).refused("event-several", "对上 2 条记录", "data/notice/2026.csv:2")
    none.check(files=events(event(决定文书号=""))).refused("missing-value", "「决定文书号」没有填")
    none.check(files=events(event() | {"没有的列": "1"})).refused("unknown-title", "docs/law.md")
    into_itself = [event(事件类型="合并", 名录="", 文书号="", 机关="", 统一社会信用代码=a, 决定文书号="", 新代码=b) for a, b in ((CODE, OTHER), (OTHER, CODE))]  # fmt: skip
    none.check(files=events(*into_itself)).refused("event-several", "绕成了一圈")


def test_events_of_today_hold_also_while_data_and_events_are_faulty(site_maker: SiteMaker) -> None:
    site = site_maker(notices(*ROWS)).good()
    broken = events(event(), event(文书号="没有的")) | {"data/notice/new.csv": '"没有关上'}
    site.build(files=broken).refused("broken-csv")
    after = site.build("--removals-only").good()
    assert not says(after, "乙1号") and says(after, "甲1号")
    # an events file that cannot be read at all takes nothing back
    again = after.build("--removals-only", files={"data/events/2026.csv": '"没有关上'}).good()
    assert not says(again, "乙1号")


def test_everything_of_one_entity_is_taken_down_by_its_code(site_maker: SiteMaker, tmp_path: Path) -> None:
    down = event(事件类型="撤下", 名录="", 文书号="", 机关="", 统一社会信用代码=CODE, 决定文书号="", 原因="依申请撤下")
    site = site_maker(notices(*ROWS) | events(down)).good()
    assert not says(site, "甲1号") and not says(site, "甲2号") and not says(site, "黑河甲乙")
    assert "已撤下。依申请撤下" in site.text(page_of(CODE))
    with sqlite3.connect(site.root / "state/history.sqlite") as history:
        assert history.execute("SELECT key, address FROM event").fetchall() == [("", page_of(CODE))]
