"""Registers as they are declared: a new one needs no Python, and a loose end in a declaration is a fault with its place."""

from __future__ import annotations

import pytest
import yaml
from conftest import SiteMaker
from frontdoor import PROJECT, SITES, credit_code, notice, notices, penalty, table

from disclosure.declarations import load_registers
from disclosure.site import SECTIONS

DECLARATION = (SITES / "small" / "data" / "notice" / "register.yaml").read_text(encoding="utf-8")
HONOUR = """\
label: 红名单
badge: 荣誉
order: 9
tone: honour
section: 诚实守信
party: 企业名称
code: 信用代码
key: [企业名称, 评价年度]
date: 认定日期
department: 认定单位
title: [荣誉]
columns: [企业名称, 荣誉, 评价年度]
mark: 守信激励对象
aliases: {纳税人名称: 企业名称}
fields:
  企业名称: {kind: name, required: true}
  信用代码: credit_code
  荣誉: {kind: text, default: A级纳税人}
  评价年度: {kind: number, from: [评价年度, {title: 说明, extract: '(\\d{4})年度'}]}
  认定日期: {kind: date, required: true}
  认定单位: {kind: name, required: true}
withheld: [联系人]
"""
HONOURED = "纳税人名称,信用代码,联系人,说明,认定日期,认定单位\n黑河甲乙商贸有限公司,{},周吴郑,2025年度A级,2026-04-01,黑河市甲局\n"


def declared(site_maker: SiteMaker, old: str, new: str) -> str:
    """Change one text of the small site's declaration and return what `check` says of it."""
    assert old in DECLARATION
    files = {**notices(notice()), "data/notice/register.yaml": DECLARATION.replace(old, new, 1)}
    outcome = site_maker(files, verb="check")
    assert outcome.code == 1, outcome.stdout + outcome.stderr
    return str(outcome.stderr)


def test_a_register_added_with_no_python_is_listed_and_stands_on_the_entitys_page(site_maker: SiteMaker) -> None:
    code = credit_code(1)
    files = {**notices(notice()), "data/honour/register.yaml": HONOUR, "data/honour/a.csv": HONOURED.format(code)}
    outcome = site_maker(files).good()
    entity = f"entity/{code[-2:]}/{code}.html"
    for page in (
        "list/honour/index.html",
        "list/honour/2026.html",
        "list/honour/2026-04.html",
        "list/honour/district/231100/index.html",
    ):
        assert "黑河甲乙商贸有限公司" in outcome.text(page)
        assert f"{code}.html#honour-" in outcome.page(page)
    said = outcome.text(entity)
    for words in ("诚实守信 1", "红名单", "守信激励对象", "A级纳税人", "评价年度 2025"):
        assert words in said
    assert "红名单" in outcome.text("index.html")
    assert "周吴郑".encode() not in outcome.everything()


def test_sections_stand_in_the_order_of_the_eight_tabs_with_their_counts(site_maker: SiteMaker) -> None:
    code = credit_code(1)
    files = {
        **notices(notice(), notice(文号="2号")),
        "data/honour/register.yaml": HONOUR,
        "data/honour/a.csv": HONOURED.format(code),
    }
    said = site_maker(files).good().text(f"entity/{code[-2:]}/{code}.html")
    places = [said.index(section) for section in SECTIONS]
    assert places == sorted(places)
    assert SECTIONS == ["行政管理", "诚实守信", "严重失信", "经营异常", "信用承诺", "信用评价", "司法判决", "其他"]
    assert "行政管理 2" in said


def test_a_register_without_a_section_has_no_lists(site_maker: SiteMaker) -> None:
    outcome = site_maker({"data/penalty/a.csv": table([penalty()])}, base="basics blacklist penalty").good()
    assert "list/basics/index.html" not in outcome.pages()
    assert "list/blacklist/index.html" in outcome.pages()


