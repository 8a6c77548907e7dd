"""How a text is compared: the same rules stand in theme/js/find.js, and a test holds the two together."""

import re
import unicodedata

from disclosure.search.variants import VARIANTS

OPENING = "([{<〈《「『【〔〖〘〚⟨⟪"
CLOSING = ")]}>〉》」』】〕〗〙〛⟩⟫"
DASHES = "‐‑‒–—―−"
DOTS = "•・∙⋅"

# Spaces, controls, marks of no width, variation selectors, halves of pairs: none of them is ever typed on purpose.
_DROPPED = re.compile(
    "[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNIFIED = str.maketrans(
    {**dict.fromkeys(OPENING, "("), **dict.fromkeys(CLOSING, ")"), **dict.fromkeys(DASHES, "-"),
     **dict.fromkeys(DOTS, "·"), "ς": "σ", **VARIANTS}
)  # fmt: skip


def fold(text: str) -> str:
    """The text simplified, without width, case, spaces and sorts of brackets, in UTF-16 units as JavaScript sees it."""
    if text.isascii():
        return _DROPPED.sub("", text).lower().translate(_UNIFIED)
    plain = unicodedata.normalize("NFKC", text).lower().translate(_UNIFIED)
    return units(_DROPPED.sub("", plain))


def bare(folded: str) -> str:
    """A folded text without its brackets."""
    return folded.replace("(", "").replace(")", "")


def words(query: str) -> list[str]:
    """The folded words of a query, each once, in the order typed."""
    return list(dict.fromkeys(filter(None, map(fold, _SPACES.split(query)))))


def units(text: str) -> str:
    """The text with each character beyond the basic plane as its two UTF-16 halves."""
    if text.isascii() or max(text) < "\U00010000":
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(low | high << 8) for low, high in zip(raw[::2], raw[1::2], strict=True))
