"""The audit reads what was written again: one leak, dead link or stray page refuses the release."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import brotli  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from conftest import SiteMaker
from frontdoor import PROJECT, credit_code, identity_number, notice, notices, write
from hypothesis import given
from hypothesis import strategies as st
from planted import FULL, IDENTITY_DISGUISES, SPOKEN, clean, plant

import build
from disclosure.audit import CHECKS, Earlier, Measure, audit, measure
from disclosure.audit.figures import figures
from disclosure.audit.many import Many
from disclosure.compress import made_of
from disclosure.intake import withheld_digest
from disclosure.personal import contacts
from disclosure.problems import Problem
from disclosure.render import open_world
from disclosure.search.credit import short_code
from disclosure.search.numbered import write_numbers
from disclosure.search.shards import script
from disclosure.search.shorthand import Shorthand

HOME = "https://credit.example/"
TAGS = {"SiteName": "甲", "SiteDomain": "credit.example", "SiteIDCode": "2311000000"}
COLUMN = dict.fromkeys(("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"), "栏")
HEAD = "".join(f'<meta name="{name}" content="{content}">\n' for name, content in (TAGS | COLUMN).items())
PAGE = f'<!DOCTYPE html>\n<html lang="zh-CN"><head><title>题</title>\n{HEAD}</head><body>{{}}</body></html>\n'


def said(
    folder: Path,
    files: dict[str, str | bytes],
    planned: list[str] | None = None,
    secrets: tuple[str, ...] = (),
    declared: tuple[str, ...] = (),
    figures: dict[str, int | str] | None = None,
) -> list[str]:
    """Write a finished site and return what the audit says of it, `place what` each."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    held = Measure(
        frozenset(files),
        HOME,
        frozenset(withheld_digest(secret) for secret in secrets),
        contacts(declared),
        TAGS,
        figures or {},
        ("行政管理",),
    )
    problems: list[Problem] = audit(folder, sorted(planned or files), held, 1)
    return [f"{problem.name} {problem.place} {problem.what}" for problem in problems]


PACKED: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".br": brotli.compress}


def test_a_sound_site_passes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "index.html": PAGE.format(
            f'<a href="a/b.html#x">甲</a><a href="{HOME}a/b.html">乙</a><a href="https://other.example/no.html">丙</a><a href="#">丁</a>'
        ),
        "a/b.html": PAGE.format('<p id="x">1</p><a href="../index.html">甲</a><a href="tel:1">乙</a>'),
        "a/c.css": "x",
    }
    assert said(tmp_path, files) == []


def test_a_compressed_copy_stands_beside_what_it_holds(tmp_path: Path) -> None:
    copies: dict[str, str | bytes] = {f"a.css{ending}": pack(b"x") for ending, pack in PACKED.items()}
    assert said(tmp_path / "1", copies | {"a.css": "x"}) == []
    found = [f"broken-site a.css{ending} 压缩的一份与原文不同" for ending in sorted(PACKED)]
    assert said(tmp_path / "2", copies) == said(tmp_path / "3", copies | {"a.css": "y"}) == found


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
        *[f"broken-site index.html 网页标签 {name} 缺少（国办发〔2017〕47号）" for name in TAGS],
    ]


@pytest.mark.parametrize(
    "name", ["index.html", "search/names/0.js", "data.json", "a.csv", "sitemap.xml", "robots.txt", "assets/site.css"]
)
def test_a_withheld_number_is_found_in_every_sort_of_file(tmp_path: Path, name: str) -> None:
    text = PAGE.format("甲E87654321乙") if name.endswith("html") else "甲 e87654321,"
    files: dict[str, str | bytes] = {"index.html": PAGE.format(""), name: text}
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


