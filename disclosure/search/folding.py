"""What a page must know to compare as we do: the tables of variants and of sounds, written for theme/js/find.js."""

from collections.abc import Sequence, Set

import numpy as np

from disclosure.search.digits import sparse
from disclosure.search.sounds import reading
from disclosure.search.variants import FIRST, VARIANTS

_COMMON = [bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]


def variants_line() -> str:
    """The characters that are folded to another, as distances from the first Chinese one."""
    return sparse(np.array([ord(sign) - ord(FIRST) for sign in VARIANTS], np.int64))


def variants_body() -> str:
    """What they are folded to, in the same order: read only where a query has one of them."""
    return "".join(VARIANTS.values())


def unlike_line(signs: Set[str]) -> str:
    """Those that stand in texts of this site, each with what it is folded to: read always."""
    return "".join(sign + VARIANTS[sign] for sign in sorted(signs & VARIANTS.keys()))


def syllables_of(signs: Set[str], turned: Set[str]) -> list[str]:
    """All syllables of the common characters, of the characters of names, and those that these have within phrases."""
    return sorted(turned | set(map(reading, _spoken(signs))))


def sounds_body(signs: Set[str], syllables: Sequence[str]) -> str:
    """A line a syllable: the characters of names, and the common ones, that are read so when alone."""
    read: dict[str, str] = dict.fromkeys(syllables, "")
    for sign in _spoken(signs):
        read[reading(sign)] += sign
    return "\n".join(syllable + signs for syllable, signs in read.items())


def _spoken(signs: Set[str]) -> list[str]:
    """The characters with a syllable, sorted: those of names, and those of the first level of GB 2312."""
    return sorted(
        sign for sign in signs | set(_COMMON) if sign >= FIRST and len(reading(sign)) > 0 and reading(sign).isalpha()
    )