@pytest.mark.parametrize(
    ("old", "new", "marked", "said"),
    [
        ("label: 通知", "labl: 通知", "labl", "不认识的键「labl」"),
        ("label: 通知\n", "", "", "缺少「label」"),
        ("kind: money, unit: 万元", "kind: mony, unit: 万元", "mony", "没有这个种类"),
        ("unit: 万元", "unit: 块", "块", "没有这个单位"),
        ("party: 名称", "party: 姓名", "姓名", "「姓名」不是这个名录的字段"),
        ("key: [文号, 机关, 名称]", "key: [文号, 机构, 名称]", "机构", "「机构」不是这个名录的字段"),
        ("withheld: [证件号码]", "withheld: [说明]", "[说明]", "「说明」既要公开又不公开"),
        (
            "{kind: choices, choices: [警告, 罚款, 其他]}",
            "{kind: choices}",
            "{kind: choices}",
            "种类 choice 要写出可选的值",
        ),
        ("{title: 金额（元）, unit: 元}", "{title: 金额（元）, extract: (a}", "(a", "不是正则表达式"),
        ("{title: 金额（元）, unit: 元}", "{title: 金额（元）, extract: axa}", "axa", "要有且只有一对圆括号"),
        ("required: true}", "required: 大概}", "大概", "只能是 true 或 false"),
        ("columns: [名称, 文号, 类别, 日期, 机关]", "columns: 一列", "一列", "要一个列表"),
        ("tone: licence", "tone: licens", "licens", "不在可选的值里"),
        # What the program could not do, were it not refused here:
        ("section: 行政管理", "section: 行正管理", "section", "行正管理"),
        ("tone: licence", "tone: licence\nmark: '{counts} 条'", "'{counts} 条'", "mark"),
        ("tone: licence", "tone: licence\nmark: '{'", "'{'", "mark"),
        ("aliases: {TZ_MC: 名称}", "aliases: {文号: 名称}", "名称}", "文号"),
        ("key: [文号, 机关, 名称]", "key: []", "[]", "key"),
    ],
)
def test_a_loose_end_in_a_declaration_is_a_fault(
    site_maker: SiteMaker, old: str, new: str, marked: str, said: str
) -> None:
    words = declared(site_maker, old, new)
    assert said in words
    text = DECLARATION.replace(old, new, 1)
    at = text.index(marked, text.index(new)) if marked else 0
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    assert f"--> data/notice/register.yaml:{line}:{column}\n" in words or not marked


def test_a_folder_without_a_declaration_is_a_fault(site_maker: SiteMaker) -> None:
    site_maker({"data/honour/a.csv": "甲\n"}, verb="check").refused("missing-file", "--> data/honour/register.yaml")


def test_reserved_names_and_what_desktops_leave_behind_are_no_data(site_maker: SiteMaker) -> None:
    files = {
        **notices(notice()),
        "data/notice/~$2026.xlsx": "x",
        "data/.DS_Store": "x",
        "data/notice/.DS_Store": "x",
        "data/notice/mend.yaml": "",
        "data/rules/publicity.yaml": "",
        "data/events/2026.yaml": "",
    }
    site_maker(files).good()


@pytest.mark.parametrize("name", ["data/notice/a.ods", "data/notice/a.txt", "data/note.csv", "data/notice/more/a.csv"])
def test_anything_else_in_data_is_a_fault(site_maker: SiteMaker, name: str) -> None:
    site_maker({**notices(notice()), name: "x"}, verb="check").refused("unknown-file")


def test_an_export_below_the_least_stops_the_build(site_maker: SiteMaker) -> None:
    files = {**notices(notice()), "data/notice/register.yaml": DECLARATION + "expect: {least: 2}\n"}
    outcome = site_maker(files)
    outcome.refused("guard", "名录「通知」只有 1 条记录")
    outcome.build(files=notices(notice(), notice(文号="2号"))).good()


def test_a_changed_declaration_reads_its_files_again(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(说明="2026-05-06"))).good()
    changed = DECLARATION.replace("  说明: text", "  说明: date")
    again = outcome.build(files={"data/notice/register.yaml": changed}).good()
    assert "说明 2026年5月6日" in again.text(again.entities()[0])


def test_the_projects_own_registers_are_sound() -> None:
    registers, problems = load_registers(PROJECT / "data", PROJECT)
    assert problems == []
    assert {"licence", "penalty", "blacklist", "basics"} <= set(registers)


@pytest.mark.parametrize(
    ("register", "titles"),
    [
        (
            "penalty",
            [
                "法定代表人证件类型",
                "法定代表人证件号码",
                "自然人证件类型",
                "自然人证件号码",
                "CF_FR_ZJLX",
                "CF_FR_ZJHM",
                "CF_FR_SFZH",
                "CF_XDR_ZJLX",
                "CF_XDR_ZJHM",
            ],
        ),
        (
            "licence",
            [
                "法定代表人证件类型",
                "法定代表人证件号码",
                "自然人证件类型",
                "自然人证件号码",
                "XK_FR_ZJLX",
                "XK_FR_ZJHM",
                "XK_FR_SFZH",
                "XK_XDR_ZJLX",
                "XK_XDR_ZJHM",
            ],
        ),
    ],
)
def test_the_standards_private_columns_are_withheld(register: str, titles: list[str]) -> None:
    said = yaml.safe_load((PROJECT / "data" / register / "register.yaml").read_text(encoding="utf-8"))
    assert set(titles) <= set(said["withheld"])
    assert not set(titles) & set(said["fields"])
