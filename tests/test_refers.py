"""Registers that concern no entity, references between registers, what is open to the public, themes and measures."""

from __future__ import annotations

import json
import sqlite3

import pytest
from conftest import SiteMaker
from frontdoor import PROJECT, Outcome, credit_code, notice, notices, start, table, write

from disclosure.search import Reader

ITEMS = """\
label: 检查清单
badge: 清单
group: 互联网+监管
key: [编号]
title: [内容]
columns: [内容, 编号, 状态]
numbers: [编号]
state: 状态
theme: 领域
themes: {食品: {name: food, basis: 《示例食品条例》}, 药品: {name: drug}}
counted: [状态]
fields:
  编号: {kind: identifier, required: true}
  内容: {kind: text, required: true}
  领域: {kind: choice, choices: [食品, 药品]}
  状态: {kind: choice, choices: [在用, 无效]}
"""
CHECKS = """\
label: 检查行为
badge: 检查
section: 其他
party: 名称
code: 代码
key: [检查编号]
date: 日期
department: 机关
title: [检查编号]
summary: [清单编号, 结果]
columns: [名称, 检查编号, 清单编号, 日期]
refers: {清单编号: items}
shown_when: {公开类型: [可向社会公开]}
basis: 《示例条例》第一条
measures: [{text: 列为重点检查对象, units: [各监管部门], basis: 《示例条例》第二条}]
fields:
  名称: {kind: name, required: true}
  代码: credit_code
  检查编号: {kind: identifier, required: true}
  清单编号: identifier
  结果: text
  公开类型: text
  日期: {kind: date, required: true}
  机关: name
"""
ITEM_ROWS = "编号,内容,领域,状态\nA1,食品销售检查,食品,在用\nA2,药品储存检查,药品,无效\n"
CODE = credit_code(1)
ADDRESS = f"entity/{CODE[-2:]}/{CODE}.html"


def row(number: str, item: str, open_to: str = "可向社会公开", result: str = "未发现问题") -> dict[str, str]:
    return {
        "名称": "黑河甲乙商贸有限公司",
        "代码": CODE,
        "检查编号": number,
        "清单编号": item,
        "结果": result,
        "公开类型": open_to,
        "日期": "2026-06-01",
        "机关": "黑河市甲局",
    }


