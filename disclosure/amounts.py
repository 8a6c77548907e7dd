"""Amounts of money as files write them: in figures or in Chinese numerals, in 元, 万元 or 亿元."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from cn2an import an2cn, cn2an  # type: ignore[import-untyped]

from disclosure.cells import NotOfKind, plain

# Units as powers of ten of one yuan.
UNITS = {"元": 0, "万元": 4, "亿元": 8}
_FIGURES = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?|零)(万元|亿元|元|圆|万|亿)?整?")
_NUMERALS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_WORDS = re.compile(f"([{_NUMERALS}]+)([元圆](?:零?([{_NUMERALS}])角)?(?:零?([{_NUMERALS}])分)?)?[整正]?")
_PLAIN = str.maketrans("〇两壹贰叁肆伍陆柒捌玖拾佰仟萬億", "零二一二三四五六七八九十百千万亿")
# An amount in running text, its unit written out.
_WRITTEN = re.compile(f"([0-9][0-9,]*(?:\\.[0-9]+)?|[{_NUMERALS}]+)(万元|亿元|元|圆)")


def read_amount(text: str, unit: str) -> str:
    """Return an amount as a plain decimal in `unit`; one written with its own unit is converted."""
    half = plain(text).replace(",", "").replace("人民币", "").lstrip("¥￥")
    match = _FIGURES.fullmatch(half)
    if match:
        amount = Decimal("0" if match[1] == "零" else match[1])
        converted = convert(amount, _unit(match[2] or "") or unit, unit)
        if abs(converted) < 10**15:
            return decimal_text(converted)
    if in_words(half):
        yuan = _yuan(half, text, unit)
        return decimal_text(convert(yuan, "元", unit))
    raise _no_amount(text, unit)


def in_words(text: str) -> bool:
    """Say whether an amount is written in Chinese numerals, so that its printed text is worth keeping."""
    half = plain(text).replace("人民币", "")
    return half != "零" and bool(_WORDS.fullmatch(half))


def written_amounts(text: str, word: str) -> list[Decimal]:
    """Return, in yuan, the amounts in a running text that stand behind `word` in its clause, or right before it."""
    found: list[Decimal] = []
    for clause in re.split(r"[;。\n]|(?<![0-9]),|,(?![0-9])", unicodedata.normalize("NFKC", text)):
        for match in _WRITTEN.finditer(clause):
            near = clause[: match.start()].rpartition(word)
            if near[1] or re.match(f"(?:整|的)*{word}", clause[match.end() :]):
                found += _decimals(match[1], _unit(match[2]))
    return found


def _decimals(number: str, unit: str) -> Iterator[Decimal]:
    value = Decimal(number.replace(",", "")) if number.isascii() else _cardinal(number)
    if value is not None:
        yield convert(Decimal(value), unit, "元")


def _unit(written: str) -> str:
    return {"万": "万元", "亿": "亿元", "圆": "元"}.get(written, written)


def _yuan(half: str, text: str, unit: str) -> Decimal:
    match = _WORDS.fullmatch(half)
    value = _cardinal(match[1]) if match else None
    if match is None or value is None:
        raise _no_amount(text, unit)
    if not match[2] and not re.search("[万亿萬億]", match[1]):
        raise NotOfKind(f"「{text}」没有写单位", f"写成数字，单位是{unit}，如 0.5")
    tenths, hundredths = (_cardinal(part) if part else 0 for part in (match[3], match[4]))
    return Decimal(value) + Decimal(tenths or 0) / 10 + Decimal(hundredths or 0) / 100


def _cardinal(numerals: str) -> int | None:
    """Return a number in Chinese numerals, None where it is not written out in full (三百五).

    It is written again and compared: of 一亿十万 cn2an 0.5.24 takes only the 一亿.
    """
    text = numerals.translate(_PLAIN)
    try:
        value = int(cn2an(text, "strict"))
    except ValueError:
        return None
    return value if _as_heard(an2cn(value)) == _as_heard(text) else None


def _as_heard(numerals: str) -> str:
    """The numerals without what may be said or left out: 一 before 十, and 零."""
    return numerals.replace("一十", "十").replace("零", "")


def _no_amount(text: str, unit: str) -> NotOfKind:
    return NotOfKind(f"「{text}」不是金额", f"只写数字，单位是{unit}，如 0.5")


def convert(amount: Decimal, written: str, unit: str) -> Decimal:
    """Return an amount written in one unit in another."""
    return amount.scaleb(UNITS[written] - UNITS[unit])


def decimal_text(amount: Decimal) -> str:
    """Return a decimal without exponent and trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
