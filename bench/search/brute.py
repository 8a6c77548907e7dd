"""The answer that a query must have, by looking at every text of every entity: Python's `in`, and nothing of the index."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from disclosure.search import Listed
from disclosure.search.listed import named_texts, numbered_texts, spelled_texts
from disclosure.search.sounds import is_spelled
from disclosure.search.text import bare, words


def brute_force(everyone: Sequence[Listed], queries: Sequence[str]) -> list[set[str]]:
    """The addresses of all entities that have every word: brackets as typed, else ignored; a query each."""
    texts = "\n".join("\x01".join((*named_texts(one), *numbered_texts(one))) for one in everyone)
    spoken = "\n".join("\x01".join(spelled_texts(one)) for one in everyone)
    ends = [_ends(texts), _ends(spoken)]
    known: dict[str, set[int]] = {}
    found = []
    for query in queries:
        typed = words(query)
        entities: set[int] = set()
        for form in (typed, [bare(word) for word in typed]):
            for word in form:
                if word not in known:
                    known[word] = _having(word, texts, ends[0])
                    if is_spelled(word):
                        known[word] |= _heard(word, spoken, ends[1])
            entities = set.intersection(*(known[word] for word in form))
            if entities:
                break
        found.append({everyone[at].address for at in entities})
    return found


def _ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def _having(word: str, text: str, ends: Sequence[int]) -> set[int]:
    found = set()
    at = text.find(word)
    while at >= 0:
        line = bisect_left(ends, at)
        found.add(line)
        at = text.find(word, ends[line]) if line < len(ends) else -1
    return found


def _heard(word: str, text: str, ends: Sequence[int]) -> set[int]:
    """Lines whose pinyin has the letters from a capital on, whatever the case of the others."""
    pattern = word[0].upper() + "".join(f"[{letter}{letter.upper()}]" for letter in word[1:])
    return {bisect_left(ends, match.start()) for match in re.finditer(pattern, text)}