def workbook(*texts: str) -> bytes:
    """A spreadsheet with a cell in each row."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("一")
        for line, text in enumerate(texts):
            sheet.write_string(line, 0, text)
    return stream.getvalue()


def database(*texts: str) -> bytes:
    """A SQLite file with a cell in each row."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.sqlite")
        store = sqlite3.connect(path)
        store.execute("CREATE TABLE a (b TEXT)")
        store.executemany("INSERT INTO a VALUES (?)", ([text] for text in texts))
        store.commit()
        store.close()
        return path.read_bytes()


def lines(*texts: str) -> bytes:
    """A text with a line each."""
    return "\n".join(texts).encode()


NUMBER = identity_number(21)
ENTITY = (
    '<section id="s1"><h2>行政管理 <small data-count="#s1">2 条</small></h2>'
    '<a href="#s1-licence">许可 <small data-count>{group} 条</small></a>'
    '<h3 id="s1-licence">许可</h3><article id="licence-0123456789ab"></article>{second}</section>'
)
SECOND = '<article id="licence-ba9876543210"></article>'
CODE = credit_code(27)  # of an organisation code whose check digit is right, too
FIGURES: dict[str, int | str] = {
    "list/licence/index.html": 2,
    "entity/1/1.html": "licence 2",
    f"entity/{CODE[-2:]}/{CODE}.html": "licence 2",
}
LIST = PAGE.format("<h1>许可 <small data-count>共 2 条</small></h1>")


def entity(group: str = "2", second: str = SECOND) -> str:
    """An entity's page with two records, or with a wrong number on it, or a record missing."""
    return PAGE.format(ENTITY.format(group=group, second=second))


