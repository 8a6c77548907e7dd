"""Shards: small scripts named by their content, and the tree of shards in which sorted rows are looked up."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from os.path import commonprefix
from pathlib import Path
from zlib import crc32

from disclosure.search.digits import ALPHABET

LEAST, MOST = 850, 3600  # bytes: a shard is cut after the first row that says so, and at the latest when it is full
ROOT = 3000  # bytes of the root of a tree, which stands in the entry itself
_BEGIN, _END = "S`", "`"  # a template that is handed to the function S of the page
_HASH = "abcdefghijklmnopqrstuvwxyz234567"
_ESCAPED = re.compile(r"[`\\$\r\0\ud800-\udfff]")


@dataclass
class Shelf:
    """A folder that takes scripts and remembers what it was given: path below it and bytes; what `before`, an older folder,
    has under the same hashed name is not written again.
    """

    folder: Path
    before: Path | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def put(self, path: str, body: str) -> None:
        """Writes one script unless the same bytes stand there already."""
        self._place(path, script(body), None)

    def put_named(self, path: str, body: str) -> None:
        """Writes one script whose path has a hash of its body in it, or takes it over from before."""
        self._place(path, script(body), self.before)

    def put_hashed(self, kind: str, body: str) -> str:
        """Writes one script under a name of eight characters made from its body and returns the name."""
        name = digest(body)
        while (path := f"{kind}/{name[:1]}/{name[1:]}.js") in self.sizes and not self._is(path, body):
            name = digest(name + body)  # one in a million of millions: two of the same hash
        if path not in self.sizes:
            self.put_named(path, body)
        return name

    def _is(self, path: str, body: str) -> bool:
        return self.sizes[path] == len(data := script(body)) and (self.folder / path).read_bytes() == data

    def _place(self, path: str, data: bytes, before: Path | None) -> None:
        self.sizes[path] = len(data)
        file = os.path.join(self.folder, path)
        parent = os.path.dirname(file)
        if parent not in self.made:
            os.makedirs(parent, exist_ok=True)
            self.made.add(parent)
        if before and _linked(os.path.join(before, path), file, len(data)):
            return
        try:
            with open(file, "xb") as out:
                out.write(data)
        except FileExistsError:
            _replace(file, data)


def _linked(old: str, new: str, size: int) -> bool:
    """Give a file of that size a second place, where the disk allows it."""
    try:
        if os.stat(old).st_size != size:
            return False
        os.link(old, new)
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Tree:
    """Sorted rows on a shelf: the root's rows, and the levels of shards below, lowest first: where each begins, its name."""

    root: str
    levels: tuple[tuple[tuple[str, str], ...], ...]

    kind: str

    @property
    def depth(self) -> int:
        """How many shards are read for one row."""
        return len(self.levels)

    @cached_property
    def _shards(self) -> list[tuple[list[str], list[str]]]:
        """Of every level where its shards begin, and their files."""
        return [
            ([begin for begin, _ in level], [f"{self.kind}/{name[:1]}/{name[1:]}.js" for _, name in level])
            for level in self.levels
        ]

    def path(self, key: str) -> set[str]:
        """The files that are read for the row of a key."""
        found = ((files, bisect_right(begins, key) - 1) for begins, files in self._shards)
        return {files[at] for files, at in found if at >= 0}


def script(body: str) -> bytes:
    """The body as a script that hands it to the page."""
    return f"{_BEGIN}{_ESCAPED.sub(_escape, body)}{_END}".encode()


def script_body(data: bytes) -> str:
    """The body that `script` wrote, read from the bytes."""
    text = data.decode().removeprefix(_BEGIN).removesuffix(_END)
    return re.sub(r"\\(u[0-9a-f]{4}|.)", lambda m: chr(int(m[1][1:], 16)) if m[1][1:] else m[1], text, flags=re.S)


def digest(text: str) -> str:
    """Eight characters of a hash, small letters and digits only, for file systems that know no case."""
    value = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).digest(), "big")
    return "".join(_HASH[value >> shift & 31] for shift in range(35, -1, -5))


def tree(shelf: Shelf, kind: str, rows: Iterable[tuple[str, str]]) -> Tree:
    """Writes sorted rows as shards, and as further shards what says where they lie, up to a root."""
    level = tuple(_level(shelf, kind, rows, shortest=True))
    levels = [level]
    while sum(len(key.encode("utf-8", "surrogatepass")) + len(value) + 3 for key, value in level) > ROOT:
        level = tuple(_level(shelf, kind, level, shortest=False))
        levels.append(level)
    return Tree(pack(level), tuple(levels), kind)


def _level(shelf: Shelf, kind: str, rows: Iterable[tuple[str, str]], *, shortest: bool) -> Iterator[tuple[str, str]]:
    """The first key of each shard (or so much of it as parts it from the shard before) and the shard's name."""
    before = ""
    for chunk in _chunks(rows, LEAST if shortest else 2 * LEAST):
        first = chunk[0][0]
        needed = len(commonprefix([before, first])) + 1 if shortest else len(first)
        yield first[:needed], shelf.put_hashed(kind, pack(chunk))
        before = chunk[-1][0]


def _chunks(rows: Iterable[tuple[str, str]], least: int) -> Iterator[list[tuple[str, str]]]:
    """The rows in runs whose ends depend on the rows near them only, so that one new row changes one run."""
    chunk: list[tuple[str, str]] = []
    size = 0
    for key, value in rows:
        raw = key.encode("utf-8", "surrogatepass")
        length = len(raw) + len(value) + 3
        if chunk and size + length > MOST:
            yield chunk
            chunk, size = [], 0
        chunk.append((key, value))
        size += length
        if size >= least and crc32(raw) % 8 == 0:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def pack(rows: Iterable[tuple[str, str]]) -> str:
    """Rows as lines `<shared><rest> <value>`: the first digit says how much of the key above is repeated."""
    lines = []
    before = ""
    for key, value in rows:
        shared = min(len(commonprefix([before, key])), len(ALPHABET) - 1)
        lines.append(f"{ALPHABET[shared]}{key[shared:]} {value}")
        before = key
    return "\n".join(lines)


def unpack(text: str) -> list[tuple[str, str]]:
    """The rows that `pack` wrote."""
    rows = []
    key = ""
    for line in filter(None, text.split("\n")):
        start, _, value = line.partition(" ")
        key = key[: ALPHABET.index(start[0])] + start[1:]
        rows.append((key, value))
    return rows


def _replace(file: str, data: bytes) -> None:
    with open(file, "rb") as kept:
        if kept.read() == data:
            return
    os.unlink(file)  # it may be shared with an older release
    with open(file, "wb") as out:
        out.write(data)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\u{ord(character):04x}" if character in "\r\0" or character >= "\ud800" else "\\" + character
