"""Numbers as few printable characters, for the bodies of shards; theme/js/find.js reads them."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

# Printable ASCII, without what a JavaScript template must escape (` \ $) and the two marks of a row (! ~).
ALPHABET = "".join(c for c in map(chr, range(0x21, 0x7F)) if c not in "`\\$!~")
# All of ASCII without those, blanks and ends of lines: a digit of a number. With the rest, seven bits to a character.
DIGITS = "".join(c for c in map(chr, range(0x01, 0x80)) if c not in "`\\$!~ \r\n")
SEVENS = DIGITS + " !~¡¢£¤¥¦"
# For what stands among texts: a tab parts fields, @ looks like an address.
FIGURES = "".join(c for c in DIGITS if c not in "\t@")
SHORT = 8  # characters: two numbers are never more
ROW = "§"  # for ~, which is a mark in a row
MIXED = 0b1010101  # of a bitmap these are turned round, so that neither all nor nothing takes a character of two bytes
BASE = len(DIGITS)
ONE, TWO, THREE = 5, 110, 118  # the first digit says how many follow: none below ONE, one below TWO, …
_AFTER_ONE = ONE
_AFTER_TWO = _AFTER_ONE + (TWO - ONE) * BASE
_AFTER_THREE = _AFTER_TWO + (THREE - TWO) * BASE**2
LIMIT = _AFTER_THREE + (BASE - THREE) * BASE**3
Ints = NDArray[np.int64]
_VALUES = {digit: value for value, digit in enumerate(SEVENS)} | {ROW: SEVENS.index("~")}


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


def low_bits(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """How many low bits the gaps of so many among `size` numbers have."""
    return np.frexp(np.maximum(size * 11 // 16 // counts, 1))[1].astype(np.int64) - 1


def rice(gaps: NDArray[np.int64], low: NDArray[np.int64], starts: NDArray[np.int64]) -> tuple[str, NDArray[np.int64]]:
    """Runs of gaps by Golomb and Rice, seven bits to a character, and where each run begins; the last offset is the end.

    Each gap: as many 0 as its high part says, 1, then its low bits.
    """
    sizes = (gaps >> low) + 1 + low
    cells = -(-np.add.reduceat(sizes, starts) // 7)
    offsets = np.concatenate(([0], np.cumsum(cells)))
    ends = np.cumsum(sizes)
    before = np.append(0, ends)[starts]
    ends += np.repeat(7 * offsets[:-1] - before, np.diff(np.append(starts, len(gaps))))
    flags = np.zeros(7 * int(offsets[-1]), np.uint8)
    flags[ends - low - 1] = 1
    for bit in range(int(low.max())):
        some = low > bit
        flags[ends[some] - 1 - bit] = gaps[some] >> bit & 1
    return _sevens(flags), offsets


def sparse(ascending: NDArray[np.int64]) -> str:
    """Ascending numbers by Golomb and Rice: the first character is how many low bits a gap has."""
    gaps = np.diff(ascending, prepend=-1) - 1
    low = low_bits(np.array([len(gaps)]), int(ascending[-1]) + 1)
    return SEVENS[low[0]] + rice(gaps, low.repeat(len(gaps)), np.zeros(1, np.int64))[0]


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


def from_few(text: str) -> Ints:
    """The numbers of a rare part: up to SHORT characters are gaps, more were written by `sparse`."""
    return np.array(from_gaps(text), np.int64) if len(text) <= SHORT else from_sparse(text)


def summed(steps: Iterable[int]) -> list[int]:
    """The numbers whose distances are given."""
    return [total + at for at, total in enumerate(accumulate(steps))]


def from_bits(text: str) -> Ints:
    """The numbers that `bits` wrote."""
    return np.flatnonzero(_flags(text, MIXED))


def from_rice(text: str, low_of: Callable[[int], int]) -> list[int]:
    """The gaps that `rice` wrote as one run; low_of(n) is how many low bits the n-th has."""
    stream = iter(_flags(text).tolist())
    found: list[int] = []
    high = 0
    for flag in stream:
        if not flag:
            high += 1
            continue
        value = high
        for _ in range(low_of(len(found))):
            value = value << 1 | next(stream)
        found.append(value)
        high = 0
    return found


def from_sparse(text: str) -> Ints:
    """The numbers that `sparse` wrote."""
    low, flags = _VALUES[text[0]], _flags(text[1:])
    ones = np.flatnonzero(flags).astype(np.int32)
    passed, stops = np.cumsum(flags, dtype=np.int32).data, array("l")
    which = 0
    while which < len(ones):  # a 1 ends what is high of a gap; those among its low bits are passed over
        stops.append(at := int(ones[which]))
        which = passed[at + low]
    ends = np.array(stops, np.int64)
    found = np.diff(ends, prepend=-1 - low) - 1 - low
    for bit in range(low):
        found = found << 1 | flags[ends + 1 + bit]
    return np.cumsum(found + 1) - 1


def _flags(text: str, turned: int = 0) -> NDArray[np.uint8]:
    """The bits of a text that `_sevens` wrote."""
    values = np.fromiter(map(_VALUES.__getitem__, text), np.uint8, len(text)) ^ np.uint8(turned)
    return (values[:, None] >> np.arange(7, dtype=np.uint8) & 1).astype(np.uint8).ravel()
