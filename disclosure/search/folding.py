"""What a page must know to compare as we do: the tables of variants and of sounds, written for theme/js/find.js."""

from collections.abc import Sequence, Set
from itertools import groupby

import numpy as np

from disclosure.search.digits import sparse
from disclosure.search.plane import COMMON, SIMPLE
from disclosure.search.sounds import reading
from disclosure.search.variants import FIRST, VARIANTS


def variants_body() -> str:
    """The characters that are folded to another, as distances from the first Chinese one, and what each is folded to:
    read only where a query has a Chinese character that is not of GB 2312.
    """
    distances = sparse(np.array([ord(sign) - ord(FIRST) for sign in VARIANTS], np.int64))
    return f"{distances}\n{''.join(VARIANTS.values())}"


def unlike_line(signs: Set[str]) -> str:
    """Those that are of GB 2312 all the same or stand in texts of this site, each with what it is folded to: read always."""
    return "".join(sign + VARIANTS[sign] for sign in sorted((signs | SIMPLE) & VARIANTS.keys()))


def syllables_of(signs: Set[str], turned: Set[str]) -> list[str]:
    """All syllables of the common characters, of the characters of names, and those that these have within phrases."""
    return sorted(turned | set(map(reading, _spoken(signs | set(COMMON)))))


def sounds_body(signs: Set[str], syllables: Sequence[str]) -> str:
    """How characters are read when alone. A line with runs of the common ones in their order, each a syllable and how many;
    then a line a syllable, with the other characters of names.
    """
    runs = "".join(f"{syllable}{len(list(run))}" for syllable, run in groupby(map(reading, COMMON)))
    read: dict[str, str] = dict.fromkeys(syllables, "")
    for sign in _spoken(signs - set(COMMON)):
        read[reading(sign)] += sign
    return "\n".join([runs, *(syllable + signs for syllable, signs in read.items())])


def _spoken(signs: Set[str]) -> list[str]:
    """The characters that have a syllable, sorted."""
    return sorted(sign for sign in signs if sign >= FIRST and reading(sign).isalpha())
