"""Spreadsheet forensics: what a spreadsheet or a hand did to a credit code, and the code that was meant where only one fits.

Nothing here repairs anything: what is found is said, with a proposal that the two check digits of GB 32100-2015 (MOD 31-3
over all 18) and GB 11714 (MOD 11 over positions 9 to 17) both prove.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from disclosure.codes import organisation_digit, wrong_credit_code

# Read for one another by people and by OCR; the first of each group are the ones that no credit code contains.
_ALIKE = ["O0QD", "I1L", "S5", "Z2", "VUYW", "B8", "G6"]
_SCIENTIFIC = re.compile(r"([1-9])\.?([0-9]*)E\+?17", re.I)
_DIGITS = re.compile(r"[0-9]{18}(?:\.0+)?")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")


EXPORT_AGAIN = "从原系统重新导出，导入前把这一列设成「文本」"
_OWN_COLUMN = "移到它自己的一列，这里填 18 位代码"


class Finding(NamedTuple):
    """What happened to a code, the codes that may have been meant ([] where nothing can be said), and what else to do."""

    what: str
    candidates: list[str]
    mend: str = ""


def examine(code: str) -> Finding:
    """Return what is wrong with a text in half width and capitals that is no credit code."""
    for look in (_number, _several, _other_number, _alike):
        found = look(code)
        if found:
            return found
    return Finding(wrong_credit_code(code), [])


def proved(code: str) -> bool:
    """Say whether a code is formed as GB 32100-2015 has it and both of its check digits are right."""
    return not wrong_credit_code(code) and organisation_digit(code[8:16]) == code[16]


def _number(code: str) -> Finding | None:
    """A code of digits alone that was taken for a number: only its first 15 to 17 digits are left."""
    match = _SCIENTIFIC.fullmatch(code)
    if match:
        what = f"表格软件把它当作数字，只剩前 {len(match[1] + match[2])} 位"
        number = int(Decimal(f"{match[1]}.{match[2] or 0}e17"))
        if len(match[2]) < 13:
            return Finding(what, [], EXPORT_AGAIN)
        spread = 10 ** (17 - len(match[2]))
        if len(match[2]) < 15:  # rounded, or cut off after 15 digits
            return Finding(what, list(_within(number - spread // 2, number + spread)), EXPORT_AGAIN)
        near = [made for made in _within(number - 128, number + 129) if float(made) == float(code)]
        return Finding(what, near, EXPORT_AGAIN)
    if _DIGITS.fullmatch(code) and wrong_credit_code(code[:18]):
        number = int(code[:18])
        if code[15:18] == "000":
            return Finding(
                "表格软件把它当作数字，第 15 位以后成了 000", list(_within(number, number + 1000)), EXPORT_AGAIN
            )
        if "." in code:
            return Finding("表格软件把它当作数字，末几位已不准", list(_within(number - 64, number + 65)), EXPORT_AGAIN)
    return None


def _within(first: int, end: int) -> Iterator[str]:
    return (str(number) for number in range(first, end) if proved(str(number)))


def _several(code: str) -> Finding | None:
    tokens = _CODE.findall(re.sub(r"[^0-9A-Z]", " ", code))
    right = sorted({token for token in tokens if not wrong_credit_code(token)})
    if len(code) > 18 and right:
        what = "一格里有几个代码" if len(right) > 1 else "代码以外还有别的内容"
        return Finding(what, right)
    return None


def _other_number(code: str) -> Finding | None:
    """Another sort of number in the place of a credit code."""
    if re.fullmatch(r"[0-9]{15}", code) and _registration_digit(code[:14]) == code[14]:
        return Finding("这是 15 位的工商注册号", [], _OWN_COLUMN)
    if re.fullmatch(r"[0-9]{13}", code):
        return Finding("这是 13 位的旧工商注册号", [], _OWN_COLUMN)
    bare = code.replace("-", "")
    if re.fullmatch(r"[0-9A-Z]{8}[0-9X]", bare) and organisation_digit(bare[:8]) == bare[8]:
        return Finding("这是 9 位的组织机构代码", [])
    return None


def _registration_digit(digits: str) -> str:
    """Return the check digit of a registration number (GS 15-2006, MOD 11,10 of ISO 7064)."""
    rest = 10
    for digit in digits:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - rest) % 10)


def _alike(code: str) -> Finding | None:
    """One or two characters taken for others that look alike, or two neighbours changed about."""
    if len(code) != 18:
        return None
    strange = [at for at, char in enumerate(code) if char in "OISZV"]
    if strange:
        fitting = [made for made in _replaced(code, strange) if proved(made)] if len(strange) <= 6 else []
        chars = "、".join(dict.fromkeys(code[at] for at in strange))
        return Finding(f"第 {strange[0] + 1} 位「{chars}」不会出现在代码里", fitting)
    near = {made for at in range(18) for made in _replaced(code, [at])}
    near |= {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(17)}
    return Finding(wrong_credit_code(code), sorted(made for made in near - {code} if proved(made)))


def _replaced(code: str, places: list[int]) -> Iterable[str]:
    """Return the code with every one of these characters put for one that looks like it."""
    made = [code]
    for at in places:
        others = [char for group in _ALIKE if code[at] in group for char in group if char not in "OISZV" + code[at]]
        made = [one[:at] + other + one[at + 1 :] for one in made for other in others]
    return made
