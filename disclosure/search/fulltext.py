"""The full text by Pagefind, which is given our own pairs of characters so that Chinese is never missed."""

import gzip
import json
import re
import subprocess
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from pagefind_bin import get_executable  # type: ignore[import-untyped]

from disclosure.search.text import units

PATIENCE = 600  # seconds that Pagefind may take
PUBLISHED = ("pagefind-worker.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "index/*", "filter/*", "fragment/*")
HEAD = '<!doctype html><html lang="und">'
WORKER = Path(__file__).with_name("worker.js")
TITLE = 8  # how much more a word weighs in a title
SIGNATURE = b"pagefind_dcd"  # before all that Pagefind unpacks; what begins with it need not be packed
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Document:
    """One text that can be found: where it is, what it is called, its paragraphs, each with the name it goes by or "".

    `sort` is article or record. A record's title is not searched: it is a name, and names are found as entities.
    `meta` holds further facts for the result: date, note, until (the last day on which it is shown, "": no last day).
    """

    address: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]
    sort: str = "article"
    meta: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All paragraphs, without their names."""
        return "\n".join(text for _, text in self.paragraphs)


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


def write_fulltext(
    documents: Iterable[Document],
    folder: Path,
    *,
    facts: dict[str, object] | None = None,
    program: Path | None = None,
    patience: float = PATIENCE,
) -> FulltextReport:
    """Writes the full-text index below `folder`: entry.json with `facts`, and the bundle under a name made from its content.

    Raises FulltextError where `program`, Pagefind's own if none is given, is not done within `patience` seconds.
    """
    ordered = sorted(documents, key=lambda one: one.address)
    with TemporaryDirectory(prefix="fulltext-") as temporary:
        source, made = Path(temporary, "source"), Path(temporary, "made")
        _write_source(ordered, source)
        _run_pagefind(source, made, program or get_executable(), patience)
        files = _bundle(made, ordered)
    bundle = _content_hash(files)
    for path, data in files.items():
        _write(folder / bundle / path, data)
    write_entry(folder, bundle, facts or {})
    paths = ("entry.json", *(f"{bundle}/{path}" for path in files))
    return FulltextReport(len(ordered), bundle, paths, sum((folder / path).stat().st_size for path in paths))


def write_entry(folder: Path, bundle: str, facts: dict[str, object]) -> None:
    """Writes entry.json, which says where the bundle is ("": there is none) and what a page may say of it."""
    told = json.dumps({"bundle": bundle, **facts}, ensure_ascii=False, sort_keys=True)
    _write(folder / "entry.json", f"{told}\n".encode())


def squeezed(text: str) -> str:
    """The letters and figures of a text, without width, case, blanks and signs. The page squeezes queries so too."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower().replace("ς", "σ"))


def pairs(text: str) -> list[str]:
    """Each two neighbours of the squeezed text; a text of one stands alone."""
    plain = squeezed(text)
    return [plain[at : at + 2] for at in range(len(plain) - 1)] or [plain][: len(plain)]


def token(pair: str) -> str:
    """A pair as a word of plain letters, four a character: Pagefind cuts Chinese pairs anew and loses one in a hundred."""
    letters = "".join(f"{ord(unit):04x}" for unit in units(pair)).translate(_LETTERS)
    return letters if len(pair) > 1 else "q" + letters


def _write_source(documents: Sequence[Document], source: Path) -> None:
    source.mkdir()
    for number, document in enumerate(documents):
        (source / f"{number:06}.html").write_text(_page(document), encoding="utf-8")
    if not any(map(_says, documents)):
        (source / "none.html").write_text(f"{HEAD}<body data-pagefind-body>zz</body></html>", encoding="utf-8")


def _says(document: Document) -> bool:
    """Whether it has a word to find; Pagefind leaves out what has none."""
    return bool(squeezed(document.text) or (document.sort != "record" and squeezed(document.title)))


def _page(document: Document) -> str:
    """A page whose words are pairs; what is to be read is laid into the bundle afterwards.

    An article that says a word often, or in its title, comes first; a record is short and says it once.
    """
    # One filter of one value: several Pagefind writes in any order, and the same input would not give the same bytes.
    sort = '<meta data-pagefind-filter="record[content]" content="is">' if document.sort == "record" else ""
    title, text = pairs(document.title), pairs(document.text)
    body = _words(dict.fromkeys(text)) if document.sort == "record" else f"{_words(title, TITLE)}{_words(text)}"
    return f"{HEAD}<head>{sort}</head><body data-pagefind-body>{body}</body></html>"


def _words(found: Iterable[str], weight: int = 1) -> str:
    return f'<p data-pagefind-weight="{weight}">{" ".join(map(token, found))}</p>'


def _run_pagefind(source: Path, made: Path, program: Path, patience: float) -> None:
    """Runs Pagefind to its end or to the end of our patience; what it says goes to a file, which nothing can hold open."""
    command = [str(program), "--site", str(source), "--output-path", str(made), "--force-language", "und", "--silent"]
    said = source.with_name("said")
    try:
        with said.open("wb") as out:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                timeout=patience,
                check=False,
                cwd=source,
            )
    except subprocess.TimeoutExpired as late:
        raise FulltextError(f"{patience:g} 秒内没有做完") from late
    except OSError as error:
        raise FulltextError(f"程序运行不起来（{error.strerror}）") from error
    if done.returncode or not (made / "pagefind-entry.json").exists():
        last = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise FulltextError("；".join([f"程序以代码 {done.returncode} 结束", *last]))


def _bundle(made: Path, documents: Sequence[Document]) -> dict[str, bytes]:
    """The files that a page needs, by path, and our own script that runs Pagefind's worker."""
    found = {path.relative_to(made).as_posix(): path for pattern in PUBLISHED for path in made.glob(pattern)}
    files = {path: found[path].read_bytes() for path in sorted(found)}
    _hold_whole(files, sum(map(_says, documents)) or 1)
    for path, data in files.items():
        if path.startswith("fragment/"):
            files[path] = _fragment(data, documents)
    return {**files, "worker.js": WORKER.read_bytes()}


def _hold_whole(files: dict[str, bytes], documents: int) -> None:
    """Raises FulltextError where a file is missing or cut short: Pagefind does not notice when the disk refuses its last bytes."""
    cut = [path for path, data in files.items() if not _is_whole(path, data)]
    if cut or sum(path.startswith("fragment/") for path in files) != documents:
        raise FulltextError(f"它写出的文件不完整（{cut[0] if cut else 'fragment/'}），多半是磁盘已满或出错")


def _is_whole(path: str, data: bytes) -> bool:
    if path.endswith((".js", ".json")):
        return data.endswith((b"})();", b"}"))
    try:
        return _unpacked(data).startswith(SIGNATURE)
    except (OSError, EOFError, zlib.error):
        return False


def _unpacked(data: bytes) -> bytes:
    return data if data.startswith(SIGNATURE) else gzip.decompress(data)


def _fragment(data: bytes, documents: Sequence[Document]) -> bytes:
    """What a page is given of one document: the text itself in place of its pairs, in plain bytes that an audit can read."""
    told = json.loads(_unpacked(data).removeprefix(SIGNATURE))
    number = re.search(r"(\d+)\.html$", told["url"])
    if number:
        one = documents[int(number[1])]
        meta = {**one.meta, "address": one.address, "title": one.title, "paragraphs": [*map(list, one.paragraphs)]}
        told |= {"url": "", "content": "", "anchors": [], "meta": meta}
    return SIGNATURE + json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _content_hash(files: dict[str, bytes]) -> str:
    told = json.dumps({path: blake2b(data, digest_size=8).hexdigest() for path, data in files.items()})
    return blake2b(told.encode(), digest_size=6).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
