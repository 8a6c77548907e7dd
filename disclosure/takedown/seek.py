"""Every byte of a folder is searched for words that must be gone: each file once, whatever it is wrapped in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import NamedTuple

from disclosure.contents import contents
from disclosure.needles import Needles
from disclosure.search.spelt import spelling
from disclosure.workers import each

CHUNK = 300
_TAG = re.compile(b"<[^<>]*>")
_SEARCH = "search/"


class Hit(NamedTuple):
    """A word that stands in a file, or in its address, so many times."""

    file: str
    word: str
    times: int


@dataclass
class Searched:
    """What was searched in one place: files, their bytes as they are opened, those known from another place, and hits."""

    files: int = 0
    bytes: int = 0
    known: int = 0
    hits: list[Hit] = field(default_factory=list)

    @property
    def holding(self) -> list[str]:
        """The files in which something was found."""
        return sorted({hit.file for hit in self.hits})


@dataclass(frozen=True)
class Sought:
    """Words that must be gone, and longer ones within which they may stand: addresses of tombstones, names of others."""

    words: tuple[str, ...]
    hay: tuple[str, ...] = ()


Known = dict[tuple[int, int], Collection[str]]


class _Desk:
    folder: Path
    needles: Needles
    spell: Callable[[str, bytes], str]


def seek(folder: Path, sought: Sought, jobs: int, known: Known, leave_out: Collection[str] = ()) -> Searched:
    """Search every file below a folder; `known` are files on disk that were searched before, and is added to.

    Links are not followed: what they lead to lies elsewhere and is searched there. Folders in `leave_out` are left out.
    """
    done, todo, twins = Searched(), [], dict[str, Collection[str]]()
    for name, path in sorted(_files(folder, leave_out)):
        stat = path.stat()
        words = known.get((stat.st_dev, stat.st_ino)) if stat.st_ino else None
        done.files += 1
        if words is None:
            todo.append(name)
        else:
            done.known += 1
            twins[name] = words
    chunks = [todo[at : at + CHUNK] for at in range(0, len(todo), CHUNK)]
    for size, part in each(_search, chunks, jobs, _sit_down, (folder, sought)):
        done.bytes += size
        for name, found in part.items():
            stat = (folder / name).stat()
            known[stat.st_dev, stat.st_ino] = [word for word, count in found.items() for _ in range(count)]
            done.hits += [Hit(name, word, count) for word, count in sorted(found.items())]
    done.hits += [Hit(name, word, count) for name, found in twins.items() for word, count in sorted(Counter(found).items())]  # fmt: skip
    needles = Needles(sought.words, sought.hay)
    done.hits += [Hit(name, word, 1) for name, _ in _files(folder, leave_out) for word in needles.count(name.encode())]
    return done


def _files(folder: Path, leave_out: Collection[str]) -> Iterator[tuple[str, Path]]:
    todo = [folder] if folder.is_dir() else []
    while todo:
        for path in todo.pop().iterdir():
            name = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                todo += [] if name in leave_out else [path]
            elif path.is_file() and not path.is_symlink():
                yield name, path


def _sit_down(folder: Path, sought: Sought) -> None:
    _Desk.folder, _Desk.needles = folder, Needles(sought.words, sought.hay)
    _Desk.spell = spelling(folder / _SEARCH)


def _search(names: Sequence[str]) -> tuple[int, Mapping[str, Counter[str]]]:
    size, found = 0, {}
    for name in names:
        data = (_Desk.folder / name).read_bytes()
        parts = contents(name, data)
        size += sum(map(len, parts))
        found[name] = _found(name, parts)
        if parts != [data] and data[:2] != b"\x1f\x8b":
            found[name] |= _Desk.needles.count(data)
    return size, found


def _found(name: str, parts: Sequence[bytes]) -> Counter[str]:
    """Return what stands in the parts of a file: as they are, without markup, and in a shard of the search as it is meant."""
    found: Counter[str] = Counter()
    for part in parts:
        here = _Desk.needles.count(part)
        if part.lstrip()[:1] == b"<":
            here |= _Desk.needles.count(_read(part))
        found += here
    if name.startswith(_SEARCH):
        plain = name.removesuffix(".gz").removesuffix(".br")
        for part in parts:
            found |= _Desk.needles.count(
                _Desk.spell(plain.removeprefix(_SEARCH), part).encode("utf-8", "surrogatepass")
            )
    return found


def _read(page: bytes) -> bytes:
    """What people read of a page or of a part of a workbook: words that tags divide are whole again."""
    text = _TAG.sub(b"", page)
    return unescape(text.decode("utf-8", "replace")).encode() if b"&" in text else text
