"""The audit: what was written is read again and held against what was planned; one fault refuses the release."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from disclosure.compress import ENDINGS, TEXTS, plain
from disclosure.files import same_file, walk
from disclosure.intake import withheld_digest
from disclosure.problems import Place, Problem
from disclosure.workers import each

CHUNK = 500
_FULL_WIDTH = re.compile("[０-９]")
_TOKEN = re.compile("[0-9A-Za-z]{8,}")
_IDENTITY = re.compile(
    r"[1-9]\d{5}(?:19\d{2}|200\d|201[0-2])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]", re.ASCII
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass
class Seen:
    """What reading some files found: faults, the ids of pages, the anchors they want, the files they miss."""

    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    wanted: set[tuple[str, str, str]] = field(default_factory=set)
    missing: dict[str, list[str]] = field(default_factory=dict)

    def add(self, other: Seen) -> None:
        """Take in what reading other files found."""
        self.problems += other.problems
        self.ids |= other.ids
        self.wanted |= other.wanted
        for target, pages in other.missing.items():
            self.missing.setdefault(target, []).extend(pages)


@dataclass(frozen=True)
class Measure:
    """What files are held against: every address of the site, its own address, and the digests of withheld numbers."""

    addresses: frozenset[str]
    home: str
    withheld: frozenset[bytes]


@dataclass(frozen=True)
class Earlier:
    """The release before, which passed this audit: its folder, its pages, and what was withheld then."""

    folder: Path
    pages: frozenset[str]
    withheld: frozenset[bytes]


class _Desk:
    measure: Measure
    folder: Path


def audit(
    folder: Path,
    planned: Iterable[str],
    home: str,
    withheld: Iterable[bytes],
    jobs: int,
    earlier: Earlier | None = None,
) -> list[Problem]:
    """Return what is wrong with a finished site: pages missing or too many, dead links, personal numbers.

    A file that is the earlier release's own is read again only for what is new: numbers withheld since, targets gone.
    """
    there, before = walk(folder), walk(earlier.folder) if earlier else {}
    written, expected = set(there), set(planned)
    problems = [_broken(name, "计划了却没有写出") for name in sorted(expected - written)]
    problems += [_broken(name, "写出了却不在计划里") for name in sorted(written - expected)]
    measure = Measure(frozenset(written), home, frozenset(withheld))
    known = {name for name, stat in there.items() if same_file(stat, before.get(name))}

    def read(function: Callable[[Sequence[str]], Seen], names: Iterable[str]) -> Seen:
        listed, seen = sorted(names), Seen()
        chunks = [listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK)]
        for part in each(function, chunks, jobs, _sit_down, (measure, folder)):
            seen.add(part)
        return seen

    seen = read(_read_chunk, written - known)
    if earlier and measure.withheld - earlier.withheld:
        problems += read(_leaks_chunk, known).problems
    needles = _needles(earlier, seen.ids, written) if earlier else []
    if needles:
        seen.add(read(_read_chunk, read(partial(_naming_chunk, needles=needles), known).missing))
    return problems + seen.problems + _dead_ends(seen, folder)


def _needles(earlier: Earlier, ids: dict[str, frozenset[str]], written: set[str]) -> list[str]:
    """Return what a link to something that is there no more must contain: the names of pages gone, and anchors lost."""
    needles = [posixpath.basename(page) for page in earlier.pages if page.endswith(".html") and page not in written]
    for page, there in ids.items():
        if page in earlier.pages:
            lost = _ids(LexborHTMLParser((earlier.folder / page).read_text(encoding="utf-8")))
            needles += [f"{posixpath.basename(page)}#{anchor}" for anchor in {*lost} - there]
    return needles


def _dead_ends(seen: Seen, folder: Path) -> list[Problem]:
    problems = [
        _broken(pages[0], f"链接的 {target} 不存在（共 {len(set(pages)):,} 个页面链接它）")
        for target, pages in sorted(seen.missing.items())
    ]
    for page, target, anchor in sorted(seen.wanted):
        if target not in seen.ids:
            seen.ids[target] = frozenset(_ids(LexborHTMLParser((folder / target).read_text(encoding="utf-8"))))
        if anchor not in seen.ids[target]:
            problems.append(_broken(page, f"链接 {target}#{anchor} 没有这个锚点"))
    return problems


def _ids(tree: LexborHTMLParser) -> list[str]:
    return [value for node in tree.css("[id]") if (value := node.attributes["id"])]


def _sit_down(measure: Measure, folder: Path) -> None:
    _Desk.measure, _Desk.folder = measure, folder


def _naming_chunk(names: Sequence[str], needles: list[str]) -> Seen:
    """Return, as `missing`, the pages that contain one of the needles."""
    pattern = re.compile("|".join(map(re.escape, needles)))
    pages = [name for name in names if name.endswith(".html")]
    return Seen(
        missing={name: [] for name in pages if pattern.search((_Desk.folder / name).read_text(encoding="utf-8"))}
    )


def _leaks_chunk(names: Sequence[str]) -> Seen:
    seen = Seen()
    for name in names:
        path = _Desk.folder / name
        if path.suffix in TEXTS:
            seen.problems += _leaks(name, path.read_text(encoding="utf-8", errors="replace"))
    return seen


def _read_chunk(names: Sequence[str]) -> Seen:
    seen = Seen()
    for name in names:
        path = _Desk.folder / name
        if path.suffix in TEXTS:
            text = path.read_text(encoding="utf-8", errors="replace")
            seen.problems += _leaks(name, text)
            if path.suffix == ".html":
                _read_page(name, text, seen)
        elif path.suffix in ENDINGS.values():
            seen.problems += _unlike(name, path)
    return seen


def _unlike(name: str, copy: Path) -> list[Problem]:
    """Return what is wrong with a compressed copy: it must hold what the file beside it holds, which is read itself."""
    data, beside = plain(copy), copy.with_suffix("")
    if beside.exists() and beside.read_bytes() == data:
        return []
    return [_broken(name, "压缩的一份与原文不同"), *_leaks(name, data.decode(errors="replace"))]


def _leaks(name: str, text: str) -> list[Problem]:
    withheld = _Desk.measure.withheld
    half = unicodedata.normalize("NFKC", text) if _FULL_WIDTH.search(text) else text
    tokens = [token for token in set(_TOKEN.findall(half)) if not token.isalpha()]
    found = [token for token in tokens if withheld_digest(token) in withheld or _is_identity(token)]
    why = "这个号码在报送文件里属于不公开的字段，或者是身份证号码"
    mend = "这是程序或模板的错误：成品没有发布，请联系维护人员"
    return [
        Problem("leak", Place(name), f"成品里有不得公开的号码（{token[:4]}…，共 {len(token)} 位）", why, mend)
        for token in found
    ]


def _is_identity(token: str) -> bool:
    """Say whether a token is an identity number (GB 11643-1999); reckoned here again, apart from the gate."""
    if not _IDENTITY.fullmatch(token):
        return False
    return "10X98765432"[sum(int(d) * w for d, w in zip(token, _WEIGHTS, strict=False)) % 11] == token[17].upper()


def _read_page(name: str, text: str, seen: Seen) -> None:
    tree = LexborHTMLParser(text)
    html = tree.root
    title = tree.css_first("title")
    if html is None or html.attributes.get("lang") != "zh-CN" or title is None or not title.text():
        seen.problems.append(_broken(name, "缺少标题或语言"))
    if not tree.css_first('meta[name="SiteName"]'):
        seen.problems.append(_broken(name, "缺少网页标签 SiteName（国办发〔2017〕47号）"))
    names = _ids(tree)
    seen.ids[name] = frozenset(names)
    if len(names) != len(seen.ids[name]):
        seen.problems.append(_broken(name, "有两个相同的 id"))
    folder = posixpath.dirname(name)
    for node in tree.css("[href], [src]"):
        link = node.attributes.get("href") or node.attributes.get("src") or ""
        if link.startswith("#"):
            target, anchor = name, unquote(link[1:])
        else:
            target, anchor = _target(folder, link, _Desk.measure.home)
        if not target:
            continue
        if target not in _Desk.measure.addresses:
            seen.missing.setdefault(target, []).append(name)
        elif anchor:
            seen.wanted.add((name, target, anchor))


@lru_cache(20_000)
def _target(folder: str, link: str, home: str) -> tuple[str, str]:
    """Return the file that a link leads to, "" where it leaves the site, and the anchor in it."""
    for start in (home, urlsplit(home).path):
        if link.startswith(start) and not link.startswith("//"):
            link, folder = link[len(start) :] or "index.html", ""
            break
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "", ""
    return posixpath.normpath(posixpath.join(folder, unquote(parts.path))), unquote(parts.fragment)


def _broken(name: str, what: str) -> Problem:
    return Problem(
        "broken-site",
        Place(name),
        what,
        "成品必须与计划一致，每个链接都通",
        "改正文章里的链接；若是程序自己的页面，请联系维护人员",
    )
