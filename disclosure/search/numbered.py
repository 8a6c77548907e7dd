"""The numbers of one entity as one line of tokens, each number without those that it shares with the one before;
theme/js/find.js reads it.
"""

import re
from collections.abc import Iterable
from os.path import commonprefix

from disclosure.search.digits import FIGURES, figures, from_figures
from disclosure.search.shorthand import EIGHT, HAO, LETTERS, QUOTE, YEAR_SIGNS, Shorthand

_NOTHING = " "  # after the sign of a year that no serial and 号 follow, else the two figures of the serial
_LONG = re.compile(f"{QUOTE}.|([{YEAR_SIGNS}])(?:([1-9]\\d{{0,4}}){HAO})?|([0-9]{{8}})", re.DOTALL)
_TOKEN = re.compile(f"{QUOTE}.|[{YEAR_SIGNS}](?:{_NOTHING}|..)|{EIGHT}.{{4}}|.", re.DOTALL)


def write_numbers(texts: Iterable[str], words: Shorthand) -> str:
    """Texts as a line: before each a letter that says how many tokens are those of the text before."""
    line, before = "", list[str]()
    for text in texts:
        tokens = _TOKEN.findall(_LONG.sub(_short, words.write(text)))
        shared = min(len(commonprefix([before, tokens])), len(LETTERS) - 1)
        line += LETTERS[shared] + "".join(tokens[shared:])
        before = tokens
    return line


def read_numbers(line: str, words: Shorthand) -> list[str]:
    """The texts of a line."""
    found: list[list[str]] = []
    for token in _TOKEN.findall(line):
        if token in LETTERS:
            found.append(found[-1][: LETTERS.index(token)] if found else [])
        else:
            found[-1].append(_read(token, words))
    return ["".join(said) for said in found]


def _read(token: str, words: Shorthand) -> str:
    if token[0] == EIGHT:
        return f"{from_figures(token[1:]):08d}"
    if token[0] not in YEAR_SIGNS:
        return words.read(token)
    serial = "" if token[1] == _NOTHING else f"{from_figures(token[1:])}号"
    return words.read(token[0]) + serial


def _short(match: re.Match[str]) -> str:
    """Eight figures as four; the sign of a year with the serial number and 号 that follow it as two."""
    sign, serial, eight = match.groups()
    if eight:
        return EIGHT + figures(int(eight), 4)
    if not sign:
        return match[0]
    if serial and int(serial) < len(FIGURES) ** 2:
        return sign + figures(int(serial), 2)
    return sign + _NOTHING + match[0][1:]
