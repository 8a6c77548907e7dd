"""What is asked in the measure: parts of what entities are called, and names as people type them from memory."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from bench.names import opening_length
from disclosure.search import Listed
from disclosure.search.sounds import readings, spellings
from disclosure.search.text import bare, words
from disclosure.search.variants import VARIANTS

TRADITIONAL = {shape: sign for sign, shape in VARIANTS.items()}
WIDE = {sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)}
_LEGAL = ("股份有限公司", "有限责任公司", "有限公司")


def parts(everyone: Sequence[Listed], count: int, seed: int = 1) -> list[str]:
    """Parts of names, codes, tails of codes, document numbers, traditional, full width, two words, pinyin; no two alike."""
    dice = random.Random(seed)
    sorts: list[Callable[[Listed, random.Random], str]] = [
        _of_name, _of_name, _of_name, _code, _tail, _number, _traditional, _wide, _two_words, _pinyin, _initials,
    ]  # fmt: skip
    found: dict[str, None] = {}
    while len(found) < count:
        query = dice.choice(sorts)(dice.choice(everyone), dice)
        if query and min(map(len, map(bare, words(query))), default=0) > 1:
            found[query] = None
    return list(found)


def slips(everyone: Sequence[Listed], count: int, seed: int = 2) -> list[tuple[str, str, str]]:
    """So many of: what sort, what is typed, address of the entity that is meant; all of firms, whose names are long."""
    dice = random.Random(seed)
    firms = [one for one in everyone if one.name.endswith("公司") and len(one.name) > 8]
    sorts = {"简称": _short, "换次序": _turned, "错一个字": _wrong, "同音字": _alike, "公司": _company}
    sounds = _homophones(everyone)
    found = []
    for at in range(count):
        sort = list(sorts)[at % len(sorts)]
        meant = dice.choice(firms)
        typed = sorts[sort](meant.name, dice, sounds)
        found.append((sort, typed, meant.address))
    return found


def _of_name(entity: Listed, dice: random.Random) -> str:
    text = dice.choice((entity.name, *entity.former))
    begin = dice.randrange(len(text) - 1)
    return text[begin : begin + dice.choice((2, 2, 3, 3, 4, 5, 6, 8, 40))]


def _code(entity: Listed, dice: random.Random) -> str:
    return entity.code


def _tail(entity: Listed, dice: random.Random) -> str:
    return entity.code[-dice.choice((4, 6, 8)) :]


def _number(entity: Listed, dice: random.Random) -> str:
    if not entity.numbers:
        return ""
    number = dice.choice(entity.numbers)
    return dice.choice(
        (number, number.replace("〔", "[").replace("〕", "]"), bare(number.replace("〔", "（").replace("〕", "）")))
    )


def _traditional(entity: Listed, dice: random.Random) -> str:
    return "".join(TRADITIONAL.get(sign, sign) for sign in _of_name(entity, dice))


def _wide(entity: Listed, dice: random.Random) -> str:
    return dice.choice((entity.code, *entity.numbers)).translate(WIDE).lower()


def _two_words(entity: Listed, dice: random.Random) -> str:
    start = opening_length(entity.name)
    return f"{entity.name[start + 2 : start + 4]} {entity.name[start : start + 2]}"


def _pinyin(entity: Listed, dice: random.Random) -> str:
    syllables = [one for one in readings(entity.name) if one.strip()]
    begin = dice.randrange(max(1, len(syllables) - 2))
    return "".join(syllables[begin : begin + dice.choice((2, 3, 4, 20))])


def _initials(entity: Listed, dice: random.Random) -> str:
    letters = spellings(entity.name)[1].lower() if len(spellings(entity.name)) > 1 else ""
    begin = dice.randrange(max(1, len(letters) - 3))
    return letters[begin : begin + dice.choice((3, 4, 5, 6, 20))]


Sounds = dict[str, list[str]]


def _homophones(everyone: Sequence[Listed]) -> Sounds:
    """Characters by their reading, of names of this corpus: what an input method offers in their stead."""
    found: dict[str, dict[str, None]] = {}
    for entity in everyone[:5000]:
        for sign, syllable in zip(entity.name, readings(entity.name), strict=True):
            found.setdefault(syllable, {})[sign] = None
    return {syllable: sorted(signs) for syllable, signs in found.items() if len(signs) > 1 and syllable.strip()}


def _core(name: str) -> tuple[str, str, str]:
    """A name as its place, what is particular, and its legal form."""
    start = opening_length(name)
    form = next((form for form in _LEGAL if form in name), "公司")
    cut = name.find(form)
    return name[:start], name[start:cut], name[cut:]


def _short(name: str, dice: random.Random, sounds: Sounds) -> str:
    """Without legal form and place, or with the place's short name; often 公司 behind it."""
    place, core, _ = _core(name)
    core = core.replace("（集团）", "").replace("（黑河）", "")
    return dice.choice(("", place.rstrip("市区县省"))) + core + dice.choice(("", "公司"))


def _turned(name: str, dice: random.Random, sounds: Sounds) -> str:
    """The place last, or the trade before the trade name, with or without a blank."""
    place, core, form = _core(name)
    blank = dice.choice(("", " "))
    return dice.choice(
        (
            f"{core}{form}{blank}{place or '黑河'}",
            f"{core[2:]}{blank}{core[:2]}",
            f"{core[:2]}{blank}{place}{blank}{core[2:]}",
        )
    )


def _wrong(name: str, dice: random.Random, sounds: Sounds) -> str:
    """Another character in one place, any of the corpus."""
    at = dice.randrange(len(name))
    return (
        name[:at]
        + dice.choice([sign for sign in dice.choice(list(sounds.values())) if sign != name[at]] or ["龘"])
        + name[at + 1 :]
    )


def _alike(name: str, dice: random.Random, sounds: Sounds) -> str:
    """A character that sounds alike, in what is particular."""
    start = opening_length(name)
    syllables = readings(name)
    places = [at for at in range(start, len(name) - 2) if len(sounds.get(syllables[at], ())) > 1]
    if not places:
        return _wrong(name, dice, sounds)
    at = dice.choice(places)
    return name[:at] + dice.choice([sign for sign in sounds[syllables[at]] if sign != name[at]]) + name[at + 1 :]


def _company(name: str, dice: random.Random, sounds: Sounds) -> str:
    """公司 for the legal form."""
    place, core, form = _core(name)
    return place + core + "公司" + form.partition("公司")[2]
