"""All texts of all entities as one run of UTF-16 units, on disk, and what is to be known of each unit."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from disclosure.search.disk import OnDisk
from disclosure.search.listed import Listed, called_texts, named_texts, numbered_texts, spelled_texts, turned
from disclosure.search.roll import Roll
from disclosure.search.shorthand import stems
from disclosure.workers import each

END = "\0"  # after every text, and before the first
BLOCK = 8  # the texts of an entity begin at a multiple of so many units: each block has one owner
_STRETCH = 5000  # entities that one process reads at a time
_FILES: dict[str, Any] = {"units": np.uint16, "letters": np.uint8, "inner": np.bool_, "owners": np.int32}

Kinds = tuple[Callable[[Listed], Sequence[str]], ...]
KINDS: Kinds = (named_texts, spelled_texts, numbered_texts)


def _nothing(entity: Listed) -> tuple[str, ...]:
    return ()


NAMES: Kinds = (called_texts, _nothing, _nothing)  # names alone are found
NAMES_AND_SOUNDS: Kinds = (called_texts, spelled_texts, _nothing)


@dataclass
class Said:
    """What is said in the texts of some entities: the signs of names and of numbers, how numbers begin, labels; and, by rank,
    where names have characters that are read as not when alone.
    """

    named: set[str] = field(default_factory=set)
    numbered: set[str] = field(default_factory=set)
    stems: Counter[str] = field(default_factory=Counter)
    labels: set[str] = field(default_factory=set)
    turned: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    def note(self, at: int, entity: Listed) -> None:
        """Take in what one entity says."""
        self.named.update(entity.name, *entity.former)
        self.numbered.update(*entity.numbers)
        self.stems.update(stems(entity.numbers))
        self.labels.update(entity.labels)
        if read := turned(entity):
            self.turned[at] = read

    def add(self, other: Said) -> None:
        """Take in what others say."""
        self.named |= other.named
        self.numbered |= other.numbered
        self.stems.update(other.stems)
        self.labels |= other.labels
        self.turned.update(other.turned)


@dataclass(frozen=True)
class Texts:
    """Names and codes, from the unit `heard` on pinyin, from `border` on numbers, in files of a folder."""

    folder: Path
    heard: int
    border: int

    def file(self, name: str) -> OnDisk:
        """By unit: `units`; `letters`, how many letters a-z stand from there on, 255 and more alike; `inner`, whether no part
        begins there, within a syllable; by BLOCK of units: `owners`, whose they are, by rank.
        """
        return OnDisk(self.folder / name, _FILES[name])


def gather(roll: Roll, folder: Path, jobs: int = 1, kinds: Kinds = KINDS) -> tuple[Texts, Said]:
    """Writes the texts of all entities, as `kinds` gives them, to a folder that is there; also returns what they say."""
    said = Said()
    sizes = [BLOCK, 0, 0]
    for name, sort in _FILES.items():
        (folder / f"{name}0").write_bytes(np.zeros(BLOCK if name != "owners" else 1, sort).tobytes())
    for part in each(_gathered, _stretches(len(roll)), jobs, _read_from, (roll, kinds)):
        said.add(part.said)
        for kind, written in enumerate(part.kinds):
            sizes[kind] += len(written["units"])
            for name, values in written.items():
                with (folder / f"{name}{kind}").open("ab") as file:
                    file.write(values.tobytes())
    for name in _FILES:
        with (folder / name).open("wb") as whole:
            for path in sorted(folder.glob(f"{name}[0-9]")):
                with path.open("rb") as file:
                    shutil.copyfileobj(file, whole)
                path.unlink()
    return Texts(folder, sizes[0], sizes[0] + sizes[1]), said


def _stretches(count: int) -> list[range]:
    return [range(begin, min(begin + _STRETCH, count)) for begin in range(0, count, _STRETCH)]


class _Gathered(NamedTuple):
    """Of a stretch of entities: by kind what goes into each file, and what they say."""

    kinds: list[dict[str, NDArray[Any]]]
    said: Said


class _Desk:
    """One process's share, set up once."""

    roll: Roll
    kinds: Kinds


def _read_from(roll: Roll, kinds: Kinds) -> None:
    _Desk.roll, _Desk.kinds = roll, kinds


def _gathered(stretch: range) -> _Gathered:
    said = Said()
    texts: list[list[str]] = [[] for _ in _Desk.kinds]
    for at, entity in zip(stretch, _Desk.roll.read(stretch), strict=True):
        said.note(at, entity)
        for found, of in zip(texts, _Desk.kinds, strict=True):
            joined = "".join([text + END for text in of(entity)])
            found.append(joined + END * (-len(joined) % BLOCK))
    return _Gathered([_written(found, stretch, kind == 1) for kind, found in enumerate(texts)], said)


def _written(texts: Sequence[str], stretch: range, is_spoken: bool) -> dict[str, NDArray[Any]]:
    """Of the texts of one kind what goes into each file; of pinyin the capitals, where syllables begin, become small."""
    units = np.frombuffer("".join(texts).encode("utf-16-le", "surrogatepass"), np.uint16).copy()
    blocks = np.array([len(text) // BLOCK for text in texts], np.int64)
    inner = (units >= ord("a")) & is_spoken
    if is_spoken:
        units[(units >= ord("A")) & (units <= ord("Z"))] += ord("a") - ord("A")
    owners = np.repeat(np.arange(stretch.start, stretch.stop, dtype=np.int32), blocks)
    return {"units": units, "letters": _letters(units), "inner": inner, "owners": owners}


def _letters(units: NDArray[np.uint16]) -> NDArray[np.uint8]:
    others = np.flatnonzero((units < ord("a")) | (units > ord("z"))).astype(np.int32)
    ends = np.repeat(others, np.diff(others, prepend=-1))  # the last unit is an END
    ends -= np.arange(len(ends), dtype=np.int32)
    return np.minimum(ends, 255).astype(np.uint8)
