"""How names sound: pinyin without tones, a syllable a character, and what a query of letters finds in them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

from disclosure.search.text import bare, fold

# How these are read in names where no phrase says otherwise.
IN_NAMES = {"长": "chang", "長": "chang", "行": "hang", "都": "du", "晟": "sheng", "盛": "sheng", "台": "tai", "校": "xiao"}  # fmt: skip
LETTERS = re.compile("[a-z]{3,}")
_LONGEST = 5  # characters of a phrase; what is longer is a proverb
_BEGINNINGS = frozenset(phrase[:2] for phrase in phrases_dict)
_TONES = re.compile("[\u0300-\u0307\u0309-\u036f]")


def is_spelled(word: str) -> bool:
    """Whether a folded word may be pinyin: three letters or more and nothing else."""
    return LETTERS.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[str, ...]:
    """One reading a character: a syllable; a letter itself; " " for what is passed over; "" for what parts the words."""
    found = [reading(sign) for sign in text]
    for at, syllables in _phrases(text):
        found[at : at + len(syllables)] = syllables
    return tuple(found)


@lru_cache(maxsize=65536)
def reading(sign: str) -> str:
    """The reading of a character that stands alone."""
    if syllable := IN_NAMES.get(sign) or _plain(pinyin_dict.get(ord(sign), "").split(",")[0]):
        return syllable
    folded = fold(sign)
    return folded if re.fullmatch("[a-z]", folded) else "" if bare(folded) else " "


def turns(text: str) -> list[tuple[int, str]]:
    """Where the reading is another than that of the character alone: place and syllable."""
    alone = map(reading, text)
    return [(at, one) for at, (one, other) in enumerate(zip(readings(text), alone, strict=True)) if one != other]


@lru_cache(maxsize=4096)
def spellings(text: str) -> tuple[str, ...]:
    """The pinyin of each run of a text, in full with a capital where a syllable begins, and its initials as capitals."""
    found = []
    for run in _runs(readings(text)):
        found += ["".join(syllable.capitalize() for syllable in run), "".join(syllable[0].upper() for syllable in run)]
    return tuple(dict.fromkeys(spelling for spelling in found if len(spelling) > 2))


def heard(word: str, texts: Iterable[str]) -> bool:
    """Whether the letters are in the pinyin of one of the texts, from the beginning of a syllable, or in its initials."""
    return any(_begins(word, spelling) for text in texts for spelling in spellings(text))


def _begins(word: str, spelling: str) -> bool:
    plain = spelling.lower()
    at = plain.find(word)
    while at >= 0 and spelling[at].islower():
        at = plain.find(word, at + 1)
    return at >= 0


def _runs(syllables: Sequence[str]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for syllable in syllables:
        if not syllable:
            runs.append([])
        elif syllable != " ":
            runs[-1].append(syllable)
    return [run for run in runs if run]


def _phrases(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """The phrases of a text from left to right, each the longest, with how they are read."""
    found = []
    at = 0
    while at < len(text) - 1:
        sizes = range(min(_LONGEST, len(text) - at), 1, -1) if text[at : at + 2] in _BEGINNINGS else ()
        for size in sizes:
            if (words := text[at : at + size]) in phrases_dict and (syllables := _phrase(words)):
                found.append((at, syllables))
                at += size
                break
        else:
            at += 1
    return found


@lru_cache(maxsize=8192)
def _phrase(words: str) -> tuple[str, ...]:
    syllables = tuple(_plain(one[0]) for one in phrases_dict.get(words, ()))
    return syllables if len(syllables) == len(words) and all(syllables) else ()


def _plain(syllable: str) -> str:
    """A syllable without its tone, ü as v; nothing where it is not written with letters."""
    plain = _TONES.sub("", unicodedata.normalize("NFD", syllable)).replace("u\u0308", "v")
    return plain if re.fullmatch("[a-z]+", plain) else ""
