"""The audit of heads: title, language and the tags of 国办发〔2017〕47号."""

from __future__ import annotations

from pathlib import Path

import pytest

from disclosure.audit.desk import Measure, Written
from disclosure.audit.tags import tags, titles
from disclosure.problems import Place, Problem

HOME = "https://credit.example/"
SITE = {"SiteName": "甲&乙", "SiteDomain": "credit.example", "SiteIDCode": ""}
COLUMN = dict.fromkeys(("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"), "栏")
ARTICLE = {"ArticleTitle": "题", "PubDate": "2026-05-06 08:00", "ContentSource": "甲"}
WHY = "成品必须与计划一致，每个链接都通"
MEND = "改正 site.yaml 里的设置或换过的模板；若是程序自己的页面，请联系维护人员"


def head(found: dict[str, str], body: str = "<body>") -> str:
    """A page with these tags."""
    said = "".join(f'<meta name="{name}" content="{content}">\n' for name, content in found.items())
    return f'<html lang="zh-CN"><head><title>题</title>{said}</head>{body}'


def wrong(text: str, name: str = "a.html") -> list[str]:
    """What is wrong with the tags of a page."""
    found = list(tags(Written(Path(), name, text), Measure(frozenset(["news/index.html"]), HOME, tags=SITE)))
    assert all(problem == Problem("broken-site", Place(name), problem.what, WHY, MEND) for problem in found)
    assert all(problem.what.endswith("（国办发〔2017〕47号）") for problem in found)
    return [problem.what.removeprefix("网页标签 ").removesuffix("（国办发〔2017〕47号）") for problem in found]


GOOD = {"SiteName": "甲&amp;乙", "SiteDomain": "credit.example"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, []),
        ({"SiteName": "甲&amp;丙"}, ["SiteName 是「甲&丙」，不是「甲&乙」"]),
        ({"SiteName": ""}, ["SiteName 是「」，不是「甲&乙」", "SiteName 是「」"]),
        ({"SiteIDCode": "231"}, []),
        ({"Url": f"{HOME}a.html"}, []),
        ({"Url": f"{HOME}b.html"}, [f"Url 是「{HOME}b.html」，不是这一页的 {HOME}a.html"]),
        ({"Keywords": " NULL "}, ["Keywords 是「 NULL 」"]),
        ({"A": "None", "B": "undefined", "C": "NaN", "D": "甲"}, ["A 是「None」", "B 是「undefined」", "C 是「NaN」"]),
        ({"PubDate": "2026-05-06 08:00"}, []),
        ({"PubDate": "2026-05-06 08:00:00"}, ["PubDate 是「2026-05-06 08:00:00」，不是 年-月-日 时:分"]),
        ({"PubDate": ""}, ["PubDate 是「」"]),
        ({"Other": "2026-05-06"}, []),
        ({"Image": "a.png"}, []),
        ({"Image": f"{HOME}a.png"}, []),
        ({"Image": "https://other.example/a.png"}, ["Image 是别的网站「https://other.example/a.png」"]),
        ({"Other": "https://other.example/a.png"}, []),
    ],
)
def test_a_tag_says_what_the_site_declares(found: dict[str, str], said: list[str]) -> None:
    assert wrong(head(GOOD | found)) == said


def test_a_tag_of_the_site_that_is_not_there_is_told() -> None:
    assert wrong(head({})) == ["SiteName 缺少", "SiteDomain 缺少"]


def test_a_site_without_a_domain_has_images_of_its_own_alone() -> None:
    page = Written(Path(), "a.html", head({"Image": "https://other.example/a.png"}))
    assert len(list(tags(page, Measure()))) == 1
    assert list(tags(Written(Path(), "a.html", head({"Image": "a.png"})), Measure())) == []


def test_a_tag_below_the_head_is_none() -> None:
    assert wrong(head(GOOD) + '</head><meta name="A" content=""></head>') == []
    assert wrong(head(GOOD).replace("</head>", "") + '<meta name="A" content="">') == ["A 是「」"]


@pytest.mark.parametrize(
    ("name", "body", "wanted"),
    [
        ("index.html", "", []),
        ("404.html", "", []),
        ("list/fine/index.html", "", [*COLUMN]),
        ("statistics.html", "", [*COLUMN]),
        ("search.html", "", [*COLUMN]),
        ("sitemap.html", "", [*COLUMN]),
        ("news/a.html", '<body class="page-article">', [*COLUMN, *ARTICLE]),
        ("loose/a.html", '<body class="page-article">', [*ARTICLE]),
        ("news/more/a.html", '<body class="page-article">', [*ARTICLE]),
    ],
)
def test_a_page_has_the_tags_of_its_sort(name: str, body: str, wanted: list[str]) -> None:
    assert wrong(head(GOOD, body), name) == [f"{tag} 缺少" for tag in wanted]
    assert wrong(head(GOOD | COLUMN | ARTICLE, body), name) == []


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ('<html lang="zh-CN"><head><title> 题</title></head>', True),
        ('<html lang="zh-CN"><head><title> </title></head>', False),
        ('<html lang="en"><head><title>题</title></head>', False),
        ('<html lang="zh-CN"><head></head><title>题</title>', False),
        ('<html lang="zh-CN"><head></head><title>题</title></head>', False),
        ('<html lang="zh-CN"><title>题</title>', True),
    ],
)
def test_a_page_has_a_title_and_a_language(text: str, good: bool) -> None:
    expected = Problem(
        "broken-site", Place("a.html"), "缺少标题或语言", WHY, "改正文章里的链接；若是程序自己的页面，请联系维护人员"
    )
    assert list(titles(Written(Path(), "a.html", text), Measure())) == ([] if good else [expected])
