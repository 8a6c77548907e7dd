"""What a page must know to compare as we do: the tables of variants and of sounds, written for theme/js/find.js."""

from collections.abc import Iterable, Sequence

import numpy as np

from disclosure.search.digits import sparse
from disclosure.search.sounds import reading, turns
from disclosure.search.variants import FIRST, VARIANTS

_COMMON = [bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]


def variants_line() -> str:
    """The characters that are folded to another, as distances from the first Chinese one."""
    return sparse(np.array([ord(sign) - ord(FIRST) for sign in VARIANTS], np.int64))


def variants_body() -> str:
    """What they are folded to, in the same order: read only where a query has one of them."""
    return "".join(VARIANTS.values())


def unlike_line(texts: Iterable[str]) -> str:
    """Those that stand in texts of this site, each with what it is folded to: read always."""
    return "".join(sign + VARIANTS[sign] for sign in sorted(set().union(*map(set, texts)) & VARIANTS.keys()))


def syllables_of(names: Iterable[str]) -> list[str]:
    """All syllables of the common characters and of these names, in order."""
    alone = {reading(sign) for sign in _signs(names)}
    return sorted(alone.union(syllable for name in names for _, syllable in turns(name)))


def sounds_body(names: Iterable[str], syllables: Sequence[str]) -> str:
    """A line a syllable: the characters of these names, and the common ones, that are read so when alone."""
    read: dict[str, str] = dict.fromkeys(syllables, "")
    for sign in _signs(names):
        read[reading(sign)] += sign
    return "\n".join(syllable + signs for syllable, signs in read.items())


def _signs(names: Iterable[str]) -> list[str]:
    """The characters with a syllable, sorted: those of the names, and those of the first level of GB 2312."""
    used = set().union(_COMMON, *map(set, names))
    return sorted(sign for sign in used if sign >= FIRST and len(reading(sign)) > 0 and reading(sign).isalpha())
