"""What stands around every page: navigation, way back, and the tags that 国办发〔2017〕47号 asks for."""

from __future__ import annotations

from collections.abc import Sequence

from disclosure.pages.world import Context, Page, World

Crumb = tuple[str, str]
LISTS = ("信用公示", "list/index.html")
ALL_LISTS = (LISTS[0], "本站公示的全部名录")
STATISTICS = ("统计", "statistics.html")
HOME = ("首页", "index.html")
# Sorts of page that lie in no folder of the navigation stand where the lists begin.
BELOW_LISTS = (
    "entity",
    "withdrawn",
    "moved",
    "changes",
    "department",
    "search",
    "batch",
    "data",
    "record",
    "measures",
    "coverage",
    "progress",
)
# What stands at an address that nobody shall come to: it does not name it either, as the address may say whose it was.
NOWHERE = ("404", "withdrawn", "moved")


def frame(
    world: World,
    page: Page,
    title: str,
    crumbs: Sequence[Crumb] = (),
    meta: dict[str, str] | None = None,
    robots: str = "",
    within: str = "",
    linked: str = "",
    feed: str = "",
    about: str = "",
) -> Context:
    """Return the parts of a context that every template needs; `within` is the column of a page that lies in no folder of one.

    `about` is what the page is, in a sentence; without it, what its tags say of it or of its column.
    """
    site = world.site
    tags = {"SiteName": site.name, "SiteDomain": site.domain, "SiteIDCode": site.id_code, **(meta or {})}
    tags["Description"] = about or tags.get("Description") or tags.get("ColumnDescription") or site.description
    if page.sort not in NOWHERE:
        tags["Url"] = site.address + page.address
    trail = [HOME, *crumbs, (title, "")] if page.address != HOME[1] else []
    here = within or page.address
    if page.sort in BELOW_LISTS and not any(link.address == here for link in site.navigation):
        here = LISTS[1]
    nav = world.navigation(here)
    return {
        "page": {
            "title": title,
            "address": page.address,
            "root": "../" * page.address.count("/"),
            "kind": page.sort,
            "place": next(
                (f"{item['label']} {item['address'] == page.address}" for item in nav if item["current"]), ""
            ),
            "crumbs": [{"label": label, "address": address} for label, address in trail],
            "meta": {name: content for name, content in tags.items() if content},
            "robots": robots,
            "linked": linked,
            "feed": feed,
        },
        "nav": nav,
    }


def list_feed(register: str) -> str:
    """Return the address of the feed (Atom) of a register."""
    return f"list/{register}/feed.xml"


def department_feed(department: str) -> str:
    """Return the address of the feed (Atom) of a department."""
    return f"department/{department}/feed.xml"


def service(world: World, word: str) -> Context | None:
    """Return the first of the site's services whose label has a word, none where there is none."""
    return next(
        ({"text": link.label, "address": link.address} for link in world.site.services if word in link.label), None
    )


def column_tags(world: World, name: str, description: str, sort: str = "信用公示") -> dict[str, str]:
    """Return the tags of a page that leads on to others."""
    keywords = ",".join(dict.fromkeys([name, world.site.name]))
    return {
        "ColumnName": name,
        "ColumnDescription": description or name,
        "ColumnKeywords": keywords,
        "ColumnType": sort,
    }


def article_tags(column: dict[str, str], title: str, moment: str, source: str) -> dict[str, str]:
    """Return the tags of a page that people read, below its column's; PubDate is YYYY-MM-DD HH:MM."""
    date = moment.replace("T", " ")[:16]
    return {
        **column,
        "ArticleTitle": title,
        "PubDate": f"{date} 00:00" if len(date) == 10 else date,
        "ContentSource": source,
    }
