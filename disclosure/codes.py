"""Identifiers and what makes two of them the same: credit codes, names, document numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import mul

FILLER = "00000000000000000X"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, i, 31) for i in range(17)]
# Registering authority and sort of organisation, GB 32100-2015 table 1 with its first amendment.
_HEAD = re.compile(r"[1-9AGNY][0-9A-HJ-NP-RTUW-Y]")


def wrong_credit_code(code: str) -> str:
    """Say what is wrong with a unified social credit code, or "" (GB 32100-2015: 18 characters, MOD 31-3 check digit)."""
    if len(code) != 18:
        return f"应为 18 位，这里是 {len(code)} 位"
    for position, char in enumerate(code, 1):
        if char not in ALPHABET:
            return f"第 {position} 位「{char}」不会出现在代码里"
    if not _HEAD.match(code):
        return f"开头「{code[:2]}」不是登记管理部门和机构类别"
    if not code[2:8].isdigit():
        return "第 3 至 8 位应为行政区划数字"
    if check_digit(code) != code[17]:
        return "最后一位校验码不符"
    return ""


def check_digit(code: str) -> str:
    """Return the check character for the first 17 of a credit code."""
    total = sum(map(mul, _WEIGHTS, map(ALPHABET.index, code)))
    return ALPHABET[-total % 31]


_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_digit(body: str) -> str:
    """Return the check character for the 8 of an organisation code (GB 11714, MOD 11), positions 9 to 16 of a credit code."""
    total = sum(int(char, 36) * weight for char, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


# Names that many share and nobody is known by.
GENERIC_NAMES = frozenset(
    ["个体工商户", "个体户", "个人", "自然人", "某公司", "某企业", "某某", "无名称", "无字号", "当事人"]
)
_BRACKETS = str.maketrans("（【［〔〈《｛[{<", "((((((((((", "")
_CLOSING = str.maketrans("）】］〕〉》｝]}>", "))))))))))", "")
_LOOSE = re.compile(r"[\s\u200b-\u200f\ufeff·•・.]+")


@lru_cache(20_000)
def same_name(name: str) -> str:
    """Return what two spellings of one name have in common: half width, one sort of bracket, no blanks or dots."""
    half = unicodedata.normalize("NFKC", name).upper()
    return _LOOSE.sub("", half.translate(_BRACKETS).translate(_CLOSING))


@lru_cache(20_000)
def same_number(number: str) -> str:
    """Return what two spellings of one document number have in common: letters, digits and Chinese characters only."""
    return "".join(char for char in unicodedata.normalize("NFKC", number).upper() if char.isalnum())


def nameless(name: str) -> bool:
    """Say whether a name tells nobody apart."""
    return same_name(name) in GENERIC_NAMES


_ORGANISATION = re.compile(r"[店厂社部站馆校铺坊吧]$|公司|合作|企业|中心|超市|集团")


_DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{1,8}([·•・．.][\u4e00-\u9fff]{1,8})+")


def looks_like_person(name: str) -> bool:
    """Say whether a name without a code reads like a person's: two to four Chinese characters and no trade word, or with dots."""
    bare = same_name(name)
    if bare.startswith("时任"):  # a role before a name: somebody who answers for an organisation
        return True
    if _ORGANISATION.search(bare):
        return False
    plain = 2 <= len(bare) <= 4 and all("\u4e00" <= char <= "\u9fff" for char in bare)
    return plain or bool(_DOTTED_NAME.fullmatch("".join(name.split())))


def masked_name(name: str) -> str:
    """Return a person's name as it may be shown: its first character, and no more than two signs for the others."""
    bare = name.strip()
    return bare[:1] + "*" * min(max(len(bare) - 1, 1), 2)
