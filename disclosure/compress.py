"""Compressed copies: a gzip and a brotli file beside every text that is worth it, made once and served as they are."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from disclosure.contents import unpacked
from disclosure.files import share, share_all, walk
from disclosure.render import Before, Drawn
from disclosure.workers import each

CHUNK = 400
LEAST = 1000  # bytes: less is not worth a second file
TEXTS = {".html", ".js", ".json", ".xml", ".txt", ".csv", ".jsonl", ".css", ".svg", ".pf_fragment"}
LOADED_BY_ALL = "assets/"  # few, and sent with every page: worth the slowest brotli
ENDINGS = {"gzip": ".gz", "brotli": ".br"}
COPIES = "*.gz *.br"


class _Desk:
    folder: Path
    before: Path | None
    endings: tuple[str, ...]


def compress(
    methods: Sequence[str], folder: Path, addresses: Sequence[str], jobs: int, drawn: Drawn, before: Before | None
) -> list[str]:
    """Write copies of the texts of at least 1,000 bytes at these addresses and return the addresses of the copies.

    A text that is the last release's shares that release's copies; how they were made is entered in `drawn`.
    """
    endings = tuple(ENDINGS[method] for method in sorted(set(methods)))
    texts = sorted(address for address in addresses if Path(address).suffix in TEXTS)
    chunks = [texts[at : at + CHUNK] for at in range(0, len(texts), CHUNK)]
    drawn.prints[COPIES] = mark = _mark(endings)
    alike = before.folder if before and before.prints.get(COPIES) == mark else None
    return [name for part in each(_write_chunk, chunks, jobs, _sit_down, (folder, alike, endings)) for name in part]


def made_of(program: Iterable[Path], items: Iterable[object]) -> str:
    """Return what changes when something must be made anew: the files of the program that makes it, and what goes into it."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(program):
        digest.update(path.read_bytes())
    for item in items:
        digest.update(repr(item).encode())
    return digest.hexdigest()


def shared(part: str, mark: str, folder: Path, drawn: Drawn, before: Before | None) -> bool:
    """Share the folder `part` with the last release if it was made of the same, as `mark` says; enter the mark in `drawn`.

    Pages are shared where they are drawn, copies where texts are compressed.
    """
    drawn.prints[part] = mark
    if not before or before.prints.get(part) != mark:
        return False
    apart = (".html", *ENDINGS.values())
    share_all(
        before.folder, folder, (part + name for name, _ in walk(before.folder / part) if not name.endswith(apart))
    )
    return True


def plain(path: Path) -> bytes:
    """Return the bytes of a file, a copy's unpacked; what cannot be unpacked is returned as it is."""
    return unpacked(path.name, path.read_bytes())


def _mark(endings: tuple[str, ...]) -> str:
    """What changes when the same text gives another copy."""
    made_by = f"{endings} {zlib.ZLIB_RUNTIME_VERSION} {brotli.__version__}".encode()
    return hashlib.blake2b(Path(__file__).read_bytes() + made_by, digest_size=12).hexdigest()


def _sit_down(folder: Path, before: Path | None, endings: tuple[str, ...]) -> None:
    _Desk.folder, _Desk.before, _Desk.endings = folder, before, endings


def _write_chunk(addresses: Sequence[str]) -> list[str]:
    return [address + ending for address in addresses for ending in _Desk.endings if _copied(address, ending)]


def _copied(address: str, ending: str) -> bool:
    """Write one copy, or share the last release's; say whether there is one: it must be smaller than the text."""
    path = _Desk.folder / address
    copy = path.with_name(path.name + ending)
    if path.stat().st_size < LEAST:
        return False
    if _Desk.before and _same(path, _Desk.before / address) and share(_Desk.before / (address + ending), copy):
        return True
    text = path.read_bytes()
    packed = _PACK[ending](text, address)
    if len(packed) >= len(text):
        return False
    copy.write_bytes(packed)
    return True


def _same(path: Path, old: Path) -> bool:
    if not old.exists():
        return False
    return path.samefile(old) or (path.stat().st_size == old.stat().st_size and path.read_bytes() == old.read_bytes())


def _gzip(text: bytes, address: str) -> bytes:
    return gzip.compress(text, 9, mtime=0)


def _brotli(text: bytes, address: str) -> bytes:
    quality = 11 if address.startswith(LOADED_BY_ALL) else 5
    return bytes(brotli.compress(text, mode=brotli.MODE_TEXT, quality=quality))


_PACK: dict[str, Callable[[bytes, str], bytes]] = {".gz": _gzip, ".br": _brotli}
