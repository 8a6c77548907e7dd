"""The audit reads what was written again: one leak, dead link or stray page refuses the release."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SiteMaker
from frontdoor import identity_number, notice, notices

from disclosure.audit import audit
from disclosure.intake import withheld_digest
from disclosure.problems import Problem

HOME = "https://credit.example/"
PAGE = '<!DOCTYPE html>\n<html lang="zh-CN"><head><title>题</title><meta name="SiteName" content="甲"></head><body>{}</body></html>\n'


def said(
    folder: Path, files: dict[str, str], planned: list[str] | None = None, secrets: tuple[str, ...] = ()
) -> list[str]:
    """Write a finished site and return what the audit says of it, `place what` each."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    digests = [withheld_digest(secret) for secret in secrets]
    problems: list[Problem] = audit(folder, planned or list(files), HOME, digests, 1)
    return [f"{problem.name} {problem.place} {problem.what}" for problem in problems]


def test_a_sound_site_passes(tmp_path: Path) -> None:
    files = {
        "index.html": PAGE.format(
            f'<a href="a/b.html#x">甲</a><a href="{HOME}a/b.html">乙</a><a href="https://other.example/no.html">丙</a><a href="#">丁</a>'
        ),
        "a/b.html": PAGE.format('<p id="x">1</p><a href="../index.html">甲</a><a href="tel:1">乙</a>'),
        "a/c.css": "x",
    }
    assert said(tmp_path, files) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="no.html">甲</a>', "broken-site a/b.html 链接的 a/no.html 不存在（共 1 个页面链接它）"),
        ('<a href="../no/">甲</a>', "broken-site a/b.html 链接的 no 不存在（共 1 个页面链接它）"),
        ('<img src="no.png">', "broken-site a/b.html 链接的 a/no.png 不存在（共 1 个页面链接它）"),
        (f'<a href="{HOME}no.html">甲</a>', "broken-site a/b.html 链接的 no.html 不存在（共 1 个页面链接它）"),
        ('<a href="../index.html#no">甲</a>', "broken-site a/b.html 链接 index.html#no 没有这个锚点"),
        ('<a href="#no">甲</a>', "broken-site a/b.html 链接 a/b.html#no 没有这个锚点"),
        ('<p id="x"></p><p id="x"></p>', "broken-site a/b.html 有两个相同的 id"),
    ],
)
def test_a_fault_of_a_page_is_found(tmp_path: Path, body: str, expected: str) -> None:
    assert said(tmp_path, {"index.html": PAGE.format(""), "a/b.html": PAGE.format(body)}) == [expected]


def test_pages_are_held_against_the_plan_both_ways(tmp_path: Path) -> None:
    found = said(tmp_path, {"index.html": PAGE.format(""), "stray.txt": "x"}, ["index.html", "planned.html"])
    assert found == ["broken-site planned.html 计划了却没有写出", "broken-site stray.txt 写出了却不在计划里"]


def test_a_page_without_title_language_or_tags_is_found(tmp_path: Path) -> None:
    found = said(tmp_path, {"index.html": "<!DOCTYPE html><html><body></body></html>"})
    assert found == [
        "broken-site index.html 缺少标题或语言",
        "broken-site index.html 缺少网页标签 SiteName（国办发〔2017〕47号）",
    ]


@pytest.mark.parametrize(
    "name", ["index.html", "search/names/0.js", "data.json", "a.csv", "sitemap.xml", "robots.txt", "assets/site.css"]
)
def test_a_withheld_number_is_found_in_every_sort_of_file(tmp_path: Path, name: str) -> None:
    text = PAGE.format("甲E87654321乙") if name.endswith("html") else "甲 e87654321,"
    files = {"index.html": PAGE.format(""), name: text}
    assert said(tmp_path, files, secrets=("E87654321",)) == [
        f"leak {name} 成品里有不得公开的号码（{'E876' if name.endswith('html') else 'e876'}…，共 9 位）"
    ]


@pytest.mark.parametrize("around", ["{}", "号码{}，", "<b>{}</b>", 'content="{}"'])
def test_an_identity_number_is_found_whoever_wrote_it(tmp_path: Path, around: str) -> None:
    number = identity_number(21)
    (found,) = said(tmp_path, {"index.html": PAGE.format(around.format(number))})
    assert found.startswith("leak index.html")
    assert number not in found


def test_a_number_that_was_not_withheld_is_no_leak(tmp_path: Path) -> None:
    assert said(tmp_path, {"index.html": PAGE.format("E87654322 E876543210 1E87654321")}, secrets=("E87654321",)) == []


def test_a_withheld_number_that_stands_in_an_open_field_too_stops_the_build(site_maker: SiteMaker) -> None:
    row = {**notice(说明="护照 E87654321"), "证件号码": "E87654321"}
    outcome = site_maker(notices(row))
    outcome.refused("personal-number", "「说明」里有证件号码")
    assert not outcome.out.exists()
    assert "E87654321" not in outcome.stderr


def test_the_code_of_the_entity_in_a_withheld_column_is_no_secret(site_maker: SiteMaker) -> None:
    row = notice()
    site_maker(notices({**row, "证件号码": row["代码"]})).good()
