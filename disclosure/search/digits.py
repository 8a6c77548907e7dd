"""Numbers as few printable characters, for the bodies of shards; theme/js/find.js reads them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

# Printable ASCII, without what a JavaScript template must escape (` \ $) and the two marks of a row (! ~).
ALPHABET = "".join(c for c in map(chr, range(0x21, 0x7F)) if c not in "`\\$!~")
# All of ASCII without those, blanks and ends of lines: a digit of a number. With the rest, seven bits to a character.
DIGITS = "".join(c for c in map(chr, range(0x01, 0x80)) if c not in "`\\$!~ \r\n")
SEVENS = DIGITS + " !~¡¢£¤¥¦"
FIGURES = "".join(c for c in DIGITS if c not in "\t@")  # for what stands among texts: a tab parts fields, @ looks like an address
MIXED = 0b1010101  # of a bitmap these are turned round, so that neither all nor nothing takes a character of two bytes
BASE = len(DIGITS)
ONE, TWO, THREE = 5, 110, 118  # the first digit says how many follow: none below ONE, one below TWO, …
_AFTER_ONE = ONE
_AFTER_TWO = _AFTER_ONE + (TWO - ONE) * BASE
_AFTER_THREE = _AFTER_TWO + (THREE - TWO) * BASE**2
LIMIT = _AFTER_THREE + (BASE - THREE) * BASE**3
_VALUES = {digit: value for value, digit in enumerate(SEVENS)}


def number(value: int) -> str:
    """One number from 0 below LIMIT in one to four characters; ValueError beyond."""
    if value < _AFTER_ONE:
        return DIGITS[value]
    if value < _AFTER_TWO:
        high, low = divmod(value - _AFTER_ONE, BASE)
        return DIGITS[ONE + high] + DIGITS[low]
    if value < _AFTER_THREE:
        high, low = divmod(value - _AFTER_TWO, BASE**2)
        return DIGITS[TWO + high] + DIGITS[low // BASE] + DIGITS[low % BASE]
    if value >= LIMIT:
        raise ValueError(f"{value} entities or more: the search index holds {LIMIT}")
    high, low = divmod(value - _AFTER_THREE, BASE**3)
    return DIGITS[THREE + high] + "".join(DIGITS[low // BASE**n % BASE] for n in (2, 1, 0))


_SHORT = [number(value) for value in range(_AFTER_TWO)]


def numbers(text: str) -> Iterator[int]:
    """The numbers that `number` wrote one after the other."""
    digits = iter(map(_VALUES.__getitem__, text))
    for first in digits:
        if first < ONE:
            yield first
        elif first < TWO:
            yield _AFTER_ONE + (first - ONE) * BASE + next(digits)
        elif first < THREE:
            yield _AFTER_TWO + ((first - TWO) * BASE + next(digits)) * BASE + next(digits)
        else:
            high = ((first - THREE) * BASE + next(digits)) * BASE + next(digits)
            yield _AFTER_THREE + high * BASE + next(digits)


def figures(value: int, size: int) -> str:
    """A number as so many of FIGURES."""
    base = len(FIGURES)
    return "".join(FIGURES[value // base**at % base] for at in range(size - 1, -1, -1))


def from_figures(text: str) -> int:
    """The number that `figures` wrote."""
    value = 0
    for figure in text:
        value = value * len(FIGURES) + FIGURES.index(figure)
    return value


def gaps(ascending: Iterable[int]) -> str:
    """Ascending different numbers, each as its distance from the one before."""
    written = []
    last = -1
    for value in ascending:
        gap = value - last - 1
        written.append(_SHORT[gap] if gap < _AFTER_TWO else number(gap))
        last = value
    return "".join(written)


_CODES = np.frombuffer(DIGITS.encode(), np.uint8)
_UNITS = np.array(list(map(ord, SEVENS)), np.uint16)


def encode(values: NDArray[np.int64]) -> tuple[str, NDArray[np.int64]]:
    """Many numbers as `number` writes them, one after the other, and where each begins; the last offset is the end."""
    if len(values) and int(values.max()) >= LIMIT:
        raise ValueError(f"{int(values.max())} entities or more: the search index holds {LIMIT}")
    size = 1 + (values >= _AFTER_ONE).astype(np.int64) + (values >= _AFTER_TWO) + (values >= _AFTER_THREE)
    offsets = np.concatenate(([0], np.cumsum(size)))
    out = np.empty(int(offsets[-1]), np.uint8)
    for length, before, first in ((1, 0, 0), (2, _AFTER_ONE, ONE), (3, _AFTER_TWO, TWO), (4, _AFTER_THREE, THREE)):
        chosen = size == length
        rest, at = values[chosen] - before, offsets[:-1][chosen]
        for digit in range(length - 1, 0, -1):
            out[at + digit] = _CODES[rest % BASE]
            rest //= BASE
        out[at] = _CODES[rest + first]
    return out.tobytes().decode("ascii"), offsets


def sparse(ascending: NDArray[np.int64]) -> str:
    """Ascending numbers by Golomb and Rice, seven bits to a character: the first is how many low bits a gap has."""
    gaps = np.diff(ascending, prepend=-1) - 1
    low = max(0, int(np.log2(max(1.0, float(gaps.mean()) * 0.7))))
    high = gaps >> low
    ends = np.cumsum(high + 1 + low)  # each gap: as many 0 as its high part says, 1, then its low bits
    flags = np.zeros(-(-int(ends[-1]) // 7) * 7, np.uint8)
    flags[ends - low - 1] = 1
    for bit in range(low):
        flags[ends - 1 - bit] = gaps >> bit & 1
    return SEVENS[low] + _sevens(flags)


def bits(ascending: Sequence[int] | NDArray[np.int64]) -> str:
    """Ascending numbers as a bitmap of seven to a character: shorter than gaps where many are present."""
    values = np.asarray(ascending, np.int64)
    flags = np.zeros(int(values[-1]) // 7 * 7 + 7, np.uint8)
    flags[values] = 1
    return _sevens(flags, MIXED)


def _sevens(flags: NDArray[np.uint8], turned: int = 0) -> str:
    cells = flags.reshape(-1, 7) @ np.array([1, 2, 4, 8, 16, 32, 64], np.uint8) ^ np.uint8(turned)
    return bytes(_UNITS[cells].astype("<u2").tobytes()).decode("utf-16-le")


def from_gaps(text: str) -> list[int]:
    """The numbers that `gaps` wrote."""
    return summed(numbers(text))


def summed(steps: Iterable[int]) -> list[int]:
    """The numbers whose distances are given."""
    return [total + at for at, total in enumerate(accumulate(steps))]


def from_bits(text: str) -> list[int]:
    """The numbers that `bits` wrote."""
    return [
        7 * cell + bit for cell, digit in enumerate(text) for bit in range(7) if (_VALUES[digit] ^ MIXED) >> bit & 1
    ]


def from_sparse(text: str) -> list[int]:
    """The numbers that `sparse` wrote."""
    low = _VALUES[text[0]]
    stream = iter([_VALUES[digit] >> bit & 1 for digit in text[1:] for bit in range(7)])
    found: list[int] = []
    value = -1
    high = 0
    for flag in stream:
        if not flag:
            high += 1
            continue
        rest = 0
        for _ in range(low):
            rest = rest << 1 | next(stream)
        value += (high << low) + rest + 1
        high = 0
        found.append(value)
    return found