FILES = {
    **notices(notice()),
    "data/items/register.yaml": ITEMS,
    "data/items/2026.csv": ITEM_ROWS,
    "data/checks/register.yaml": CHECKS,
    "data/checks/2026.csv": table(
        [row("J1", "A1"), row("J2", "A1"), row("J3", "A2", "不可公开", "绝密的结果"), row("J4", "A2", "", "没有写明")]
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The small site with a list of items and checks that refer to it."""
    root = tmp_path_factory.mktemp("refers") / "site"
    start(root, "small")
    write(root, FILES)
    return Outcome(root, root / "public", 0, "", "").run("build").good()


def test_a_record_that_concerns_no_entity_has_a_list_a_page_and_no_entity(site: Outcome) -> None:
    (page,) = [name for name in site.pages() if name.startswith("record/items/") and "食品销售检查" in site.page(name)]
    assert len([name for name in site.pages() if name.startswith("record/")]) == 2
    said = site.text(page)
    for words in ("编号 A1", "领域 食品", "状态 在用", "检查清单"):
        assert words in said
    assert f"../../{page}#items-" in site.page("list/items/index.html")
    assert not any("食品销售检查" in site.page(name) for name in site.entities())
    assert "list/items/index.html" in site.page("list/index.html")
    assert "互联网+监管" in site.text("list/index.html")
    assert "检查清单：按状态" in site.text("statistics.html")
    lines = [json.loads(line) for line in site.page("data/items/items.jsonl").splitlines()]
    assert sorted(line["编号"] for line in lines) == ["A1", "A2"]
    assert all("/record/items/" in line["公示网址"] for line in lines)


def test_it_is_found_among_texts_and_not_among_entities(site: Outcome) -> None:
    index = " ".join(entity.name for entity in Reader(site.out / "search").entities())
    assert "黑河甲乙" in index
    assert "食品" not in index
    assert "食品销售检查" not in "".join(table_of(site, "信用主体"))


def table_of(site: Outcome, name: str) -> list[str]:
    """Return the rows of a table of the database."""
    base = sqlite3.connect(site.out / "data" / "_all" / "all.sqlite")
    rows = [str(row) for row in base.execute(f'SELECT * FROM "{name}"')]
    base.close()
    return rows


def test_a_reference_leads_both_ways(site: Outcome) -> None:
    (page,) = [name for name in site.pages() if name.startswith("record/items/") and "食品销售检查" in site.page(name)]
    assert f'href="../../{page}#items-' in site.page(ADDRESS)
    assert "检查行为 2 条" in site.text(page)
    assert site.page(page).count(f'href="../../{ADDRESS}#checks-') == 2


def test_what_is_not_open_to_the_public_is_counted_and_nowhere_said(site: Outcome) -> None:
    assert "绝密的结果".encode() not in site.everything()
    assert "没有写明".encode() not in site.everything()
    assert "检查行为 2" in site.text("list/index.html")
    assert "不向社会公开" in site.text("statistics.html")
    counted = [json.loads(line) for line in site.page("counted.jsonl").splitlines()]
    assert [(one["register"], one["why"], one["count"]) for one in counted] == [("checks", "不向社会公开", 2)]
    other = [name for name in site.pages() if name.startswith("record/items/") and "药品储存检查" in site.page(name)]
    assert "检查行为" not in site.text(other[0]).partition("药品储存检查")[2].partition("认为信息有误")[0]


def test_a_theme_has_a_list_of_its_own_with_its_basis(site: Outcome) -> None:
    assert "食品销售检查" in site.text("list/items/theme/food/index.html")
    assert "药品储存检查" not in site.text("list/items/theme/food/index.html")
    assert "依据：《示例食品条例》" in site.text("list/items/theme/food/index.html")
    assert 'href="../../list/items/theme/food/index.html"' in site.page("list/items/index.html").replace(
        'href="theme/', 'href="../../list/items/theme/'
    )
    assert "食品 1" in site.text("list/index.html")


def test_what_follows_from_a_list_is_said_where_it_is_met(site: Outcome) -> None:
    for page in (ADDRESS, "list/checks/index.html", "measures.html"):
        said = site.text(page)
        assert "列为重点检查对象" in said
        assert "《示例条例》第二条" in said
    assert "一处失信，处处受限" in site.text(ADDRESS)
    assert "measures.html" in site.page("list/index.html")


def test_a_target_that_goes_takes_its_link_with_it(site_maker: SiteMaker) -> None:
    before = site_maker(FILES).good()
    happened = "事件类型,名录,文书号,日期,原因\n撤下,检查清单,A1,2026-11-20,清单作废\n"
    after = before.build(files={"data/events/2026.csv": happened}).good()
    assert not [name for name in after.pages() if name.startswith("record/") and "食品销售检查" in after.page(name)]
    assert "清单编号 A1" in after.text(ADDRESS)
    assert "record/" not in after.page(ADDRESS)


def test_a_row_set_aside_leaves_a_notice_and_no_link(site_maker: SiteMaker) -> None:
    site_yaml = (PROJECT / "tests" / "sites" / "small" / "site.yaml").read_text(encoding="utf-8")
    files = FILES | {
        "site.yaml": site_yaml + "\nfaults: set-aside\n",
        "data/checks/2026.csv": table([row("J1", "A1"), row("J2", "A9")]),
    }
    outcome = site_maker(files).good()
    assert "record/items/" in outcome.page(ADDRESS)
    assert "A9" in outcome.text(ADDRESS)
    assert "提示[missing-target]" in outcome.check().stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("refers: {清单编号: items}", "refers: {清单号: items}", "「清单号」不是这个名录的字段"),
        ("refers: {清单编号: items}", "refers: {清单编号: notice}", "不是用一个字段编号的"),
        ("shown_when: {公开类型:", "shown_when: {公开方式:", "「公开方式」不是这个名录的字段"),
        ("party: 名称\n", "", "没有写 party"),
        ("basis: 《示例条例》第二条}", "basis: ''}", "basis"),
    ],
)
def test_a_loose_end_is_a_fault(site_maker: SiteMaker, old: str, new: str, said: str) -> None:
    assert old in CHECKS
    outcome = site_maker(FILES | {"data/checks/register.yaml": CHECKS.replace(old, new)}, verb="check")
    outcome.refused(said)


@pytest.mark.parametrize(
    "themes",
    [
        "themes: {食品: {name: food}}",
        "themes: {食品: {name: food}, 药品: {name: food}}",
        "themes: {食品: {name: food}, 药品: {name: drug}, 器械: {name: tool}}",
    ],
)
def test_every_theme_is_named_once(site_maker: SiteMaker, themes: str) -> None:
    kept = "themes: {食品: {name: food, basis: 《示例食品条例》}, 药品: {name: drug}}"
    files = FILES | {"data/items/register.yaml": ITEMS.replace(kept, themes)}
    site_maker(files, verb="check").refused("themes 和 theme 字段的 choices 对不上")


def test_coverage_counts_departments_that_have_all(site_maker: SiteMaker) -> None:
    site_yaml = (PROJECT / "tests" / "sites" / "small" / "site.yaml").read_text(encoding="utf-8")
    departments = "".join(
        f"- {{name: 黑河市{name}局, code: '{credit_code(number, '231100', '11')}', district: '231100', enforcement: true}}\n"
        for number, name in enumerate("甲乙丙", 21)
    )
    files = FILES | {
        "site.yaml": site_yaml + "\ncoverage: [notice, checks]\n",
        "data/departments.yaml": departments,
        "data/notice/2026.csv": table([notice(), notice(文号="黑乙〔2026〕1号", 机关="黑河市乙局")]),
    }
    outcome = site_maker(files).good()
    said = outcome.text("coverage.html")
    assert "2026年 1 3 33.3%" in said
    assert "2025年 0 3 0.0%" in said
    assert "黑河市甲局 1 2 已覆盖" in said
    assert "黑河市乙局 1 0 未覆盖" in said
    assert "<svg" in outcome.page("coverage.html")
    site_maker(files | {"site.yaml": site_yaml + "\ncoverage: [nothing]\n"}, verb="check").refused(
        "coverage 里的「nothing」"
    )
