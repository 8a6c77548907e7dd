"""The full text of articles by Pagefind, which is given our own pairs of characters so that Chinese is never missed."""

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from pagefind_bin import get_executable  # type: ignore[import-untyped]

from disclosure.search.shards import script
from disclosure.search.text import units

PATIENCE = 600  # seconds that Pagefind may take
PUBLISHED = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "index/*", "fragment/*")
HEAD = '<!doctype html><html lang="und">'
OPEN = 'searchArticles(import("./pagefind.js"))\n'
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_GAP = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")  # what a link or a line's end leaves between characters
_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Document:
    """One article: its address, title, plain text, and further facts for the result (`date`)."""

    address: str
    title: str
    text: str
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FulltextReport:
    """What was written: the bundle's folder, all paths relative to the given folder, and their bytes."""

    documents: int
    bundle: str
    paths: tuple[str, ...]
    bytes: int

    @property
    def files(self) -> int:
        """How many files were written."""
        return len(self.paths)


class FulltextError(Exception):
    """Pagefind did not make an index; the message is what it said."""


def write_fulltext(documents: Iterable[Document], folder: Path) -> FulltextReport:
    """Writes the full-text index below `folder`: entry.js, and the bundle under a name made from its content."""
    with TemporaryDirectory(prefix="fulltext-") as temporary:
        source, made = Path(temporary, "source"), Path(temporary, "made")
        count = _write_source(documents, source)
        _run_pagefind(source, made)
        files = _bundle(made)
        bundle = _content_hash(files)
        for path, data in files.items():
            _write(folder / bundle / path, data)
    _write(folder / "entry.js", script(bundle))
    paths = ("entry.js", *(f"{bundle}/{path}" for path in files))
    return FulltextReport(count, bundle, paths, sum((folder / path).stat().st_size for path in paths))


def pairs(text: str) -> list[str]:
    """Each two neighbours of every run of letters and figures; a run of one stands alone. The page cuts queries so too."""
    found = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        found += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
    return found


def token(pair: str) -> str:
    """A pair as a word of plain letters, four a character: Pagefind cuts Chinese pairs anew and loses one in a hundred."""
    letters = "".join(f"{ord(unit):04x}" for unit in units(pair)).translate(_LETTERS)
    return letters if len(pair) > 1 else "q" + letters


def _write_source(documents: Iterable[Document], source: Path) -> int:
    source.mkdir()
    count = 0
    for count, document in enumerate(sorted(documents, key=lambda one: one.address), start=1):
        (source / f"{count:06}.html").write_text(_page(document), encoding="utf-8")
    if not count:
        (source / "none.html").write_text(f"{HEAD}<body data-pagefind-body>zz</body></html>", encoding="utf-8")
    return count


def _page(document: Document) -> str:
    """A page whose words are pairs; what is to be read stands in its meta data."""
    facts = {**document.meta, "address": document.address, "title": document.title, "content": document.text}
    metas = "".join(f'<meta data-pagefind-meta="{escape(name)}[content]" content="{escape(value)}">'
                    for name, value in facts.items())  # fmt: skip
    words = " ".join(map(token, pairs(f"{document.title}\n{_GAP.sub('', document.text)}")))
    return f"{HEAD}<head>{metas}</head><body data-pagefind-body><p>{words}</p></body></html>"


def _run_pagefind(source: Path, made: Path) -> None:
    command = [
        str(get_executable()),
        "--site",
        str(source),
        "--output-path",
        str(made),
        "--force-language",
        "und",
        "--silent",
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, cwd=source)
    except subprocess.TimeoutExpired as late:
        raise FulltextError(f"no answer within {PATIENCE} s") from late
    if done.returncode or not (made / "pagefind-entry.json").exists():
        raise FulltextError(done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}")


def _bundle(made: Path) -> dict[str, bytes]:
    """The files that a page needs, by path, and the script that opens them."""
    found = {path.relative_to(made).as_posix(): path for pattern in PUBLISHED for path in made.glob(pattern)}
    return {**{path: found[path].read_bytes() for path in sorted(found)}, "open.js": OPEN.encode()}


def _content_hash(files: dict[str, bytes]) -> str:
    told = json.dumps({path: blake2b(data, digest_size=8).hexdigest() for path, data in files.items()})
    return blake2b(told.encode(), digest_size=6).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
