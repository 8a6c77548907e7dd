"""What the head of every page must say: title, language, and the tags of 国办发〔2017〕47号."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from disclosure.audit.desk import Measure, Written, broken
from disclosure.problems import Problem

_META = re.compile(r"""<meta\s+name="([^"]+)"\s+content="([^"]*)"\s*/?>""")
_TITLE = re.compile(r"<title>\s*[^<\s][^<]*</title>")
_LANGUAGE = re.compile(r"""<html\s[^>]*\blang="zh-CN\"""")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
COLUMN = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE = ("ArticleTitle", "PubDate", "ContentSource")
EMPTY = {"", "null", "none", "undefined", "nan"}


def titles(file: Written, measure: Measure) -> Iterator[Problem]:
    """Every page has a title and says its language."""
    if not _LANGUAGE.search(_head(file)) or not _TITLE.search(_head(file)):
        yield broken(file.name, "缺少标题或语言")


def tags(file: Written, measure: Measure) -> Iterator[Problem]:
    """Every page has the site's tags, columns and articles theirs, none empty, none of another site."""
    found = {name: unescape(content) for name, content in _META.findall(_head(file))}
    for name, content in measure.tags.items():
        if content and found.get(name) != content:
            said = f"是「{found[name]}」，不是「{content}」" if name in found else "缺少"
            yield _wrong(file, name, said)
    own = measure.home + file.name
    if found.get("Url", own) != own:
        yield _wrong(file, "Url", f"是「{found['Url']}」，不是这一页的 {own}")
    for name in _wanted(file, measure):
        if name not in found:
            yield _wrong(file, name, "缺少")
    for name, content in found.items():
        if content.strip().lower() in EMPTY:
            yield _wrong(file, name, f"是「{content}」")
        elif name == "PubDate" and not _MOMENT.fullmatch(content):
            yield _wrong(file, name, f"是「{content}」，不是 年-月-日 时:分")
        elif name == "Image" and urlsplit(content).netloc not in ("", measure.tags.get("SiteDomain")):
            yield _wrong(file, name, f"是别的网站「{content}」")


def _wanted(file: Written, measure: Measure) -> tuple[str, ...]:
    """Return the tags of a page beside the site's: articles have theirs, all but the loose ones those of their column."""
    if '<body class="page-article"' in file.text:
        column = file.name.rpartition("/")[0] + "/index.html"
        return (*(COLUMN if column in measure.addresses else ()), *ARTICLE)
    return COLUMN if "/" in file.name or file.name in ("statistics.html", "search.html", "sitemap.html") else ()


def _head(file: Written) -> str:
    return file.text.partition("</head>")[0]


def _wrong(file: Written, name: str, said: str) -> Problem:
    mend = "改正 site.yaml 里的设置或换过的模板；若是程序自己的页面，请联系维护人员"
    return broken(file.name, f"网页标签 {name} {said}（国办发〔2017〕47号）", mend)
