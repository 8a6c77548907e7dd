"""The theme: where its files are, and the style and scripts that pages carry."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rjsmin import jsmin

OWN = Path(__file__).resolve().parent.parent / "theme"
# The style sheet of every page, in order; each kind of page has one beside it, of the parts that its templates name and
# its own css/pages/<kind>.css; what is drawn when a search box is first used comes with the script that draws it.
SITE, KIND, LATER = (
    ("tokens.css", "base.css", "layout.css", "parts/*.css", "print.css"),
    "pages/*.css",
    ("suggestions",),
)
NAMED = re.compile(r"parts/(\w+)\.html|\{# css: ([\w ]+)|(records/)\"")


@dataclass(frozen=True)
class Assets:
    """The hashed address of every style and script, by its plain name, and their bytes by address."""

    addresses: dict[str, str]
    contents: dict[str, bytes]

    @property
    def fingerprint(self) -> str:
        """What changes when any of them changes."""
        return hashlib.blake2b("".join(sorted(self.contents)).encode(), digest_size=12).hexdigest()


def gather(folders: Sequence[Path]) -> Assets:
    """Return the style sheets and every script; a file in an earlier folder replaces a later one's."""
    files = styles(folders) | {path.name: _read(path) for path in _files(folders, "js/*.js")}
    addresses = {name: _hashed(name, data) for name, data in files.items()}
    return Assets(addresses, {addresses[name]: data for name, data in files.items()})


def styles(folders: Sequence[Path]) -> dict[str, bytes]:
    """Return every style sheet: site.css, one for each kind of page, and those that come later.

    A part that no page names stands in site.css, as what layout.html names does.
    """
    named = naming(folders)
    pages = {Path(name).stem: parts_of(named, name) for name in named if name.startswith("pages/")}
    always = parts_of(named, "layout.html")
    parts = {path.stem: path for path in _files(folders, "css/parts/*.css")}
    own = {path.stem: path for path in _files(folders, f"css/{KIND}")}
    at_once = [name for name in parts if name in always or not any(name in of_page for of_page in pages.values())]
    every = [
        path
        for pattern in SITE
        for path in _files(folders, f"css/{pattern}")
        if path.parent.name != "parts" or (path.stem in at_once and path.stem not in LATER)
    ]
    sheets = {"site.css": every} | {f"{name}.css": [parts[name]] for name in LATER if name in parts}
    for kind, of_page in pages.items():
        sheets[f"{kind}.css"] = [parts[name] for name in parts if name in of_page and name not in at_once]
        sheets[f"{kind}.css"] += [own[kind]] if kind in own else []
    return {name: b"\n".join(map(_read, paths)) for name, paths in sheets.items() if paths}


def whole_style(folders: Sequence[Path]) -> str:
    """Return all styles of all pages as they are written, in the order of their layers."""
    patterns = (*SITE, KIND, "gallery.css")
    return "\n".join(
        path.read_text(encoding="utf-8") for pattern in patterns for path in _files(folders, f"css/{pattern}")
    )


def naming(folders: Sequence[Path]) -> dict[str, set[str]]:
    """Return for every template those that it names: parts, by their macro or as {# css: one another #}, and those of records."""
    paths = {path.relative_to(path.parents[1]).as_posix(): path for path in _files(folders, "templates/*/*.html")}
    paths |= {path.name: path for path in _files(folders, "templates/*.html")}
    of_records = {name for name in paths if name.startswith("records/")}
    named = dict[str, set[str]]()
    for name, path in paths.items():
        found = NAMED.findall(path.read_text(encoding="utf-8"))
        parts = {part for macro, listed, _ in found for part in (macro, *listed.split()) if part}
        named[name] = {f"parts/{part}.html" for part in parts} | (of_records if any(of for *_, of in found) else set())
    return named


def parts_of(named: Mapping[str, set[str]], template: str) -> set[str]:
    """Return the parts that a template names, and those that these name, of what `naming` found."""
    seen, waiting = set[str](), [template]
    while waiting:
        new = named.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return {Path(name).stem for name in seen if name.startswith("parts/")}


def write_assets(assets: Assets, out: Path) -> list[str]:
    """Write every style and script below `out`; return their addresses."""
    for address, data in assets.contents.items():
        path = out / address
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return list(assets.contents)


def _files(folders: Sequence[Path], pattern: str) -> list[Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob(pattern):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    return [found[name] for name in sorted(found)]


def _read(path: Path) -> bytes:
    """The bytes of a file; of our own only what a browser needs, another's are left as they are."""
    data = path.read_bytes()
    return lean(data, path.suffix) if os.path.realpath(path).startswith(f"{OWN}{os.sep}") else data


# A text in quotes stays; elsewhere a style needs no blanks around braces, and none behind what parts values. The kept
# library for styles, rcssmin, takes the blank before :is( away, which says something.
_QUOTED_OR_LOOSE = re.compile(rb"""("[^"\n]*"|'[^'\n]*')|\s*(?:;\s*(?=\})|([{};])|(?<=[:,])(?=\s))\s*""")
_COMMENT = re.compile(rb"^[ \t]*/\*(?:(?!\*/)[\s\S])*\*/[ \t]*$", re.M)


@lru_cache(512)
def lean(data: bytes, suffix: str) -> bytes:
    """A style (.css) or script (.js) without what a browser does not need; a script's comment that begins with ! stays."""
    if suffix == ".js":
        return bytes(jsmin(data, keep_bang_comments=True))
    return _QUOTED_OR_LOOSE.sub(lambda match: match[1] or match[2], _COMMENT.sub(b"", data)).strip()


def _hashed(name: str, data: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


def template_fingerprint(folders: Sequence[Path]) -> str:
    """Return what changes when any template changes."""
    digest = hashlib.blake2b(digest_size=12)
    for path in _files(folders, "templates/**/*.html"):
        digest.update(path.read_bytes())
    return digest.hexdigest()
