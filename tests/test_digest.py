"""The digest for an official account: what its editor keeps is all there is, what ends soon is not named, take-down knows it."""

from __future__ import annotations

import re
from pathlib import Path

import nh3
import pytest
from conftest import SiteMaker
from frontdoor import PROJECT, Outcome, notice, notices
from playwright.sync_api import Browser

ROWS = [
    notice(名称="黑河示例甲公司", 代码="", 文号="1号", 金额="5000", 日期="2026-11-10", 截止="2027-11-10"),
    notice(名称="黑河示例乙公司", 代码="", 文号="2号", 金额="10", 日期="2026-11-11", 截止="2027-11-10"),
    notice(名称="黑河示例丙公司", 代码="", 文号="3号", 金额="9000", 日期="2026-11-12", 截止="2026-12-20"),
    notice(名称="黑河示例丁公司", 代码="", 文号="4号", 金额="9000", 日期="2026-10-12", 截止="2027-11-10"),
]
DECLARED = (PROJECT / "tests/sites/small/data/notice/register.yaml").read_text(encoding="utf-8")
NOTABLE = {"data/notice/register.yaml": DECLARED + "notable: {金额: {least: 1000}}\n"}
WRITTEN = Path("state", "digests", "2026-11-01-2026-11-22.html")


@pytest.fixture
def built(site_maker: SiteMaker) -> Outcome:
    """A site with four notices, three of this month, two of those notable, one of which ends within 30 days."""
    return site_maker(notices(*ROWS) | NOTABLE, "--as-of", "2026-11-22").good()


def digest(outcome: Outcome, *arguments: str) -> str:
    """Write the digest of the month."""
    outcome.run("digest", "--since", "2026-11-01", "--as-of", "2026-11-22", *arguments).good()
    return (outcome.root / WRITTEN).read_text(encoding="utf-8")


def test_it_counts_all_and_names_what_is_notable_and_stays(built: Outcome) -> None:
    text = digest(built)
    assert "共 3 条" in text
    assert re.findall("黑河示例.公司", text) == ["黑河示例甲公司"]
    assert "另有 1 条，见网站" in text
    assert "示例数据" not in text
    assert (built.root / WRITTEN).stat().st_mode & 0o077 == 0
    assert re.findall("黑河示例.公司", digest(built, "--ending")) == ["黑河示例丙公司", "黑河示例甲公司"]


def test_it_says_what_ended_and_why(built: Outcome) -> None:
    built.build("--as-of", "2026-12-21").good()
    built.run("digest", "--since", "2026-11-01", "--as-of", "2026-12-21").good()
    text = (built.root / WRITTEN.with_name("2026-11-01-2026-12-21.html")).read_text(encoding="utf-8")
    assert "同期停止公示：公示期已满 1 条。" in text


def test_a_take_down_names_and_removes_the_digests_that_hold_it(built: Outcome) -> None:
    digest(built)
    other = built.root / "state" / "digests" / "2026-10-01-2026-10-31.html"
    other.write_text("<p>别的", encoding="utf-8")
    down = built.run("take-down", "1号", "--reason", "依申请", "--by", "郗思齐").good()
    assert "请到公众号后台删除：\n  2026-11-01-2026-11-22\n" in down.stdout
    assert not (built.root / WRITTEN).exists()
    assert other.exists()


def kept(document: Path) -> tuple[set[str], dict[str, set[str]], set[str]]:
    """What docs/digest.md says that the editor keeps: elements, attributes by element, properties of inline styles."""
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", document.read_text(encoding="utf-8"), re.M)
    elements = {name: set(re.findall("`([^`]+)`", said)) for name, said in rows if name != "style"}
    (styles,) = (set(re.findall("`([^`]+)`", said)) for name, said in rows if name == "style")
    return set(elements), {name: {*attributes, "style"} for name, attributes in elements.items()}, styles


def test_what_the_editor_keeps_looks_the_same(built: Outcome, browser: Browser, tmp_path: Path) -> None:
    text = digest(built, "--ending")
    tags, attributes, styles = kept(PROJECT / "docs" / "digest.md")
    copied = text.partition("<body>")[2]
    pasted = nh3.clean(copied, tags=tags, attributes=attributes, filter_style_properties=styles, url_schemes=set())
    assert not re.search(r"<(script|style|link|a|img|iframe)\b| (id|class|on\w+)=|url\(", copied)
    drawn = []
    head = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"></head><body>'
    bare = re.sub(' style="[^"]*"', "", text)
    for name, body in (("own", text), ("pasted", head + pasted), ("bare", bare)):
        page = browser.new_page(viewport={"width": 390, "height": 800})
        (tmp_path / f"{name}.html").write_text(body, encoding="utf-8")
        page.goto(f"file://{tmp_path}/{name}.html")
        drawn.append(page.screenshot(full_page=True))
        page.close()
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_a_field_that_is_none_of_the_register_is_a_fault(built: Outcome) -> None:
    wrong = {"data/notice/register.yaml": DECLARED + "notable: {罚款: {least: 1000}}\n"}
    built.check(files=wrong).refused("bad-declaration", "「罚款」不是这个名录的字段")
