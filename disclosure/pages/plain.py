"""The pages of which there is one: lists of all registers, search, batch check, site map, 404."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from disclosure.pages import coverage, data, measures, progress, scorecard
from disclosure.pages.article import columns
from disclosure.pages.changes import INDEX, TITLE
from disclosure.pages.frame import ALL_LISTS, LISTS, column_tags, frame
from disclosure.pages.questionnaire import ADDRESS as QUESTIONNAIRE
from disclosure.pages.world import Context, Page, World

CHANGES = (TITLE, INDEX)
DATA = (data.TITLE, data.INDEX)
BATCH = "批量核查"


def plan_registers(world: World) -> Iterator[Page]:
    """Where the lists begin."""
    yield Page(LISTS[1], "registers")


def show_registers(world: World, page: Page) -> Context:
    """Return every register with its count and those of its themes, in the groups that they are declared in."""
    groups: dict[str, list[Context]] = {}
    for name, register in world.listed.items():
        counts: Counter[str] = Counter()
        for theme, months in ((theme, world.by_month[name, "theme", theme]) for theme in register.named):
            counts[theme] = months.total()
        entry = {
            "title": register.label,
            "address": f"list/{name}/index.html",
            "count": world.totals[name],
            "summary": register.intro,
            "themes": [
                {"label": label, "count": counts[theme], "address": f"list/{name}/theme/{theme}/index.html"}
                for theme, label in register.named.items()
                if counts[theme]
            ],
        }
        groups.setdefault(register.group, []).append(entry)
    also = _also(world)
    summary = ALL_LISTS[1]
    return {
        **frame(world, page, LISTS[0], meta=column_tags(world, LISTS[0], summary)),
        "column": {"title": LISTS[0], "summary": summary},
        "groups": [{"label": label, "registers": entries} for label, entries in groups.items()],
        "also": also,
    }


def _also(world: World) -> list[Context]:
    """Return what is drawn from the lists and is there."""
    there = [(measures.TITLE, measures.ADDRESS)] if measures.follow(world) else []
    there += [(progress.TITLE, progress.ADDRESS)] if progress.follow(world) else []
    there += [(coverage.TITLE, coverage.ADDRESS)] if world.site.coverage else []
    there += [(scorecard.title(world), scorecard.INDEX)] if scorecard.scored(world) else []
    return [_item(*link) for link in there]


def plan_search(world: World) -> Iterator[Page]:
    """There is one page of search results."""
    yield Page("search.html", "search")


def show_search(world: World, page: Page) -> Context:
    """Return what may be typed; the rest is the reader's browser's."""
    tags = column_tags(world, "信用信息查询", "按名称、代码或文书号查询", "信用服务")
    return {**frame(world, page, "信用信息查询", meta=tags), "examples": world.site.examples}


def plan_batch(world: World) -> Iterator[Page]:
    """There is one page on which a whole list of names is checked."""
    yield Page("batch.html", "batch")


def show_batch(world: World, page: Page) -> Context:
    """Return the frame alone; the list stays in the reader's browser."""
    tags = column_tags(world, BATCH, "一次核查许多单位，名单不上传", "信用服务")
    return frame(world, page, BATCH, meta=tags)


def plan_missing(world: World) -> Iterator[Page]:
    """What a server shows where nothing is."""
    yield Page("404.html", "404")


def show_missing(world: World, page: Page) -> Context:
    """Return the frame alone; its links must hold at any depth and on any host, so they begin at the host's root."""
    context = frame(world, page, "页面不存在", robots="noindex")
    context["page"]["root"] = urlsplit(world.site.address).path
    return context


def plan_map(world: World) -> Iterator[Page]:
    """There is one site map for people."""
    yield Page("sitemap.html", "sitemap")


def show_map(world: World, page: Page) -> Context:
    """Return every column with what lies in it; entities are found by search."""
    groups = [
        {
            "label": "导航",
            "address": "index.html",
            "items": [_item(link.label, link.address) for link in world.site.navigation],
        }
    ]
    lists = [_item(register.label, f"list/{name}/index.html") for name, register in world.listed.items()]
    groups.append({"label": LISTS[0], "address": LISTS[1], "items": lists})
    groups.append(
        {
            "label": "查询与统计",
            "address": "search.html",
            "items": [
                _item("信用信息查询", "search.html"),
                _item(BATCH, "batch.html"),
                _item("统计", "statistics.html"),
                *_also(world),
                _item(*DATA),
                _item(*CHANGES),
                *([_item(world.questionnaire.title, QUESTIONNAIRE)] if world.questionnaire else []),
            ],
        }
    )
    for column in columns(world):
        articles = [
            _item(a.title, a.address) for a in world.articles.values() if a.column == column.address and not a.is_column
        ]
        groups.append({"label": column.title, "address": column.address, "items": articles})
    departments = [_item(name, f"department/{key}.html") for key, name in sorted(world.organs.items())]
    groups.append({"label": "部门", "address": LISTS[1], "items": departments})
    return {**frame(world, page, "网站地图", meta=column_tags(world, "网站地图", "全站栏目和页面")), "groups": groups}


def _item(label: str, address: str) -> Context:
    return {"label": label, "address": address}
