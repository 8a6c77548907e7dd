"""Cross-checks, decided replacements and split rows: what a register declares is held, and every row is accounted for."""

from __future__ import annotations

import json
import re

from conftest import SiteMaker
from frontdoor import CODE, SITES, Files, Outcome, credit_code, licence, notice, notices, penalty, table

DECLARATION = (SITES / "small" / "data" / "notice" / "register.yaml").read_text(encoding="utf-8")


def found(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the name and severity of all that a check found."""
    said = json.loads(outcome.check("--format", "json").stdout)
    return [(problem["name"], problem["severity"]) for problem in said["problems"]]


CASES: list[tuple[dict[str, str], list[tuple[str, str]]]] = [
    ({}, []),
    ({"处罚内容": "罚款2000元", "罚款金额（万元）": "2"}, [("amount-differs", "错误")]),
    ({"处罚内容": "处以贰仟元罚款", "罚款金额（万元）": "2"}, [("amount-differs", "错误")]),
    ({"处罚内容": "处以贰仟元罚款", "罚款金额（万元）": "0.2"}, []),
    ({"处罚内容": "罚款1000元，另处罚款1,000.00元", "罚款金额（万元）": "0.2"}, []),
    ({"处罚内容": "没收违法所得3000元；罚款2000元", "罚款金额（万元）": "0.2"}, []),
    ({"处罚内容": "罚款人民币２０００元整", "罚款金额（万元）": "0.2"}, []),
    ({"处罚内容": "按规定处理", "罚款金额（万元）": "0.2"}, []),
    ({"罚款金额（万元）": ""}, [("missing-value", "提示")]),
    ({"处罚决定日期": "2026-05-06", "处罚有效期": "2026-05-05"}, [("dates-out-of-order", "错误")]),
    ({"处罚决定日期": "2026-11-23"}, [("future-date", "错误")]),
    ({"行政相对人名称": "黑河市甲局"}, [("organ-as-party", "提示")]),
    ({"行政相对人名称": "市甲局"}, [("organ-as-party", "提示")]),
    ({"行政相对人名称": "测试企业"}, [("test-row", "错误")]),
    ({"行政相对人名称": "黑河检验检测中心"}, []),
    ({"行政相对人名称": "黑河甲公司、黑河乙公司"}, [("several-parties", "错误")]),
    ({"行政相对人名称": "黑河甲公司、乙公司联营超市"}, [("several-parties", "错误")]),
    ({"行政相对人名称": "黑河粮、油经销有限公司"}, []),
    ({"行政相对人代码_1(统一社会信用代码)": credit_code(1, head="92")}, [("code-of-another-sort", "错误")]),
]


def test_the_standards_registers_hold_a_row_against_itself(site_maker: SiteMaker) -> None:
    departments = "- {name: 黑河市甲局, aliases: [市甲局], district: '231100'}\n"
    rows = [penalty({"行政处罚决定书文号": f"{n}号", **changed}) for n, (changed, _) in enumerate(CASES)]
    files: Files = {"data/penalty/a.csv": table(rows), "data/departments.yaml": departments}
    said = json.loads(site_maker(files, "--format", "json", verb="check", base="penalty").stdout)["problems"]
    for line, (changed, names) in enumerate(CASES, 2):
        here = [(problem["name"], problem["severity"]) for problem in said if problem["place"]["line"] == line]
        assert here == names, changed
    proposals = {problem["place"]["line"]: problem["proposal"] for problem in said if problem["proposal"]}
    assert proposals == {3: "0.2", 4: "0.2"}


def test_a_licence_that_ends_before_it_begins_is_a_fault(site_maker: SiteMaker) -> None:
    files = {"data/licence/a.csv": table([licence(有效期至="2026-05-05")])}
    assert found(site_maker(files, verb="check", base="licence")) == [("dates-out-of-order", "错误")] * 2


def test_notices_are_said_again_while_a_file_is_unchanged_and_do_not_keep_its_rows_out(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(类别="罚款", 金额=""), notice(文号="2号"))).good()
    assert "公示 2 条记录" in outcome.stdout
    again = outcome.build().good()
    assert "提示 1 处" in again.stdout
    assert found(again) == [("missing-value", "提示")]


def test_a_date_that_must_be_past_is_held_against_the_day_of_each_run(site_maker: SiteMaker) -> None:
    past = DECLARATION.replace("日期: {kind: date, required: true}", "日期: {kind: date, required: true, past: true}")
    files = {"data/notice/register.yaml": past, **notices(notice(日期="2026-11-23", 截止="2027-11-23"))}
    outcome = site_maker(files, verb="check")
    outcome.refused("future-date")
    outcome.build("--as-of", "2026-11-23").good()
    outcome.build("--as-of", "2026-11-22").refused("future-date")
    assert "公示 1 条记录" in outcome.build("--as-of", "2026-11-24").good().stdout


def test_a_row_set_aside_for_its_date_comes_in_on_its_day(site_maker: SiteMaker) -> None:
    past = DECLARATION.replace("日期: {kind: date, required: true}", "日期: {kind: date, required: true, past: true}")
    site = (SITES / "small" / "site.yaml").read_text(encoding="utf-8").replace("as_of: 2026-11-22\n", "")
    rows = notices(notice(), notice(文号="2号", 日期="2026-11-23", 截止="2027-11-23"))
    files = {"site.yaml": site + "faults: set-aside\n", "data/notice/register.yaml": past, **rows}
    outcome = site_maker(files, "--as-of", "2026-11-22").good()
    assert "公示 1 条记录" in outcome.stdout
    assert "公示 2 条记录" in outcome.build("--as-of", "2026-11-23").good().stdout


MEND = """
- {field: 机关, wrong: 市甲局, right: 黑河市甲局, by: 数据科, on: 2026-11-20, why: 机关简称}
- {field: 名称, wrong: 黑河甲乙有眼公司, right: 黑河甲乙有限公司, by: 数据科, on: 2026-11-20, why: 错字}
- {field: 机关, wrong: 市乙局, right: 黑河市乙局, by: 数据科, on: 2026-11-20, why: 机关简称}
"""


def test_decided_replacements_are_read_for_what_was_sent_and_counted(site_maker: SiteMaker) -> None:
    rows = [notice(机关="市甲局"), notice(文号="2号", 机关=" 市甲局 ", 名称="黑河甲乙有眼公司", 代码="")]
    outcome = site_maker({"data/notice/mend.yaml": MEND, **notices(*rows)}).good()
    for run in (outcome, outcome.build().good()):
        assert re.search(r"机关：市甲局 → 黑河市甲局 +2 处 +数据科 +2026-11-20", run.stdout)
        assert re.search(r"名称：黑河甲乙有眼公司 → 黑河甲乙有限公司 +1 处", run.stdout)
        assert re.search(r"机关：市乙局 → 黑河市乙局 +0 处", run.stdout)
        assert found(run) == [("unused-mend", "提示")]
    assert b"\xe6\x9c\x89\xe7\x9c\xbc" not in outcome.everything()  # 有眼
    assert "数据科".encode() not in outcome.everything()
    without = outcome.build(files={"data/notice/mend.yaml": None}).good()
    assert "有眼公司" in without.everything().decode(errors="replace")


def split(rows: dict[str, str]) -> Files:
    return {"data/notice/register.yaml": DECLARATION + "split: 、；\n", "data/notice/2026.csv": table([rows])}


def test_a_row_of_several_parties_is_a_record_for_each_where_it_is_declared(site_maker: SiteMaker) -> None:
    rows = notice(名称="黑河甲乙公司、黑河丙丁公司；北安戊己店", 代码="")
    outcome = site_maker(split(rows)).good()
    assert re.search(r"合计 +1 +2 +3\n", outcome.stdout)
    assert len(outcome.entities()) == 3
    codes = f"{CODE}、{credit_code(2)}；{credit_code(3)}"
    coded = site_maker(split({**rows, "代码": codes})).good()
    assert sorted(name.rpartition("/")[2] for name in coded.entities()) == sorted(
        f"{code}.html" for code in re.split("[、；]", codes)
    )


def test_what_was_printed_is_kept_beside_an_amount_in_words(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(金额="三十五万元"))).good()
    assert "35 万元（据原文「三十五万元」）" in outcome.text(outcome.entities()[0])