# One fault for each check of the audit: the files that are laid upon a sound site, and words of what is said.
FAULTS: dict[str, list[tuple[dict[str, str | bytes | None], str]]] = {
    "not-written": [({"planned.html": None}, "planned.html 计划了却没有写出")],
    "not-planned": [({"stray.txt": "x"}, "stray.txt 写出了却不在计划里")],
    "title": [
        ({"a.html": PAGE.format("").replace("<title>题</title>", "")}, "a.html 缺少标题或语言"),
        ({"a.html": PAGE.format("").replace("<title>题", "<title> ")}, "a.html 缺少标题或语言"),
        ({"a.html": PAGE.format("").replace("zh-CN", "en")}, "a.html 缺少标题或语言"),
    ],
    "tags": [
        ({"a.html": PAGE.format("").replace('content="甲"', 'content="null"')}, "SiteName 是「null」"),
        ({"a.html": PAGE.format("").replace("credit.example", "other.example")}, "SiteDomain 是「other.example」"),
        ({"a/b.html": PAGE.format("").replace("ColumnType", "Column")}, "ColumnType 缺少"),
        ({"a/b.html": PAGE.format("").replace('content="栏"', 'content=""')}, "ColumnName 是「」"),
        ({"a/b.html": PAGE.format("").replace("<body>", '<body class="page-article">')}, "PubDate 缺少"),
        ({"a.html": PAGE.format("").replace("ColumnType", "PubDate")}, "PubDate 是「栏」"),
        (
            {"a.html": PAGE.format("").replace("</head>", '<meta name="Url" content="https://x.example/"></head>')},
            "Url 是「https://x.example/」，不是这一页的 https://credit.example/a.html",
        ),
    ],
    "ids": [({"a.html": PAGE.format('<p id="x"></p><p id="x"></p>')}, "a.html 有两个相同的 id")],
    "links": [
        ({"a.html": PAGE.format('<a href="no.html">乙</a>')}, "链接的 no.html 不存在"),
        ({"a.html": PAGE.format("<a href='no.html'>乙</a>")}, "链接的 no.html 不存在"),
    ],
    "anchors": [({"a.html": PAGE.format('<a href="#no">乙</a>')}, "链接 a.html#no 没有这个锚点")],
    "figures": [
        ({"list/licence/index.html": LIST.replace("2 条", "3 条")}, "写的是 3，list/licence/index.html 实有 2"),
        (
            {"a.html": PAGE.format('<a href="list/licence/index.html">许可 <b data-count>1</b></a>')},
            "写的是 1，list/licence/index.html 实有 2",
        ),
        ({"a.html": PAGE.format('<td data-count="list/licence/index.html">7</td>')}, "写的是 7"),
        (
            {"a.html": PAGE.format("<tr><td data-count>2</td><td data-count>1</td><td data-sum>4</td></tr>")},
            "合计写的是 4，各项相加是 3",
        ),
        ({"entity/1/1.html": entity(group="3")}, "写的是 3，entity/1/1.html#s1-licence 实有 2"),
        ({"entity/1/1.html": entity(second="")}, "licence 写了 1 条记录，应有 2 条"),
        ({"search/names/a/0.js": "S`甲公司\t\t5\t\t1/1`"}, "检索里写的是 5，entity/1/1.html 实有 2"),
        (
            {"search/names/a/0.js": script(f"甲公司\t{short_code(CODE, Shorthand())}\t5")},
            f"检索里写的是 5，entity/{CODE[-2:]}/{CODE}.html 实有 2",
        ),
        ({"a.html": PAGE.format("<b data-count>许多</b>")}, "没有数字"),
        ({"data/licence/licence.csv": '名称\r\n"甲\n"\r\n'}, "有 1 条记录，list/licence/index.html 实有 2"),
        ({"data/licence/licence.jsonl": "{}\n{}\n{}\n"}, "有 3 条记录"),
        ({"data/licence/licence.xlsx": workbook("名称")}, "有 0 条记录"),
        ({"data/_all/all.sqlite": database("1")}, "有 1 条记录，list/index.html 实有 0"),
    ],
    "copies": [({"index.html.gz": gzip.compress(b"other")}, "index.html.gz 压缩的一份与原文不同")],
    "withheld": [({"a.html": PAGE.format("甲E87654321乙")}, "不得公开的号码")],
    "identity": [
        ({"a.html": PAGE.format(f"甲{NUMBER}乙")}, "身份证号码"),
        ({"a.html": PAGE.format(f'<a href="#" title="{NUMBER}">甲</a>')}, "身份证号码"),
        ({"a.html": PAGE.format(f"{NUMBER[:6]}<b>{NUMBER[6:14]}</b>{NUMBER[14:]}")}, "身份证号码"),
        ({"a.html": PAGE.format("-".join(NUMBER))}, "身份证号码"),
        ({"a.html": PAGE.format("".join(f"&#{ord(char)};" for char in NUMBER))}, "身份证号码"),
        ({"a.html": PAGE.format("\u200b".join(NUMBER))}, "身份证号码"),
        ({"a.html": PAGE.format(NUMBER.translate(FULL))}, "身份证号码"),
        ({"a.html": PAGE.format(f"号码{NUMBER.translate(SPOKEN)}。")}, "身份证号码"),
        ({"a.html": PAGE.format(f"<!-- {NUMBER} -->")}, "身份证号码"),
        ({"a.json": f'{{"a": "{NUMBER}"}}'}, "身份证号码"),
        ({"a.xml": f"<a>{NUMBER}</a>"}, "身份证号码"),
        ({"pagefind/x/fragment/und.pf_fragment": gzip.compress(f"甲 {NUMBER}".encode())}, "身份证号码"),
        ({"a.xlsx": workbook(NUMBER)}, "身份证号码"),
        ({"a.sqlite": database(NUMBER)}, "身份证号码"),
        ({"search/numbers/a/0.js": script(write_numbers([NUMBER], Shorthand()))}, "身份证号码"),
    ],
    "old-identity": [({"a.html": PAGE.format("李某231102900101123的")}, "身份证号码")],
    "phone": [
        ({"a.html": PAGE.format("电话138-1234-5678")}, "电话号码"),
        ({"a.html": PAGE.format("电话0456-8223344")}, "电话号码"),
        ({"search/names/b/1.js": "S`李某 138 1234 5678\t\t1\tname/1`"}, "电话号码"),
    ],
    "phone-attribute": [({"a.html": PAGE.format('<a href="tel:13812345678">乙</a>')}, "电话号码")],
    "card": [({"a.html": PAGE.format("卡号6222 0212 3456 7890 128")}, "银行卡号")],
    "mail": [({"a.html": PAGE.format("邮箱 zhang@example.com")}, "电子邮箱")],
    "place": [
        ({"a.html": PAGE.format("家住爱辉区示例街3号楼2单元501室")}, "住址或证件号码"),
        ({"a.html": PAGE.format("持护照E12345678入境")}, "住址或证件号码"),
    ],
}
CASES = [(check, at) for check, faults in FAULTS.items() for at in range(len(faults))]


