"""What every check of the audit is given: one written file, what files are held against, and what reading them gathered."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from disclosure.audit.many import Many
from disclosure.audit.rows import ROWS, portions
from disclosure.compress import TEXTS
from disclosure.contents import contents
from disclosure.problems import Place, Problem

# What a file that is no text is opened as: compressed copies, the parts of a full-text index, workbooks, databases.
PACKED = (".gz", ".br")
SEARCH = "search/"
Spell = Callable[[str, bytes], str]
_WITHIN = "(?:a|b|bdi|em|i|mark|s|small|span|strong|sub|sup|u|wbr)"
_INLINE = re.compile(rf"</?{_WITHIN}\b[^<>]*>")
_PARTED = re.compile(r"[0-9]\0+[^\0<]{0,2}[0-9Xx]")
_SCRIPT = re.compile(r"<(script|style)\b(?! type=\"application/ld).*?</\1>", re.S)
_LINKED = '<script type="application/ld+json">'  # holds words, and they are read
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r' (href|src|id)="([^"]*)"')
_BETWEEN = re.compile(r">([^<]+)")


@dataclass(frozen=True)
class Measure:
    """What files are held against: the site's addresses, its settings, the digests of withheld numbers, and all figures.

    `figures` has how many records each list holds, by its address, and what each entity's page holds: register and
    count, blanks between. `tags` are those that every page bears. `counted` changes when a count of `figures` does.
    """

    addresses: Container[str] = frozenset()
    home: str = ""
    withheld: frozenset[bytes] = frozenset()
    contacts: frozenset[str] = frozenset()
    tags: dict[str, str] = field(default_factory=dict)
    figures: Mapping[str, int | str] | Many = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    counted: str = ""


@dataclass
class Seen:
    """What reading some files found: faults, and what is judged when all are read.

    Those are the anchors that are there and those that are wanted, as marks; anchors that pages of the release before had
    and have no more; the files that pages miss; the anchors of other pages that they miss: (page, page, anchor); and
    numbers that are personal unless a register declares them as numbers: by check and number the first file.
    """

    problems: list[Problem] = field(default_factory=list)
    anchors: array[int] = field(default_factory=lambda: array("Q"))
    wanted: array[int] = field(default_factory=lambda: array("Q"))
    lost: list[str] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    astray: list[tuple[str, str, str]] = field(default_factory=list)
    suspects: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, other: Seen) -> None:
        """Take in what reading other files found, the marks of anchors aside."""
        self.problems += other.problems
        self.lost += other.lost
        self.astray += other.astray
        self.suspects = other.suspects | self.suspects
        for target, pages in other.missing.items():
            self.missing.setdefault(target, []).extend(pages)


@dataclass(frozen=True)
class Check:
    """One check: what it holds, and how: of which files (`page`, `text`, `copy`), of what people
    and programs read in them (`number`, `suspect`), or of all together (`plan`, `whole`)."""

    promise: str
    of: str
    find: Callable[..., Any]


class Written:
    """One written file, opened once for all checks; `spell` says what a script of the search says in full.

    What stands `coded` says nothing to people: its signs and figures may look like any number.
    """

    def __init__(
        self, folder: Path, name: str, text: str | None = None, spell: Spell | None = None, coded: bool = False
    ) -> None:
        self.folder, self.name, self.path, self.spell, self.coded = folder, name, folder / name, spell, coded
        if text is not None:
            self.text = text
        self.is_page = name.endswith(".html")
        self.is_copy = name.endswith(PACKED)

    @cached_property
    def text(self) -> str:
        """Its text, whatever it is wrapped in; bytes that are no text end a line."""
        if self.path.suffix in TEXTS and not (data := self.path.read_bytes()).startswith(b"\x1f\x8b"):
            return data.decode(errors="replace")
        parts = contents(self.name, self.path.read_bytes())
        return "\n".join(data.decode(errors="replace").replace("\ufffd", "\n") for data in parts)

    def to_read(self, frames: set[int], earlier: Path | None) -> Iterator[Written]:
        """Yield what of it is to be read for numbers: a table in portions, a page without what frames it and was read before.

        `frames` are the heads and feet of pages that were read, `earlier` is the release whose rows were. What the search
        writes in signs and figures is read as it is, and in full.
        """
        if self.path.suffix in ROWS:
            of_earlier = earlier / self.name if earlier else None
            yield from (Written(self.folder, self.name, text) for text in portions(self.path, of_earlier))
        elif self.is_page:
            yield Written(self.folder, self.name, self._unframed(frames))
        elif self.spelt:
            yield Written(self.folder, self.name, coded=True)
            yield Written(self.folder, self.name, self.spelt)
        else:
            yield self

    @cached_property
    def spelt(self) -> str:
        """What a script of the search says in full, "" of any other file."""
        if not self.spell or not self.name.startswith(SEARCH):
            return ""
        return self.spell(self.name.removeprefix(SEARCH), self.path.read_bytes())

    def _unframed(self, frames: set[int]) -> str:
        text = self.text
        body, opens, closes = text.find("<body"), text.find("<main"), text.rfind("</main>")
        if not 0 <= body < opens < closes:
            return text
        frame = hash(text[body:opens] + text[closes:])
        if frame in frames:
            return text[:body] + text[opens:closes]
        frames.add(frame)
        return text

    @cached_property
    def _between(self) -> str:
        """What stands between the tags of a page, a NUL between."""
        text = self.text
        if text.count("<script") - text.count(_LINKED) != text.count("></script>") or "<style" in text:
            text = _SCRIPT.sub("", text)
        return "\0".join(_BETWEEN.findall(f">{text}"))

    @cached_property
    def parted(self) -> bool:
        """Say whether a tag stands between two digits."""
        return self._marked_up and bool(_PARTED.search(self._between))

    @property
    def _marked_up(self) -> bool:
        return self.path.suffix in (".html", ".xml", ".svg")

    @cached_property
    def said(self) -> str:
        """What people read of it: of a page the words, parted where lines are, joined within a line."""
        if not self._marked_up:
            return self.text
        text = _TAG.sub("\n", _INLINE.sub("", self.text)) if self.parted else self._between.replace("\0", "\n")
        return unescape(text) if "&" in text else text

    @cached_property
    def values(self) -> set[str]:
        """Every value of an attribute of a page, once."""
        return set(self.text.split('"')[1::2])

    @cached_property
    def bare(self) -> str:
        """All that may hold a number: what people read, and each value of an attribute once; all of it where it is no page."""
        if not self.is_page or "<!--" in self.text:
            return self.text
        return "\n".join([self.said, *self.values])

    @cached_property
    def attributes(self) -> list[tuple[str, str]]:
        """Every href, src and id of a page in order. A page that writes one otherwise than in "…" is parsed for them."""
        found = [(name, unescape(value) if "&" in value else value) for name, value in _ATTRIBUTE.findall(self.text)]
        written = sum(map(self.text.count, ("href", "src=", " id=", "\nid=", "HREF", "SRC=", " ID=")))
        return found if written == len(found) else self.parsed()

    def parsed(self) -> list[tuple[str, str]]:
        """The same, as a parser reads them: slower, and never deceived by a text that looks like an attribute."""
        # A list of selectors would give a node once for each that fits.
        nodes = LexborHTMLParser(self.text).css(":is([href], [src], [id])")
        pairs = ((name, node.attributes.get(name)) for node in nodes for name in ("href", "src", "id"))
        return [(name, value) for name, value in pairs if value is not None]

    @cached_property
    def ids(self) -> list[str]:
        """Every id of a page."""
        return [value for name, value in self.attributes if name == "id" and value]


def broken(name: str, what: str, mend: str = "改正文章里的链接；若是程序自己的页面，请联系维护人员") -> Problem:
    """Return a fault of a finished site."""
    return Problem("broken-site", Place(name), what, "成品必须与计划一致，每个链接都通", mend)
