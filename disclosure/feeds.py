"""Files for machines that every site has: sitemap.xml, robots.txt, and what the server shows of this release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from disclosure.pages import Page
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
