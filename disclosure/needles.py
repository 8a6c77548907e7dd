"""Many words at once in any bytes: a word is found however it is encoded, unless it is part of a longer one that may stand.

Aho and Corasick's automaton runs over the bytes once, whatever the number of words.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

import ahocorasick  # type: ignore[import-not-found]

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


class Needles:
    """Words to be found, and longer ones, the `hay`, within which they may stand."""

    def __init__(self, words: Iterable[str], hay: Iterable[str] = ()) -> None:
        self.words = sorted(set(words))
        self._found = ahocorasick.Automaton()
        for number, word in [*((-1, longer) for longer in set(hay)), *enumerate(self.words)]:
            for form in written(word):
                self._found.add_word(form.decode("latin-1"), (number, len(form)))
        if self.words:
            self._found.make_automaton()

    def count(self, data: bytes) -> Counter[str]:
        """Return how often each word stands in some bytes outside of what may stand."""
        if not self.words:
            return Counter()
        hits = list(self._found.iter(data.decode("latin-1")))
        if not hits:
            return Counter()
        hay = [(end - size, end) for end, (number, size) in hits if number < 0]
        found = [(self.words[number], end - size, end) for end, (number, size) in hits if number >= 0]
        return Counter(word for word, start, end in found if not any(a <= start and end <= b for a, b in hay))

    def within(self, text: str) -> bool:
        """Say whether one of the words stands in a text."""
        return bool(self.count(text.encode("utf-8", "surrogatepass")))


def written(word: str) -> set[bytes]:
    """Return every way in which a word is written to a file: encodings, escapes of JSON, HTML and addresses, small letters."""
    return {form for spelling in {word, word.lower(), _folded(word)} for form in _forms(spelling) if form}


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower().translate(_BRACKETS)


_BRACKETS = str.maketrans("〔〕【】［］〈〉《》[]{}<>", "()()()()()()()()")


def _forms(word: str) -> Iterator[bytes]:
    for encoding in ENCODINGS:
        yield word.encode(encoding, "ignore")
    yield json.dumps(word)[1:-1].encode()
    yield json.dumps(word, ensure_ascii=False)[1:-1].encode("utf-8", "ignore")
    yield escape(word).encode()
    yield quote(word).encode()
    yield quote(word).lower().encode()
