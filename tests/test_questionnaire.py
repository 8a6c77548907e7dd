"""The questionnaire: the annex as it was issued, answers with their evidence, units that are late, by the day."""

from __future__ import annotations

import pytest
from conftest import SiteMaker
from frontdoor import Outcome, notice, notices
from playwright.sync_api import Browser

QUESTIONS = """
title: 调查问卷
basis: 黑示例发〔2026〕1号附件
due: 2026-11-20
tables:
  - name: 政务诚信调查表
    short: 政务诚信
    questions:
      - {question: 是否公开？, units: [甲局, 乙局]}
      - {question: 受表彰情况。, units: [甲局], honours: true}
  - name: 司法公信调查表
    short: 司法公信
    proof: 附件
    questions:
      - {question: 是否公示？, units: [丙局]}
"""
JIA = """
unit: 甲局
by: 卫知行
date: 2026-11-18
signed: 闻人博文
answers:
  - question: 政务诚信 1
    answer: 是
    evidence: [{label: 通知名单, address: list/notice/index.html#main}]
  - question: 政务诚信 2
    honours: [{who: 某处, what: 先进集体, by: 示例省人民政府, year: 2025}]
    evidence: [{label: 甲乙公司, address: entity/1Y/91231102000000001Y.html}]
"""
BING = "unit: 丙局\ndate: 2026-11-19\nanswers: [{question: 司法公信 1, answer: 否, note: 正在制定}]\n"
FILES = {f"data/questionnaire/{name}.yaml": text for name, text in (("questions", QUESTIONS), ("a", JIA), ("c", BING))}
PAGE = "questionnaire.html"


@pytest.fixture
def asked(site_maker: SiteMaker) -> Outcome:
    """A site with a questionnaire of three questions: one unit answered, one has not signed, one is silent."""
    return site_maker({**notices(notice()), **FILES}, "--as-of", "2026-11-20").good()


def test_the_annex_stands_there_with_what_was_answered(asked: Outcome) -> None:
    said = asked.text(PAGE)
    assert "1 是否公开？ 甲局 是 通知名单 乙局 — — — —" in said
    assert "2 受表彰情况。 甲局 1 项 2025年，某处：先进集体（示例省人民政府） 甲乙公司" in said
    assert "序号 问题 责任单位 选项（是/否） 附件 1 是否公示？ 丙局 否 正在制定" in said
    assert "共 4 项答复，已有 3 项" in said
    assert f'href="{PAGE}"' in asked.page("sitemap.html")


def test_who_is_late_is_said_from_the_day_after_and_to_the_staff(asked: Outcome) -> None:
    assert "逾期" not in asked.text(PAGE)
    later = asked.build("--as-of", "2026-11-22").good()
    said = later.text(PAGE)
    assert "2 个单位逾期" in said
    assert "甲局 已反馈 2 / 2" in said
    assert "乙局 未反馈 逾期 2 天 0 / 1 政务诚信 1" in said
    assert "丙局 待分管领导签字 逾期 2 天 1 / 1 司法公信 1" in said
    due = later.run("due", "--exit-code", "--as-of", "2026-11-22")
    assert due.code == 1
    assert "乙局" in due.stdout.partition("逾期没有反馈的问卷")[2]
    assert "乙局" not in later.run("due", "--as-of", "2026-11-20").good().stdout
    signed = BING + "signed: 公羊礼\n"
    after = later.build("--as-of", "2026-11-22", files={"data/questionnaire/c.yaml": signed}).good()
    assert "1 个单位逾期" in after.text(PAGE)


def test_evidence_that_is_gone_stops_the_build_but_no_removal(asked: Outcome) -> None:
    gone = notices(notice(截止="2026-11-21"), notice(名称="黑河丙丁公司", 代码="", 文号="2号"))
    asked.build("--as-of", "2026-11-20", files=gone).good()
    refused = asked.build("--as-of", "2026-11-22")
    refused.refused("no-evidence", "佐证「甲乙公司」", "data/questionnaire/a.yaml:12:16")
    removed = asked.build("--removals-only", "--as-of", "2026-11-22").good()
    assert "entity/1Y/91231102000000001Y.html" not in removed.page(PAGE)
    assert "通知名单" in removed.text(PAGE)


def test_without_questions_there_is_no_page(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    assert PAGE not in outcome.pages()


def test_on_paper_the_tables_of_the_annex_are_whole(asked: Outcome, browser: Browser) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(f"file://{asked.out}/{PAGE}")
    heads = page.locator("#t1 thead th").all_inner_texts()
    assert heads == ["序号", "问题", "责任单位", "选项（是/否）", "佐证材料"]
    assert page.locator("#t1 tbody").count() == 2
    assert page.locator("nav.navigation").is_hidden()
    page.close()
