"""Numbers as few printable characters, for the bodies of shards; theme/js/find.js reads them."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

# Printable ASCII, without what a JavaScript template must escape (` \ $) and the two marks of a row (! ~).
ALPHABET = "".join(c for c in map(chr, range(0x21, 0x7F)) if c not in "`\\$!~")
BASE = len(ALPHABET)
ONE, TWO, THREE = 20, 71, 87  # the first digit says how many follow: none below ONE, one below TWO, …
_AFTER_ONE = ONE
_AFTER_TWO = _AFTER_ONE + (TWO - ONE) * BASE
_AFTER_THREE = _AFTER_TWO + (THREE - TWO) * BASE**2
LIMIT = _AFTER_THREE + (BASE - THREE) * BASE**3
_VALUES = {digit: value for value, digit in enumerate(ALPHABET)}


def number(value: int) -> str:
    """One number from 0 below LIMIT in one to four characters; ValueError beyond."""
    if value < _AFTER_ONE:
        return ALPHABET[value]
    if value < _AFTER_TWO:
        high, low = divmod(value - _AFTER_ONE, BASE)
        return ALPHABET[ONE + high] + ALPHABET[low]
    if value < _AFTER_THREE:
        high, low = divmod(value - _AFTER_TWO, BASE**2)
        return ALPHABET[TWO + high] + ALPHABET[low // BASE] + ALPHABET[low % BASE]
    if value >= LIMIT:
        raise ValueError(f"{value} entities or more: the search index holds {LIMIT}")
    high, low = divmod(value - _AFTER_THREE, BASE**3)
    return ALPHABET[THREE + high] + "".join(ALPHABET[low // BASE**n % BASE] for n in (2, 1, 0))


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


def gaps(ascending: Iterable[int]) -> str:
    """Ascending different numbers, each as its distance from the one before."""
    written = []
    last = -1
    for value in ascending:
        gap = value - last - 1
        written.append(_SHORT[gap] if gap < _AFTER_TWO else number(gap))
        last = value
    return "".join(written)


def bits(ascending: Iterable[int]) -> str:
    """Ascending numbers as a bitmap of six to a character: shorter than gaps where one in six is present."""
    values = list(ascending)
    flags = bytearray(values[-1] // 6 * 6 + 6)
    for value in values:
        flags[value] = 1
    sixes = (flags[bit::6].translate(bytes([0, 1 << bit]) + bytes(254)) for bit in range(6))
    return "".join(ALPHABET[sum(six)] for six in zip(*sixes, strict=True))


def from_gaps(text: str) -> list[int]:
    """The numbers that `gaps` wrote."""
    return summed(numbers(text))


def summed(steps: Iterable[int]) -> list[int]:
    """The numbers whose distances are given."""
    return [total + at for at, total in enumerate(accumulate(steps))]


def from_bits(text: str) -> list[int]:
    """The numbers that `bits` wrote."""
    return [6 * cell + bit for cell, digit in enumerate(text) for bit in range(6) if _VALUES[digit] >> bit & 1]
