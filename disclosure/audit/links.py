"""Links: every one that leads into the site leads to a file that is there, and to an id that is on it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from disclosure.audit.desk import Measure, Seen, Written, broken
from disclosure.audit.many import mark
from disclosure.needles import Needles
from disclosure.problems import Problem


def ids(file: Written, measure: Measure) -> Iterator[Problem]:
    """No two parts of a page have one id."""
    if len(file.ids) != len(set(file.ids)):
        sure = [value for name, value in file.parsed() if name == "id"]
        if len(sure) != len(set(sure)):
            yield broken(file.name, "有两个相同的 id")


def gather(file: Written, measure: Measure, seen: Seen) -> None:
    """Enter the anchors of a page, the files it misses and the anchors it wants elsewhere."""
    seen.anchors.extend(mark(f"{file.name}#{anchor}") for anchor in frozenset(file.ids))
    missing, wanted = _wants(file, measure)
    for target in missing:
        seen.missing.setdefault(target, []).append(file.name)
    seen.wanted.extend(mark(f"{target}#{anchor}") for _, target, anchor in wanted)


def astray(file: Written, measure: Measure, marks: frozenset[int]) -> list[tuple[str, str, str]]:
    """Return the anchors with these marks that a page wants: (it, the other page, the anchor)."""
    return [link for link in _wants(file, measure)[1] if mark(f"{link[1]}#{link[2]}") in marks]


def lost(file: Written, before: Path) -> list[str]:
    """Return what a link to an anchor must contain that a page had before and has no more."""
    old = Written(before, file.name)
    if not old.path.exists():
        return []
    return [f"{posixpath.basename(file.name)}#{anchor}" for anchor in {*old.ids} - {*file.ids}]


def _wants(file: Written, measure: Measure) -> tuple[list[str], set[tuple[str, str, str]]]:
    """Return the files that a page misses, and the anchors that it wants but does not have itself."""
    there = {(file.name, file.name, anchor) for anchor in file.ids}
    missing, wanted = _links(file.name, file.attributes, measure)
    if missing or any(link[1] == file.name and link not in there for link in wanted):
        missing, wanted = _links(file.name, file.parsed(), measure)
    return missing, wanted - there


def _links(
    name: str, attributes: Iterable[tuple[str, str]], measure: Measure
) -> tuple[list[str], set[tuple[str, str, str]]]:
    folder, missing, wanted = posixpath.dirname(name), [], set()
    for attribute, link in attributes:
        if attribute == "id":
            continue
        target, anchor = (name, unquote(link[1:])) if link.startswith("#") else target_of(folder, link, measure.home)
        if target and target not in measure.addresses:
            missing.append(target)
        elif target and anchor:
            wanted.add((name, target, anchor))
    return missing, wanted


@lru_cache(20_000)
def target_of(folder: str, link: str, home: str) -> tuple[str, str]:
    """Return the file that a link leads to, "" where it leaves the site, and the anchor in it."""
    for start in (home, urlsplit(home).path):
        if link.startswith(start) and not link.startswith("//"):
            link, folder = link[len(start) :] or "index.html", ""
            break
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "", ""
    return posixpath.normpath(posixpath.join(folder, unquote(parts.path))), unquote(parts.fragment)


def dead_links(seen: Seen, folder: Path) -> Iterator[Problem]:
    """Every link leads to a file."""
    for target, pages in sorted(seen.missing.items()):
        yield broken(pages[0], f"链接的 {target} 不存在（共 {len(set(pages)):,} 个页面链接它）")


def dead_anchors(seen: Seen, folder: Path) -> Iterator[Problem]:
    """Every link to a part of a page leads to an id on it."""
    ids: dict[str, list[str]] = {}
    for page, target, anchor in sorted(seen.astray):
        if target not in ids:
            ids[target] = Written(folder, target).ids
        if anchor not in ids[target]:
            yield broken(page, f"链接 {target}#{anchor} 没有这个锚点")


def needles(gone: Iterable[str], seen: Seen) -> list[str]:
    """Return what a link to something that is there no more must contain: the names of pages gone, and anchors lost."""
    return [*map(posixpath.basename, gone), *seen.lost]


def naming(files: Iterable[Written], wanted: list[str]) -> list[str]:
    """Return the pages that contain one of these words: after a day with thousands of pages gone they are many."""
    words = Needles(wanted)
    return [file.name for file in files if words.within(file.text)]
