"""Columns that are blank, or in which nothing was published for long: five of either fail a whole site.

The inspection of government websites wants news within two weeks, other columns within six months, and the home page
within two weeks. How long is too long is a default here; a column may say otherwise by its `fresh`.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from disclosure.articles import Article
from disclosure.problems import NOTICE, Place, Problem
from disclosure.site import Site

NEWS, OTHERS = 14, 183  # days
WHY = "政府网站检查指标：空白的栏目，或长期不更新的栏目，到 5 个就单项否决"


def neglected(articles: Iterable[Article], site: Site, store: sqlite3.Connection, day: datetime.date) -> list[Problem]:
    """Return a notice for every column without an article, every one that is stale, and for a home page that is.

    What lies in a column within a column counts for both. The home page shows the newest articles and records; a site
    that has only records is no website of a government, and is not held to that.
    """
    listed = list(articles)
    columns = {article.address: article for article in listed if article.is_column}
    within: dict[str, list[str]] = defaultdict(list)
    for article in listed:
        above, dated = article.column, article.date[:10]
        while above and not article.is_column:
            within[above].append(dated)
            above = columns[above].column if above in columns else ""
    problems = []
    for address, column in sorted(columns.items()):
        place, what = Place(column.path), f"栏目「{column.title}」"
        days = column.fresh if column.fresh is not None else NEWS if address == f"{site.news}/index.html" else OTHERS
        if not within[address]:
            mend = "发一篇文章，或撤掉这个栏目"
            problems.append(Problem("blank-column", place, f"{what}里没有文章", WHY, mend, NOTICE))
        elif days and (last := max(within[address])) < _before(day, days):
            problems.append(_stale(place, what, last, days))
    (newest,) = store.execute("SELECT max(date) FROM shown WHERE date <= ?", (day.isoformat(),)).fetchone()
    last = max([newest or "", *(article.date[:10] for article in listed)], default="")
    if listed and last and last < _before(day, NEWS):
        problems.append(_stale(Place("content"), "首页", last, NEWS))
    return problems


def _stale(place: Place, what: str, last: str, days: int) -> Problem:
    mend = "发一篇新的；不必常更新的栏目，在它的 index.md 里写 fresh: 0"
    return Problem("stale-column", place, f"{what}从 {last} 起没有更新，超过 {days} 天", WHY, mend, NOTICE)


def _before(day: datetime.date, days: int) -> str:
    return (day - datetime.timedelta(days)).isoformat()
