"""The home page: search first, counts that link, what is new, the year as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from disclosure.dates import FOREVER
from disclosure.kinds import show_date
from disclosure.pages.entity import anchor
from disclosure.pages.figures import months_before
from disclosure.pages.frame import LISTS, frame
from disclosure.pages.statistics import chart
from disclosure.pages.world import Context, Page, World

NEWEST = 8
NEWS = 6


def plan(world: World) -> Iterator[Page]:
    """There is one home page."""
    yield Page("index.html", "home")


def show(world: World, page: Page) -> Context:
    """Return counts, the newest records and articles, the services and the last twelve months."""
    site = world.site
    recent: Counter[str] = Counter()
    for tally in world.tallies:
        recent[tally.register] += tally.number * (tally.month == world.as_of.isoformat()[:7])
    meta = {"Description": site.description, "Keywords": site.keywords}
    news = [
        article
        for article in world.articles.values()
        if article.address.startswith(f"{site.news}/") and not article.is_column
    ]
    column = world.articles.get(f"{site.news}/index.html")
    return {
        **frame(world, page, "首页", meta=meta),
        "examples": site.examples,
        "counts": [
            {
                "label": register.label,
                "count": world.totals[name],
                "recent": recent[name],
                "address": f"list/{name}/index.html",
            }
            for name, register in world.featured.items()
        ],
        "others": {"count": len(world.listed), "address": LISTS[1]}
        if len(world.listed) > len(world.featured)
        else None,
        "newest": newest(world, NEWEST),
        "total": world.totals.total(),
        "total_address": LISTS[1],
        "news": [{"title": a.title, "address": a.address, "date": a.date[:10]} for a in news[:NEWS]],
        "news_address": column.address if column else "",
        "services": [{"title": link.label, "summary": link.summary, "address": link.address} for link in site.services],
        "browse": _browse(world),
        "chart": chart(world, "这一年", months_before(world.as_of, 12), list(world.featured)),
        "as_of": show_date(world.as_of.isoformat()),
    }


def _browse(world: World) -> list[Context]:
    """Return the ways in for who does not search; a table of the statistics is there only where it has rows."""
    by = [("按部门", "department", world.organs), ("按县（市、区）", "district", world.site.districts)]
    ways = [(label, f"statistics.html#{table}") for label, table, names in by if names and world.tallies]
    return [{"label": label, "address": address} for label, address in (*ways, ("按年份", LISTS[1]))]


def newest(world: World, count: int, department: str = "") -> list[Context]:
    """Return the newest records of all lists, or of one department."""
    marks = ", ".join("?" * len(world.listed))
    where, about = (
        (" AND shown.department = ?", department) if department else (" AND shown.date >= ?", world.since(count))
    )
    rows = world.store.execute(
        "SELECT shown.register, row.key, shown.date, entity.name, entity.address, shown.organ, shown.ends FROM shown"
        " JOIN row ON row.id = shown.row JOIN entity ON entity.key = shown.entity"
        f" WHERE shown.register IN ({marks}){where} ORDER BY shown.date DESC, row.key LIMIT {count}",
        (*world.listed, about),
    )
    return [
        {
            "party": name,
            "address": f"{address}#{anchor(register, key)}",
            "badge": world.registers[register].badge,
            "tone": world.registers[register].tone,
            "department": organ,
            "date": date,
            "last": ends if ends != FOREVER else "",
        }
        for register, key, date, name, address, organ, ends in rows
    ]
