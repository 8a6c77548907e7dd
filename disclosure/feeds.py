"""Files for machines that every site has: sitemap.xml, robots.txt, and what the server shows of this release."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from disclosure.disclose import REASONS
from disclosure.pages import Context, Page, World
from disclosure.pages.changes import INDEX, NEWEST, TITLE, as_told, entries
from disclosure.pages.statistics import COUNTED_FEED
from disclosure.site import Site

NOBODYS = ("404", "search", "withdrawn", "moved")
PER_FILE = 50_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def write_feeds(site: Site, pages: Sequence[Page], folder: Path) -> list[str]:
    """Write the site maps (sitemaps.org, at most 50,000 addresses each) and robots.txt; return what was written."""
    written = dict(_sitemaps(site, [page.address for page in pages if page.sort not in NOBODYS]))
    written["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {site.address}sitemap.xml\n"
    for address, text in written.items():
        (folder / address).write_text(text, encoding="utf-8", newline="\n")
    return list(written)


def write_changes(world: World, folder: Path) -> list[str]:
    """Write what changed for readers of feeds (Atom, RFC 4287, the newest) and for programs (a JSON object a line, all)."""
    told = [as_told(world, entry) for entry in entries(world)]
    feed, lines = "changes/feed.xml", "changes/changes.jsonl"
    text = "".join(json.dumps(_plain(entry), ensure_ascii=False) + "\n" for entry in reversed(told))
    (folder / lines).write_text(text, encoding="utf-8", newline="\n")
    (folder / feed).write_text(_atom(world.site, told[:NEWEST]), encoding="utf-8", newline="\n")
    return [feed, lines]


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
    home = escape(site.address)
    parts = [
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n<id>{home}changes/feed.xml</id>',
        f"<title>{escape(site.name)} - {TITLE}</title>",
        f'<link rel="self" href="{home}changes/feed.xml"/><link href="{home}{INDEX}"/>',
        f"<author><name>{escape(site.formal_name)}</name></author>",
        f"<updated>{told[0]['day'] if told else '1970-01-01'}T00:00:00+08:00</updated>",
    ]
    for entry in told:
        said = [f"{item['what']}：{item['label']} {item['count']:,} 条" for item in entry["changed"]]
        said += [f"停止公示：{item['reason']} {item['count']:,} 条" for item in entry["gone"]]
        place = escape(site.address + entry["address"])
        parts += [
            f"<entry><id>{place}</id><title>{entry['date']}</title><updated>{entry['day']}T00:00:00+08:00</updated>",
            f'<link href="{place}"/><content type="text">{escape("；".join(said))}</content></entry>',
        ]
    return "\n".join([*parts, "</feed>\n"])


def _sitemaps(site: Site, addresses: list[str]) -> Iterator[tuple[str, str]]:
    parts = [addresses[at : at + PER_FILE] for at in range(0, len(addresses), PER_FILE)]
    if len(parts) <= 1:
        yield "sitemap.xml", _sitemap(site, addresses)
        return
    for number, part in enumerate(parts, 1):
        yield f"sitemap-{number}.xml", _sitemap(site, part)
    places = "".join(
        f"<sitemap><loc>{escape(site.address)}sitemap-{n}.xml</loc></sitemap>\n" for n in range(1, len(parts) + 1)
    )
    yield "sitemap.xml", f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{places}</sitemapindex>\n"


def _sitemap(site: Site, addresses: list[str]) -> str:
    places = "".join(f"<url><loc>{escape(site.address + address)}</loc></url>\n" for address in addresses)
    return f"{_HEAD}<urlset {_NAMESPACE}>\n{places}</urlset>\n"
