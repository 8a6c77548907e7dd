"""The text of a cell before its kind reads it: what is invisible is dropped, what stands for nothing is empty."""

from __future__ import annotations

import re
import unicodedata


class NotOfKind(ValueError):
    """Raised by a kind: what the text is not, how to write it, and the value that is meant where only one fits."""

    def __init__(self, what: str, mend: str, proposal: str = "") -> None:
        super().__init__(what)
        self.what, self.mend, self.proposal = what, mend, proposal


# Placeholders met in real files.
_PLACEHOLDERS = r"无 / // \ 空 - -- — —— ——— 暂无 未办 * ** *** null NULL Null \N N/A n/a None #N/A 无。 （空） (空)"
PLACEHOLDERS = frozenset([*_PLACEHOLDERS.split(), "— —"])
# Where a nought is no value, as it is for amounts, it stands for nothing too.
NOUGHTS = frozenset(["0", "零", "0.0"])
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_APOSTROPHE = re.compile("['’‘＇`](?=[^'’‘＇`]+$)")


def tidy(text: str) -> str:
    """Return the text without invisible characters and outer white space; a placeholder becomes ""."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.strip()
    return "" if text in PLACEHOLDERS else text


def plain(text: str) -> str:
    """Return the text in half width and without any white space, for numbers and codes."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def unquoted(text: str) -> str:
    """Return the text without the apostrophe that keeps a spreadsheet from taking it for a number."""
    return _APOSTROPHE.sub("", text, count=1) if _APOSTROPHE.match(text) else text


def whole(text: str) -> str:
    """Return the text; raise where a character of it was lost on the way (U+FFFD)."""
    if "\ufffd" in text:
        raise NotOfKind(f"「{text}」里有无法显示的字", "从原系统重新导出，或改回原字")
    return text
