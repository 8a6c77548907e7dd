"""Files for machines that every site has: sitemap.xml, robots.txt, feeds of what is new, and what changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from disclosure.disclose import REASONS
from disclosure.files import inside
from disclosure.kinds import show_date
from disclosure.pages import Context, Page, World
from disclosure.pages.changes import INDEX, NEWEST, TITLE, as_told, entries
from disclosure.pages.entity import anchor, read_fields
from disclosure.pages.frame import department_feed, list_feed
from disclosure.pages.statistics import COUNTED_FEED
from disclosure.site import Site
from disclosure.workers import in_tasks

NOBODYS = ("404", "search", "withdrawn", "moved")
PER_FILE = 50_000
NO_DAY = "1970-01-01"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Entry(NamedTuple):
    """An entry of a feed: its address, which is its id, its title, its day (YYYY-MM-DD), and what it says."""

    address: str
    title: str
    day: str
    said: str


def write_feeds(site: Site, pages: Iterable[Page], folder: Path) -> list[str]:
    """Write the site maps (sitemaps.org, at most 50,000 addresses each) and robots.txt; return what was written."""
    parts = list[str]()
    for part in in_tasks((page.address for page in pages if page.sort not in NOBODYS), PER_FILE):
        parts.append(f"sitemap-{len(parts) + 1}.xml")
        _write(folder, parts[-1], _sitemap(site, part))
    if len(parts) == 1:
        (folder / parts[0]).rename(folder / "sitemap.xml")
        parts.clear()
    else:
        _write(folder, "sitemap.xml", _sitemap_of(site, parts))
    _write(folder, "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.address}sitemap.xml\n")
    return [*parts, "sitemap.xml", "robots.txt"]


def _write(folder: Path, address: str, text: str) -> None:
    (folder / address).write_text(text, encoding="utf-8", newline="\n")


def write_changes(world: World, folder: Path) -> list[str]:
    """Write what changed for readers of feeds (Atom, RFC 4287, the newest) and for programs (a JSON object a line, all)."""
    told = [as_told(world, entry) for entry in entries(world)]
    feed, lines = "changes/feed.xml", "changes/changes.jsonl"
    text = "".join(json.dumps(_plain(entry), ensure_ascii=False) + "\n" for entry in reversed(told))
    (folder / lines).write_text(text, encoding="utf-8", newline="\n")
    (folder / feed).write_text(_atom(world.site, told[:NEWEST]), encoding="utf-8", newline="\n")
    return [feed, lines]


def write_newest(world: World, folder: Path) -> list[str]:
    """Write the newest records of every register and of every department for readers of feeds (Atom)."""
    of = [(list_feed(name), register.label, f"list/{name}/index.html") for name, register in world.listed.items()]
    of += [(department_feed(organ), name, f"department/{organ}.html") for organ, name in sorted(world.organs.items())]
    for address, title, page in of:
        about = page.split("/")[1]
        where = ("register", about) if page.startswith("list/") else ("department", about.removesuffix(".html"))
        entries = [_entry(world, row) for row in _newest(world, *where)]
        path = inside(folder, address)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_feed(world.site, address, title, page, entries), encoding="utf-8", newline="\n")
    return [address for address, _, _ in of]


def _newest(world: World, column: str, value: str) -> list[tuple[str, ...]]:
    """Return the newest records shown of a register or department; those that share a day in the order of lists."""
    listed = ", ".join("?" * len(world.listed))
    query = (
        "SELECT shown.register, row.key, shown.date, row.vals, entity.name, entity.address, shown.organ FROM shown"
        " JOIN row ON row.id = shown.row JOIN entity ON entity.key = shown.entity"
        f" WHERE shown.{column} = ? AND shown.register IN ({listed})"
        f" ORDER BY shown.date DESC, row.key LIMIT {NEWEST}"
    )
    return world.store.execute(query, (value, *world.listed)).fetchall()


def _entry(world: World, row: tuple[str, ...]) -> Entry:
    name, key, date, values, party, address, organ = row
    register = world.listed[name]
    titles = [text for text in read_fields(register, json.loads(values), register.title) if text]
    said = [register.label, organ, show_date(date) if date else ""]
    return Entry(
        f"{address}#{anchor(name, key)}", "：".join([party, *titles[:1]]), date or NO_DAY, "，".join(filter(None, said))
    )


def write_counted(world: World, folder: Path) -> list[str]:
    """Write what is counted but not shown for programs (a JSON object a line); none where there is nothing."""
    told = [
        {
            "register": name,
            "label": world.registers[name].label,
            "why": REASONS[reason],
            "count": count,
            "mark": "仅统计",
        }
        for (name, reason), count in world.only_counted.items()
    ]
    if not told:
        return []
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
    (folder / COUNTED_FEED).write_text(text, encoding="utf-8", newline="\n")
    return [COUNTED_FEED]


def _plain(entry: Context) -> Context:
    changed = [{**item, "records": [r["address"] for r in item["records"]]} for item in entry["changed"]]
    return {"day": entry["day"], "address": entry["address"], "changed": changed, "gone": entry["gone"]}


def _atom(site: Site, told: Sequence[Context]) -> str:
    entries = []
    for entry in told:
        said = [f"{item['what']}：{item['label']} {item['count']:,} 条" for item in entry["changed"]]
        said += [f"停止公示：{item['reason']} {item['count']:,} 条" for item in entry["gone"]]
        entries.append(Entry(entry["address"], entry["date"], entry["day"], "；".join(said)))
    return _feed(site, "changes/feed.xml", TITLE, INDEX, entries)


def _feed(site: Site, address: str, title: str, page: str, entries: Sequence[Entry]) -> str:
    """Return a feed whose times are those of its entries: written again without news it is the same."""
    home = escape(site.address)
    parts = [
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n<id>{home}{address}</id>',
        f"<title>{escape(site.name)} - {escape(title)}</title>",
        f'<link rel="self" href="{home}{address}"/><link href="{home}{page}"/>',
        f"<author><name>{escape(site.formal_name)}</name></author>",
        f"<updated>{max((entry.day for entry in entries), default=NO_DAY)}T00:00:00+08:00</updated>",
    ]
    for entry in entries:
        place = escape(site.address + entry.address)
        parts += [
            f"<entry><id>{place}</id><title>{escape(entry.title)}</title><updated>{entry.day}T00:00:00+08:00</updated>",
            f'<link href="{place}"/><content type="text">{escape(entry.said)}</content></entry>',
        ]
    return "\n".join([*parts, "</feed>\n"])


def _sitemap_of(site: Site, parts: Sequence[str]) -> str:
    places = "".join(f"<sitemap><loc>{escape(site.address + part)}</loc></sitemap>\n" for part in parts)
    return f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{places}</sitemapindex>\n"


def _sitemap(site: Site, addresses: list[str]) -> str:
    places = "".join(f"<url><loc>{escape(site.address + address)}</loc></url>\n" for address in addresses)
    return f"{_HEAD}<urlset {_NAMESPACE}>\n{places}</urlset>\n"