def planted(folder: Path, check: str, at: int) -> list[str]:
    """Lay one fault upon a sound site and return what is said."""
    files: dict[str, str | bytes] = {
        "index.html": PAGE.format('<a href="list/licence/index.html">许可 <b data-count>2</b></a>'),
        "list/licence/index.html": LIST,
        "entity/1/1.html": entity(),
    }
    laid, _ = FAULTS[check][at]
    planned = [*files, *(name for name in laid if name != "stray.txt")]
    files |= {name: content for name, content in laid.items() if content is not None}
    return said(folder, files, planned, ("E87654321",), figures=FIGURES)


def test_every_check_has_a_planted_fault() -> None:
    assert FAULTS.keys() == CHECKS.keys()


@pytest.mark.parametrize(("check", "at"), CASES)
def test_the_check_finds_its_fault_and_no_other_check_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str, at: int
) -> None:
    words = FAULTS[check][at][1]
    found = planted(tmp_path, check, at)
    assert found
    assert any(words in line for line in found), found
    monkeypatch.delitem(CHECKS, check)
    assert planted(tmp_path, check, at) == []


@pytest.mark.parametrize(
    ("name", "table"), [("a.csv", lines), ("a.jsonl", lines), ("a.xlsx", workbook), ("a.sqlite", database)]
)
def test_of_a_table_that_the_last_release_had_what_is_new_is_read(
    tmp_path: Path, name: str, table: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    rows = [f"第 {number} 行" for number in range(50)]
    secret = frozenset([withheld_digest("E87654321")])

    def found(before: list[str], after: list[str], withheld: frozenset[bytes] = secret) -> int:
        for folder, texts in ((old, before), (new, after)):
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(table(*texts))
        earlier = Earlier(old, frozenset(), withheld)
        return len(audit(new, [name], Measure(frozenset([name]), HOME, secret), 1, earlier))

    assert found(rows, ["新的", *rows]) == 0
    assert found(rows, [*rows[:9], "甲E87654321乙", *rows[9:]]) == 1
    assert found(rows, [*rows[:9], f"甲{identity_number(21)}乙", *rows[9:]]) == 1
    assert found([*rows, "甲E87654321乙"], [*rows, "甲E87654321乙"]) == 0, "read, and found good, when it was new"
    assert found([*rows, "甲E87654321乙"], ["新的", *rows, "甲E87654321乙"], frozenset()) == 1, "withheld since"
    monkeypatch.setattr("disclosure.audit.rows.PORTION", 40)
    assert found([], [*rows, f"甲{identity_number(21)}乙", *rows]) == 1


@pytest.mark.parametrize(("before", "now", "faults"), [("a", "a", 0), ("a", "b", 1), ("", "", 1)])
def test_the_figures_of_pages_that_stay_are_added_up_again_where_a_count_is_another(
    tmp_path: Path, before: str, now: str, faults: int
) -> None:
    name, old, new = "list/licence/index.html", tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        (folder / name).parent.mkdir(parents=True)
    (old / name).write_text(LIST, encoding="utf-8")
    os.link(old / name, new / name)
    held = Measure(frozenset([name]), HOME, tags=TAGS, figures={name: 3}, counted=now)
    found = audit(new, [name], held, 1, Earlier(old, frozenset(), frozenset(), before))
    assert len(found) == faults


def released(folder: Path, files: dict[str, str], before: Path | None = None) -> Path:
    """Write a release; what is as it was in the one before is that one's file."""
    folder.mkdir()
    for name, text in files.items():
        path, old = folder / name, before / name if before else folder
        path.parent.mkdir(parents=True, exist_ok=True)
        if old.is_file() and old.read_text(encoding="utf-8") == text:
            os.link(old, path)
        else:
            path.write_text(text, encoding="utf-8")
    return folder


def said_since(
    tmp_path: Path,
    before: dict[str, str],
    now: dict[str, str],
    figures: dict[str, int | str] | None = None,
    withheld: tuple[frozenset[bytes], frozenset[bytes]] = (frozenset(), frozenset()),
    counted: tuple[str, str] = ("a", "a"),
) -> list[str]:
    """Return what the audit says of a release after one that passed, `place what` each, in order."""
    old = released(tmp_path / "old", before)
    new = released(tmp_path / "new", now, old)
    held = Measure(frozenset(now), HOME, withheld[1], tags=TAGS, figures=figures or {}, counted=counted[1])
    found = audit(new, list(now), held, 1, Earlier(old, before.keys() - now.keys(), withheld[0], counted[0]))
    for folder in (old, new):
        shutil.rmtree(folder)
    return sorted(f"{problem.place} {problem.what}" for problem in found)


@pytest.mark.parametrize("size", [(500, 200_000), (1, 200_000), (2, 0), (500, 700)])
def test_files_are_read_in_parts_and_each_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("disclosure.audit.CHUNK", size[0])
    monkeypatch.setattr("disclosure.audit.LARGE", size[1])
    files: dict[str, str | bytes] = {f"{n}.html": PAGE.format(f'<a href="no">{"x" * 100 * n}</a>') for n in range(5)}
    files |= {f"{n}.txt": f"李{n} {identity_number(n)}" for n in range(5)}
    found = said(tmp_path, files)
    assert found[-1].endswith(".html 链接的 no 不存在（共 5 个页面链接它）")
    assert sorted(found[:-1]) == [f"leak {n}.txt 成品里有身份证号码（2311…，共 18 位）" for n in range(5)]


def test_a_file_that_stays_is_not_read_again(tmp_path: Path) -> None:
    bad = PAGE.format(f'<p id="x"></p><p id="x"></p>{NUMBER}<a href="no.html">乙</a><b data-count="a">3</b>')
    files = {"a.html": bad, "b.txt": NUMBER, "c.html": PAGE.format("").replace("题", " ")}
    assert said_since(tmp_path, files, files, {"a": 4}) == []
    assert len(said_since(tmp_path, {}, files, {"a": 4})) == 6


def test_what_stays_is_read_for_numbers_that_are_withheld_since(tmp_path: Path) -> None:
    one, two = (withheld_digest(number) for number in ("E87654321", "F87654321"))
    files = {
        "a.html": PAGE.format("<main>E87654321 F87654321</main>"),
        "a.html.gz": "",
        "a.txt": "F87654321",
        "b.txt": "乙",
    }
    files["search/numbers/a/0.js"] = script(write_numbers(["F87654321"], Shorthand())).decode()
    held = (frozenset([one]), frozenset([one, two]))
    leaks = [
        f"{name} 成品里有不得公开的号码（{{}}876…，共 9 位）" for name in ("a.html", "a.txt", "search/numbers/a/0.js")
    ]
    expected = [leaks[0].format("E"), *(leak.format("F") for leak in leaks)]
    assert said_since(tmp_path, files, files, withheld=held) == expected
    assert said_since(tmp_path, files, files, withheld=(held[1], held[1])) == []
    assert said_since(tmp_path, files, files, withheld=(held[1], held[0])) == []
    assert said_since(tmp_path, {}, {"b.txt": "E87654321"}, withheld=held) == [
        "b.txt 成品里有不得公开的号码（E876…，共 9 位）"
    ]


def test_links_of_pages_that_stay_to_what_is_there_no_more(tmp_path: Path) -> None:
    pages = {
        "b.html": PAGE.format('<p id="x"></p><p id="y"></p>'),
        "c.html": PAGE.format(""),
        "stays/1.html": PAGE.format('<a href="../c.html">丙</a>'),
        "stays/2.html": PAGE.format('<a href="../b.html#x">乙</a><a href="../b.html#y">乙</a>'),
        "stays/3.html": PAGE.format('<a href="../b.html#y">乙</a>'),
        "stays/4.txt": "c.html b.html#x",
    }
    without_c = {name: text for name, text in pages.items() if name != "c.html"}
    gone = "stays/1.html 链接的 c.html 不存在（共 1 个页面链接它）"
    assert said_since(tmp_path, pages, without_c) == [gone]
    without_x = pages | {"b.html": pages["b.html"].replace('<p id="x"></p>', "")}
    lost = "stays/2.html 链接 b.html#x 没有这个锚点"
    assert said_since(tmp_path, pages, without_x) == [lost]
    del without_x["c.html"]
    assert said_since(tmp_path, pages, without_x) == [gone, lost]
    fresh = without_x | {
        "new.html": PAGE.format('<a href="b.html#x">乙</a><a href="b.html#y">乙</a><a href="c.html">丙</a>')
    }
    assert said_since(tmp_path, pages, fresh) == [
        "new.html 链接 b.html#x 没有这个锚点",
        "new.html 链接的 c.html 不存在（共 2 个页面链接它）",
        lost,
    ]
    assert said_since(tmp_path, pages, pages) == []


def test_figures_of_what_stays_are_added_up_where_a_count_is_another(tmp_path: Path) -> None:
    mark = '<b data-count="a">3</b>'
    files = {name: PAGE.format(mark) for name in ("index.html", "entity/1.html", "list/entity/1.html")}
    files["counted.jsonl"] = '{"register": "a", "label": "甲", "why": "自然人不公示", "count": 3}'
    wrong = [f"{name} 数字不一致：写的是 3，a 实有 4" for name in ("index.html", "list/entity/1.html")]
    assert said_since(tmp_path, files, files, {"a": 4}, counted=("a", "b")) == wrong
    assert said_since(tmp_path, files, files, {"a": 4}, counted=("", "")) == wrong
    assert said_since(tmp_path, files, files, {"a": 4}, counted=("a", "a")) == []


@pytest.mark.parametrize("check", ["withheld", "figures"])
def test_what_stays_is_not_read_for_a_check_that_there_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    monkeypatch.delitem(CHECKS, check)
    files = {"a.html": PAGE.format('E87654321 <b data-count="a">3</b>')}
    held = (frozenset[bytes](), frozenset([withheld_digest("E87654321")]))
    assert len(said_since(tmp_path, files, files, {"a": 4}, held, ("a", "b"))) == 1


def test_what_a_site_is_held_against(site_maker: SiteMaker) -> None:
    rows = [{**notice(), "证件号码": "E87654321"}, {**notice(文号="2号"), "证件号码": ""}]
    rows.append({**notice(文号="3号", 名称="郗景行", 代码=""), "证件号码": ""})
    outcome = site_maker(notices(*rows)).good()

    def held() -> Measure:
        studio, _ = build.prepare(outcome.root, None, 1, [])
        return measure(open_world(studio), outcome.out.resolve())

    one = held()
    (page,) = outcome.entities()
    assert one.home == HOME and one.withheld == {withheld_digest("E87654321")} and one.contacts == contacts([])
    assert one.tags == {"SiteName": "信用示例", "SiteDomain": "credit.example", "SiteIDCode": "2311000000"}
    assert all(name in one.addresses for name in ("index.html", page, "404.html"))
    assert "no.html" not in one.addresses
    assert one.sections[0] == "基本信息" or "行政管理" in one.sections
    assert (one.figures.get("list/notice/index.html"), one.figures.get(page)) == (2, "notice 2")
    counts = [
        (name, count)
        for name, count in figures(
            open_world(build.prepare(outcome.root, None, 1, [])[0]).store, ["notice"], "2026-11-22"
        )
    ]
    digest = hashlib.blake2b(
        "".join(f"{name} {count}\n" for name, count in counts if isinstance(count, int)).encode(), digest_size=12
    )
    assert one.counted == made_of((PROJECT / "disclosure/audit").glob("*.py"), [digest.hexdigest()])
    assert held().counted == one.counted
    assert one.figures.get("counted/notice/perhaps-person") == 1
    write(outcome.root, notices(*rows, notice(文号="4号")))
    assert held().counted != one.counted


def test_a_number_that_goes_on_in_the_next_row_is_found_where_one_of_them_is_new(tmp_path: Path) -> None:
    number = identity_number(21)
    for folder, rows in (("old", ["甲", number[9:], "乙"]), ("new", ["甲", number[:9], number[9:], "乙"])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jsonl").write_bytes(lines(*rows))
    held = Measure(frozenset(["a.jsonl"]), HOME)
    assert len(audit(tmp_path / "new", ["a.jsonl"], held, 1, Earlier(tmp_path / "old", frozenset(), frozenset()))) == 1


def test_cells_of_a_database_are_not_read_as_one_number(tmp_path: Path) -> None:
    number = "6222021234567890128"
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as store:
        store.execute("CREATE TABLE a (b TEXT, c TEXT)")
        store.execute("INSERT INTO a VALUES (?, ?)", (number[:9], number[9:]))
        store.commit()
        assert audit(tmp_path, ["a.sqlite"], Measure(frozenset(["a.sqlite"])), 1) == []
        store.execute("INSERT INTO a VALUES (?, ?)", (number, "乙"))
        store.commit()
        assert len(audit(tmp_path, ["a.sqlite"], Measure(frozenset(["a.sqlite"])), 1)) == 1


def test_what_frames_a_page_is_read_with_the_first_that_has_it(tmp_path: Path) -> None:
    page = PAGE.replace("{}", "<header>E87654321</header><main>{}</main><footer>{}</footer>")
    files: dict[str, str | bytes] = {f"{n}.html": page.format(n, "足") for n in range(3)}
    assert len(said(tmp_path, files, secrets=("E87654321",))) == 1
    files["4.html"] = page.format("E87654321", "足")
    files["5.html"] = page.format("", "E87654321")
    assert len(said(tmp_path, files, secrets=("E87654321",))) == 3


def test_what_is_declared_may_stand(tmp_path: Path) -> None:
    page = PAGE.format("电话0456-8223344，邮箱 credit@example.org，编号13812345678，罚款15000000000元，2026-05-06")
    assert said(tmp_path, {"a.html": page}, declared=("0456-8223344", "credit@example.org")) == []
    assert len(said(tmp_path, {"a.html": page})) == 2


def test_a_number_that_a_register_declares_as_one_may_stand(tmp_path: Path) -> None:
    name, page = "a.html", PAGE.format("执业 13812345678")
    (tmp_path / name).write_text(page, encoding="utf-8")
    held = Measure(frozenset([name]), HOME, tags=TAGS)
    assert [problem.name for problem in audit(tmp_path, [name], held, 1)] == ["leak"]
    assert audit(tmp_path, [name], held, 1, declared=lambda asked: asked & {"13812345678"}) == []


def test_a_number_of_a_document_that_the_search_knows_is_no_telephone(tmp_path: Path) -> None:
    numbers: dict[str, str | bytes] = {"search/numbers/a/0.js": script(write_numbers(["13812345678"], Shorthand()))}
    assert said(tmp_path, numbers) == []


def test_an_address_made_of_a_hash_is_no_number(tmp_path: Path) -> None:
    page = "entity/name/13/13170963325bdf34b71b.html"
    assert said(tmp_path, {page: PAGE.format(f"<p>网址：{HOME}{page}</p>")}) == []


@pytest.mark.parametrize("seed", range(3))
def test_clean_texts_pass(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    texts = "".join(f"<p>{clean(dice, number)}</p>\n" for number in range(2000))
    assert said(tmp_path, {"a.html": PAGE.format(texts)}) == []


def test_what_the_gate_would_catch_the_audit_catches_too(tmp_path: Path) -> None:
    """Apart from letters that stand for digits, and words between them, which only the gate sees through."""
    dice, texts = Random(8), {}
    for number in range(800):
        sort, disguise, _, text = plant(dice, number)
        if disguise not in {*IDENTITY_DISGUISES, "spelt signs"} - {"small x", "times sign"}:
            texts[f"{number}.html"] = PAGE.format(text), sort, disguise
    found = said(tmp_path, {name: page for name, (page, _, _) in texts.items()})
    places = {line.split(" ")[1] for line in found}
    missed = Counter((sort, disguise) for name, (_, sort, disguise) in texts.items() if name not in places)
    assert sum(missed.values()) <= len(texts) / 100, missed


def test_a_sound_site_s_figures_agree_everywhere_and_one_wrong_one_is_found(site_maker: SiteMaker) -> None:
    rows = [notice(名称=f"黑河示例{n}公司", 代码="", 文号=f"{n}号", 日期=f"2026-0{n % 9 + 1}-06") for n in range(130)]
    outcome = site_maker(notices(*rows)).good()
    marked = sum(outcome.page(name).count("data-count") for name in outcome.pages())
    assert marked > 130 * 4
    template = (PROJECT / "theme/templates/parts/tiles.html").read_text(encoding="utf-8")
    wrong = template.replace("{{ item.count|count }}<small>", "{{ (item.count + 1)|count }}<small>")
    assert wrong != template
    refused = outcome.build(files={"theme/templates/parts/tiles.html": wrong})
    refused.refused("broken-site", "写的是 131，list/notice/index.html 实有 130")


def test_an_address_that_begins_like_a_telephone_is_none_in_the_signs_of_the_search(site_maker: SiteMaker) -> None:
    """The search writes a letter of the address 18226410180b2… with a sign before it, behind which a number seems to end."""
    outcome = site_maker(notices(notice(名称="黑河示例9413中心", 代码="", 机关="爱辉区乙局"))).good()
    (page,) = (name for name in outcome.pages() if name.startswith("entity/name/"))
    assert re.fullmatch(r"entity/name/18/1822641018\d[a-f].*", page)
    (names,) = (path for path in (outcome.out / "search/names").rglob("0.js"))
    assert re.search(r"1822641018\d[^0-9A-Za-z]", names.read_text(encoding="utf-8"))


def test_a_withheld_number_that_stands_in_an_open_field_too_stops_the_build(site_maker: SiteMaker) -> None:
    row = {**notice(说明="护照 E87654321"), "证件号码": "E87654321"}
    outcome = site_maker(notices(row))
    outcome.refused("personal-number", "「说明」里有证件号码")
    assert not outcome.out.exists()
    assert "E87654321" not in outcome.stderr


def test_the_code_of_the_entity_in_a_withheld_column_is_no_secret(site_maker: SiteMaker) -> None:
    row = notice()
    site_maker(notices({**row, "证件号码": row["代码"]})).good()


@given(st.dictionaries(st.text(), st.integers(0, 3)), st.lists(st.text()))
def test_many_names_are_known_as_a_dict_knows_them(held: dict[str, int], asked: list[str]) -> None:
    held["文\udcff.html"] = 4  # a name of the disk that is no UTF-8
    many = Many(held.items())
    for name in (*held, *asked):
        assert (name in many, many.get(name)) == (name in held, held.get(name))
