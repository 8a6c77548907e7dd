"""Credit codes without what follows from the rest; theme/js/find.js reads them."""

import re

from disclosure.codes import ALPHABET, check_digit, organisation_digit
from disclosure.search.digits import figures, from_figures
from disclosure.search.shorthand import Shorthand

RAW = "!"  # before what is no credit code with the right check digits
HEAD, BODY, SIZE = 8, 8, 6  # characters that say where and what; those of the organisation, and as how many figures
_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstu")  # as int() knows them
_CREDIT = re.compile(f"[{ALPHABET}]{{18}}")


def short_code(code: str, words: Shorthand) -> str:
    """A code without its two check digits, the characters of the organisation as figures."""
    body = code[HEAD : HEAD + BODY]
    if not _CREDIT.fullmatch(code) or code[-2:] != organisation_digit(body) + check_digit(code):
        return code and RAW + words.write(code)
    return words.write(code[:HEAD]) + figures(int(body.translate(_DIGITS), len(ALPHABET)), SIZE)


def whole_code(written: str, words: Shorthand) -> str:
    """The code that `short_code` wrote."""
    if not written or written.startswith(RAW):
        return words.read(written[len(RAW) :])
    value, body = from_figures(written[-SIZE:]), ""
    for _ in range(BODY):
        value, at = divmod(value, len(ALPHABET))
        body = ALPHABET[at] + body
    first = words.read(written[:-SIZE]) + body + organisation_digit(body)
    return first + check_digit(first)
