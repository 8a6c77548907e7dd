"""Forms: complete without a script, filled with what a page shows where there is one, as text and from nowhere else."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from conftest import SiteMaker, follow
from frontdoor import CODE, PROJECT, Outcome, notice, notices
from playwright.sync_api import Browser, Page

from disclosure.articles import load_articles
from disclosure.declarations import load_registers

FORM = """---
title: 异议申请表
date: 2026-11-20
source: 示例
form:
  purpose: objection
  to: 甲局
  parts:
    - title: 申请人
      rows:
        - {label: 名称, from: [主体名称]}
        - {label: 代码, from: [统一社会信用代码]}
        - {label: 电话, hint: 可以不写}
    - rows:
        - {label: 文书, from: [别的文号, 文号]}
        - {label: 在哪里, from: [网址]}
        - {label: 名录, from: [名录]}
        - {label: 理由, choices: [有错, 过期]}
  signed: [签章, 日期]
---
见[首页](/index.html)。
"""
GUIDE = "---\ntitle: 异议指南\ndate: 2026-11-20\nsource: 示例\n---\n填[申请表](form.md)。\n"
PLACE = {"content/help/index.md": "---\ntitle: 服务\n---\n", "content/help/objection.md": GUIDE}
SITE = (PROJECT / "tests/sites/small/site.yaml").read_text(encoding="utf-8")
DECLARED = (PROJECT / "tests/sites/small/data/notice/register.yaml").read_text(encoding="utf-8")
SERVICES = "\nservices: [{label: 异议申诉, address: help/objection.html}]\n"
ENTITY = f"entity/{CODE[-2:]}/{CODE}.html"
PAGE = "help/form.html"
PAYLOADS = ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "{{7*7}}", "javascript:alert(1)", "=1+1"]


@pytest.fixture
def built(site_maker: SiteMaker) -> Outcome:
    """A site with one entity of two notices, and a form for objections."""
    files = {
        **notices(notice(), notice(文号="黑甲〔2026〕2号", 说明="别的说明")),
        **PLACE,
        "content/help/form.md": FORM,
        "site.yaml": SITE + SERVICES,
        "data/departments.yaml": "- {name: 黑河市甲局, contact: {phone: 0456-0000001}}\n",
    }
    return site_maker(files).good()


@pytest.fixture
def quiet(browser: Browser) -> Page:
    """A browser's page without scripts."""
    return browser.new_context(java_script_enabled=False).new_page()


def answers(page: Page) -> dict[str, str]:
    """Return what stands in the form by what is asked; a script may still be leading to it."""
    page.locator(".form").wait_for()
    rows = page.locator(".form tr:has(textarea)")
    return {
        row.locator("th").evaluate("th => th.firstChild.textContent.trim()"): row.locator("textarea").input_value()
        for row in rows.all()
    }


def test_without_a_script_it_is_whole_and_reached_from_guide_and_entity(built: Outcome, quiet: Page) -> None:
    quiet.goto((built.out / ENTITY).as_uri())
    assert quiet.locator("a[data-form]").count() == 3
    follow(quiet.get_by_text("信息有误？提出异议"))
    assert quiet.title().startswith("异议申请表")
    assert list(answers(quiet)) == ["名称", "代码", "电话", "文书", "在哪里", "名录"]
    assert set(answers(quiet).values()) == {""}
    assert "交给：甲局" in built.text(PAGE)
    assert "申请人 名称 代码 电话 可以不写 文书 在哪里 名录 理由 有错 过期 签章： 日期： 见 首页 。" in built.text(PAGE)
    assert 'href="form.html"' in built.page("help/objection.html")
    assert "<form" not in built.page(PAGE).partition("<main")[2]  # there is nowhere that it could be sent to


def test_from_an_entity_its_head_is_filled_in_and_from_a_record_the_record_too(built: Outcome, page: Page) -> None:
    page.goto((built.out / ENTITY).as_uri())
    follow(page.get_by_text("信息有误？提出异议"))
    head = answers(page)
    assert (head["名称"], head["代码"], head["文书"], head["电话"]) == (notice()["名称"], CODE, "", "")
    assert head["在哪里"].endswith(ENTITY)
    page.go_back()
    follow(page.locator(".record", has_text="黑甲〔2026〕2号").get_by_text("有异议？", exact=True))
    said = answers(page)
    assert (said["名称"], said["文书"], said["名录"]) == (notice()["名称"], "黑甲〔2026〕2号", "通知")
    assert re.search(rf"{ENTITY}#notice-[0-9a-f]{{12}}$", said["在哪里"])
    assert "说明" not in page.url  # only what the form asks for is taken along
    assert quote("别的说明") not in page.url


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_an_address_says_is_text(built: Outcome, page: Page, payload: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{(built.out / PAGE).as_uri()}#{quote('主体名称')}={quote(payload)}&{quote('电话')}=1")
    assert (answers(page)["名称"], answers(page)["电话"]) == (payload, "")
    assert page.locator("main img, main script").count() == 0


def test_a_form_that_is_wrong_is_a_fault_with_its_place(built: Outcome) -> None:
    wrong = FORM.replace("choices: [有错, 过期]", "lines: 90")
    built.check(files={"content/help/form.md": wrong}).refused("bad-declaration", "content/help/form.md:18:30")
    unknown = FORM.replace("hint:", "hints:")
    built.check(files={"content/help/form.md": unknown}).refused(
        "unknown-key", "content/help/form.md:13:23", "不认识的键「hints」"
    )
    two = {"content/help/form.md": FORM, "content/help/other.md": FORM}
    built.check(files=two).refused("content/help/other.md:1", "content/help/form.md 也是 purpose: objection")


def test_a_change_of_a_form_reaches_the_pages_that_lead_to_it(built: Outcome) -> None:
    after = built.build(files={"content/help/form.md": FORM.replace("文号]", "类别]")}).good()
    assert 'data-asked="主体名称|别的文号|名录|类别|统一社会信用代码|网址"' in after.page(ENTITY)
    gone = built.build(files={"content/help/form.md": FORM.replace("  purpose: objection\n", "")}).good()
    assert 'href="../../help/objection.html"' in gone.page(ENTITY)
    assert "data-form" not in gone.page(ENTITY)


def test_the_forms_of_this_site_ask_for_what_its_records_have() -> None:
    registers, _ = load_registers(PROJECT / "data", PROJECT)
    found, problems = load_articles(PROJECT)
    assert problems == []
    forms = {article.form.purpose: article.form for article in found if article.form}
    asked = {row.label: row.filled for part in forms["objection"].parts for row in part.rows}
    assert len([article for article in found if article.form]) == 5
    for register in registers.values():
        if register.section:
            assert register.department in asked["作出决定的机关"], register.name
            assert register.date in asked["决定日期"], register.name
            assert set(register.numbers) & set(asked["文书号或者记录名称"]) or not register.numbers, register.name
