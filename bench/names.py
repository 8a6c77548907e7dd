"""Invented names: places, trade names with a long tail, trades, legal forms, and persons."""

from collections.abc import Sequence
from typing import NamedTuple

from bench.dice import Dice
from bench.tables import table

# The dozen openings that most names share; the empty one leads to no place at all.
OPENINGS = {
    "231100": ("黑河市", "黑河市", "黑河市", "黑龙江省", "黑龙江", "黑河", "", "", ""),
    "231102": ("黑河市爱辉区", "爱辉区", "爱辉区", "黑河市", "黑河", "", "", ""),
    "231123": ("逊克县", "逊克县", "逊克", "黑龙江", "", ""),
    "231124": ("孙吴县", "孙吴县", "孙吴", "黑龙江", "", ""),
    "231181": ("北安市", "北安市", "北安", "黑龙江省", "", "", ""),
    "231182": ("五大连池市", "五大连池市", "五大连池", "黑龙江", "", ""),
    "231183": ("嫩江市", "嫩江市", "嫩江", "黑龙江省", "", "", ""),
}
_ALL_OPENINGS = tuple(sorted({place for places in OPENINGS.values() for place in places}, key=len, reverse=True))

_WORDS: dict[str, Sequence[str]] = table("names")
_FIRST, _SECOND, _THIRD = _WORDS["first"], _WORDS["second"], _WORDS["third"]
_FIRMS: dict[str, list[str]] = table("names")["firms"]
_SHOPS: dict[str, list[str]] = table("names")["shops"]


class Trade(NamedTuple):
    """A line of business: the word in the name, its sector, and the legal forms that go with it."""

    word: str
    sector: str
    form: str


_FIRM_FORMS = (
    "有限公司",
    "有限公司",
    "有限公司",
    "有限公司",
    "有限公司",
    "有限责任公司",
    "有限责任公司",
    "股份有限公司",
)
_BRANCHES = ("北安", "嫩江", "逊克", "孙吴", "五大连池", "爱辉")

# 91 firm, 92 sole trader, 93 cooperative, 52 private non-profit, 51 association, 12 public institution, 11 office
KINDS = ("91",) * 58 + ("92",) * 26 + ("93",) * 8 + ("52",) * 3 + ("51",) + ("12",) * 3 + ("11",)
FIRM_TRADES = tuple(
    Trade(word, sector, form) for sector, words in _FIRMS.items() for word in words for form in _FIRM_FORMS
)
SHOP_TRADES = tuple(Trade(word, sector, "") for sector, words in _SHOPS.items() for word in words)


def person(dice: Dice) -> str:
    """A person's name from a small pool of rare pairs."""
    return dice.one(_WORDS["surnames"]) + dice.one(_WORDS["given"])


def trade_name(dice: Dice) -> str:
    """Two characters, or three: a few often, thousands of them seldom."""
    pair = _FIRST[dice.small(len(_FIRST))] + _SECOND[dice.small(len(_SECOND))]
    return pair + dice.one(_THIRD) if dice.chance(22) else pair


def name(dice: Dice, kind: str, district: str, trade: Trade) -> str:
    """A full name for a party of that kind in that district."""
    opening = dice.one(OPENINGS[district])
    if kind != "91" and opening.startswith("黑龙江"):
        opening = OPENINGS[district][0]
    core = trade_name(dice)
    if kind == "91":
        return _firm(dice, opening, core, trade)
    if kind == "92":
        return f"{opening}{core}{trade.word}"
    if kind == "93":
        return f"{opening}{core}{trade.word}"
    if kind == "51":
        return f"{opening}{core}{trade.word}协会"
    if kind == "11":
        return f"{OPENINGS[district][0]}{core[:2]}{trade.word}"
    return f"{OPENINGS[district][0]}{core}{'镇' if kind == '12' else ''}{trade.word}"


def _firm(dice: Dice, opening: str, core: str, trade: Trade) -> str:
    pattern = dice.below(20)
    if pattern == 0:
        return f"{core}（黑河）{trade.word}{trade.form}"
    if pattern == 1:
        return f"{opening}{core}{trade.word}{trade.form}{dice.one(_BRANCHES)}分公司"
    if pattern == 2:
        return f"{opening}{core}{trade.word}（集团）{trade.form}"
    return f"{opening}{core}{trade.word}{trade.form}"


def trade(dice: Dice, kind: str) -> Trade:
    """A line of business that fits the kind of party."""
    if kind == "91":
        return dice.one(FIRM_TRADES)
    if kind == "92":
        return dice.one(SHOP_TRADES)
    if kind == "93":
        return Trade(dice.one(_WORDS["cooperatives"]), "farm", "")
    if kind == "52":
        return Trade(dice.one(_WORDS["schools"]), "school", "")
    if kind == "51":
        return Trade(dice.one(FIRM_TRADES).word, "school", "")
    return Trade(dice.one(_WORDS["bodies" if kind == "12" else "offices"]), "public", "")


def alike(dice: Dice, other: str) -> str:
    """A name that differs from another by one character or by a part in brackets."""
    start = opening_length(other)
    if dice.chance(50):
        place = start + dice.below(2)
        return other[:place] + dice.one(_SECOND) + other[place + 1 :]
    if other.endswith("公司") and "（" not in other:
        cut = other.find("股份有限" if "股份有限" in other else "有限")
        return f"{other[:cut]}（{dice.one(_BRANCHES)}）{other[cut:]}"
    return f"{other}（{dice.one(('二分店', '分店', '新店', '北安', '嫩江'))}）" if "（" not in other else f"{other}二店"


def opening_length(name: str) -> int:
    """How many characters of a name stand for a place."""
    return next(len(opening) for opening in _ALL_OPENINGS if name.startswith(opening))
