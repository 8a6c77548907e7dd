"""The check digits of Chinese identifiers, written from the standards and without the product's help."""

from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I O S V Z."""

FILLER = "00000000000000000X"
"""What the standard of 2018 prescribes where there is no code."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_BODY_VALUE = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def body_digit(body: str) -> str:
    """The ninth character of an organisation code (GB 11714) for its first eight."""
    total = sum(map(mul, _BODY_WEIGHTS, map(_BODY_VALUE.__getitem__, body)))
    return "0123456789X0"[11 - total % 11]


def credit_digit(first: str) -> str:
    """The eighteenth character of a credit code (GB 32100-2015, MOD 31-3) for the first seventeen."""
    total = sum(map(mul, _CREDIT_WEIGHTS, map(_VALUE.__getitem__, first)))
    return ALPHABET[-total % 31]


def credit_code(kind: str, region: str, body: str) -> str:
    """A valid credit code from two characters, six digits and eight characters."""
    first = kind + region + body + body_digit(body)
    return first + credit_digit(first)


def registration_number(region: str, serial: int) -> str:
    """A valid old business registration number of 15 digits (MOD 11, 10); its serial is below 10,000."""
    first = f"{region}2000{serial:04d}"
    product = 10
    for digit in first:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return first + str((11 - product) % 10)


def identity_number(birth: str, serial: int) -> str:
    """An impossible identity number: valid in form and check digit, of region 990000, which does not exist."""
    first = f"990000{birth}{serial:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, first, strict=True))
    return first + "10X98765432"[total % 11]


def letters(number: int, length: int) -> str:
    """A number written in the code's 31 characters, so long."""
    text = ""
    for _ in range(length):
        number, rest = divmod(number, 31)
        text = ALPHABET[rest] + text
    return text
