"""What changed is told, and forgotten again: names stand there only while their records are shown."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any

from conftest import SiteMaker
from frontdoor import CODE, Outcome, credit_code, notice, notices, penalty, table, tree
from test_events import event, events

FIRST = notice(文号="甲1号", 截止="")
SECOND = notice(文号="乙1号", 名称="北安丙丁粮贸有限公司", 代码=credit_code(2), 截止="2026-12-31")
MONTH = "changes/2026-11.html"


def told(outcome: Outcome) -> list[dict[str, object]]:
    """Return the changes as programs read them."""
    return [json.loads(line) for line in outcome.page("changes/changes.jsonl").splitlines()]


def test_what_came_and_went_is_told_and_names_are_forgotten(site_maker: SiteMaker) -> None:
    site = site_maker(notices(FIRST)).good()
    assert "2026年11月22日 新增：通知 1 条" in site.text(MONTH)
    assert "甲乙" not in site.text(MONTH), "of the first release there are counts only"
    more = site.build("--as-of", "2026-11-23", files=notices(FIRST | {"说明": "改过"}, SECOND)).good()
    page = more.text(MONTH)
    assert "2026年11月23日 新增：通知 1 条 北安丙丁粮贸有限公司 更正：通知 1 条 黑河甲乙商贸有限公司" in page
    repaired = events(event(日期="2026-11-24"))
    after = more.build("--as-of", "2026-11-24", files=repaired).good()
    page = after.text(MONTH)
    assert (
        "2026年11月24日 停止公示：已信用修复 1 条 2026年11月23日 新增：通知 1 条 更正：通知 1 条 黑河甲乙商贸有限公司 2026年11月22日"
        in page
    )
    assert "北安丙丁".encode() not in after.everything()
    assert [line["gone"] for line in told(after)] == [[], [], [{"reason": "已信用修复", "count": 1}]]
    feed = ET.fromstring(after.page("changes/feed.xml"))
    assert [entry.findtext("{*}title") for entry in feed.findall("{*}entry")] == [
        "2026年11月24日",
        "2026年11月23日",
        "2026年11月22日",
    ]
    assert feed.findtext("{*}updated") == "2026-11-24T00:00:00+08:00"


RECORDS = "changes/records.jsonl"


def test_what_the_last_change_brought_is_a_download_that_forgets(site_maker: SiteMaker) -> None:
    def said(outcome: Outcome) -> list[dict[str, Any]]:
        return [json.loads(line) for line in outcome.page(RECORDS).splitlines()]

    site = site_maker(notices(FIRST)).good()
    assert said(site) == [], "the first release is the whole of the data"
    assert RECORDS in site.page("data/index.html")
    more = site.build("--as-of", "2026-11-23", files=notices(FIRST | {"说明": "改过"}, SECOND)).good()
    added, corrected = said(more)
    whole = {row["文号"]: row for row in map(json.loads, more.page("data/notice/notice.jsonl").splitlines())}
    assert (added["what"], added["register"], added["day"]) == ("新增", "notice", "2026-11-23")
    assert added["record"] == whole["乙1号"] and corrected["record"] == whole["甲1号"]
    assert corrected["what"] == "更正" and corrected["record"]["说明"] == "改过"
    again = more.build("--as-of", "2026-11-23").good()
    assert said(again) == [added, corrected], "nothing changed since"
    after = again.run("take-down", "乙1号", "--reason", "依申请", "--by", "甲", "--as-of", "2026-11-24").good()
    assert said(after) == [{"day": "2026-11-24", "what": "停止公示", "reason": "已撤下", "count": 1}]
    assert "乙1号".encode() not in after.everything()


def test_a_release_that_changes_nothing_is_not_told_and_draws_nothing(site_maker: SiteMaker) -> None:
    site = site_maker(notices(FIRST)).good()
    before = tree(site.out)
    again = site.build().good()
    assert "新画 0 页" in again.stdout
    assert tree(again.out) == before


def test_a_change_draws_no_page_but_its_own(site_maker: SiteMaker) -> None:
    site = site_maker(notices(FIRST, SECOND)).good()
    before = tree(site.out)
    after = tree(site.build(files=notices(FIRST, SECOND, notice(文号="甲2号", 截止=""))).good().out)
    entity = f"entity/{credit_code(2)[-2:]}/{credit_code(2)}.html"
    assert before[entity] == after[entity]
    assert before[MONTH] != after[MONTH]


def test_registers_stand_in_their_own_order(site_maker: SiteMaker) -> None:
    listed = {
        "名称": "黑河甲乙商贸有限公司", "统一社会信用代码": CODE, "列入文号": "黑示列〔2026〕1号", "列入事由": "拖欠农民工工资",
        "列入日期": "2026-11-20", "认定机关": "黑河市甲局", "公示截止期": "2027-11-19",
    }  # fmt: skip
    files = {"data/penalty/2026.csv": table([penalty()]), "data/blacklist/2026.csv": table([listed])}
    said = site_maker(files, "--as-of", "2026-11-22", base="blacklist penalty").good().text("changes/index.html")
    assert said.index("新增：行政处罚") < said.index("新增：严重失信主体名单")
