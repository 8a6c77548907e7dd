"""Personal numbers in free text, plain and disguised: where each stands, of which sort it is, and the text without it.

Validity decides before words do (check digits, regions, dates of birth), words where a number has no check of its own.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from disclosure.codes import wrong_credit_code

# What staff are told was found, by sort.
SORTS = {
    "identity": "身份证号码",
    "document": "证件号码",
    "mobile": "手机号码",
    "landline": "电话号码",
    "card": "银行卡号",
    "email": "电子邮箱",
    "address": "住址",
}
# Of a number that is cut so much is still shown; of an identity number the region at most, never the date of birth.
KEPT = {"identity": 6, "document": 1, "mobile": 3, "landline": 3, "card": 4}
# A number without a word beside it that carries a later date is the number of a file, not of a child.
LAST_BIRTH = 2012


class Find(NamedTuple):
    """One personal number in a text: its sort, its span, and what stands in its place, as long as the span."""

    sort: str
    start: int
    end: int
    masked: str


class _Run(NamedTuple):
    """Digits that follow each other with no more than signs between: all of them, where each stands, where groups begin."""

    digits: str
    at: list[int]
    begins: list[bool]


def _alike() -> dict[int, str]:
    """Every character that is read as a digit or as the X at an identity number's end."""
    digits = {n: str(d) for n in range(0x80, 0x1FBFA) if (d := unicodedata.digit(chr(n), None)) is not None}
    spoken = (
        "〇零○◯⭕О\u039f",
        "一壹㊀幺Ⅰ｜",
        "二贰貳㊁",
        "三叁參㊂",
        "四肆㊃",
        "五伍㊄",
        "六陆陸㊅",
        "七柒㊆",
        "八捌㊇",
        "九玖㊈",
    )
    digits |= {ord(char): str(value) for value, chars in enumerate(spoken) for char in chars}
    return digits | {ord(char): "X" for char in "×✕✖╳хХχΧⅩⅹ"}


_WIDTH = {n: chr(n - 0xFEE0) for n in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_ALIKE = _alike()
# Letters that stand for digits: only in identity numbers, whose check digit decides.
_LETTERS = str.maketrans("OoIlZzSsB", "001122558", "")
_SOFT = frozenset("OoIlZzSsB")
_DIGIT = "0-9０-９OoIlZzSsB\U0001d7ce-\U0001d7ff" + "".join(re.escape(chr(n)) for n in _ALIKE if n < 0x10000)
_WORD = "(?:横杠|横线|杠|点|空格|空|转|接|后四位|末四位|尾号|生日)"
_GAP = rf"[\W_]{{0,4}}+(?:{_WORD}[\W_]{{0,2}})?"
# No text without one of these holds anything personal: most texts end here, after a microsecond or two.
_MANY_DIGITS = re.compile(rf"[{_DIGIT}](?:{_GAP}[{_DIGIT}]){{9}}")
_RARE = re.compile("[@＠艾住户护通台回居军士证(]")
_TELLING = re.compile(
    r"[@＠]|艾特|\(at\)|住址|[家现]住|住[在于]|居住[在于地]|暂住|租住|常住[地址]|户籍|家庭地址"
    r"|护照|通行证|台胞证|回乡证|居留证|军官证|士兵证|证件"
)
_RUN = re.compile(rf"[0-9OoIlZzSsB](?:{_GAP}[0-9OoIlZzSsBXx]){{9,}}")
_PROVINCES = frozenset([*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83])  # fmt: skip

_SAID_IDENTITY = re.compile(r"身份|公民|居民证|证件|证号|(?i:\bid\b|sfz)")
_SAID_OTHER = re.compile(
    r"信用代码|注册号|登记号|登记证|执照|税务|税号|许可|编号|文号|字第|订单|流水|合同|案号|发票|单号|条码|批号|代码"
)
_SAID_PHONE = re.compile(r"电话|手机|联系|致电|拨打|热线|传真|座机|号码|微信|(?i:tel|phone|mobile)")
_SAID_CARD = re.compile(r"卡|账[号户]|帐[号户]|银行|开户")
_NUMBERED = re.compile(r"[〕\]］)）第字〉》]\W*$|(?:编号|批号|条码|合同|订单|单号|文号|许可证号?|证书号?)\W*$")
_MEASURED = re.compile(r"\W?(?:号(?!码)|[元万亿吨]|公里|平方|立方|千克|公斤|[米件个条次])")
_BETWEEN_PHONE = re.compile(rf"[^\w，。；：、,;:()（）/]*|{_WORD}|_")


def find(text: str, known: Collection[str] = (), number: bool = False) -> list[Find]:
    """Return what is personal in a text, in order, none overlapping; `known` are numbers and addresses that may stand.

    Where the text is a `number` itself, of a document or a registration, only 18-digit identity numbers are looked for.
    """
    if not _MANY_DIGITS.search(text) and not (not number and _RARE.search(text) and _TELLING.search(text)):
        return []
    half = text.translate(_WIDTH)
    plain = half.translate(_ALIKE)
    found: list[Find] = []
    for match in _RUN.finditer(plain):
        run = _run(match)
        for look in (_identity,) if number else (_identity, _card, _mobile, _landline):
            for sort, first, last in look(run, half):
                start, end = run.at[first], run.at[last - 1] + 1
                if "".join(run.digits[first:last]) not in known and not any(
                    f.start < end and start < f.end for f in found
                ):
                    kept = min(KEPT[sort], last - first)
                    found.append(_cut(text, sort, start, end, run.at[first + kept - 1] + 1))
    if not number:
        for written in _written(text, half, plain):
            if half[written.start : written.end] not in known and not any(
                f.start < written.end and written.start < f.end for f in found
            ):
                found.append(written)
    return sorted(found, key=lambda find: find.start)


def contacts(declared: Iterable[str]) -> frozenset[str]:
    """Return what `find` knows telephones, addresses and e-mail addresses by, declared as people write them."""
    written = {text.strip().translate(_WIDTH) for text in declared if text.strip()}
    return frozenset(written | {digits for text in written if len(digits := re.sub(r"\D", "", text)) >= 7})


def mask(text: str, known: Collection[str] = (), number: bool = False) -> str:
    """Return the text with all that is personal cut, its length kept."""
    for found in reversed(find(text, known, number)):
        text = text[: found.start] + found.masked + text[found.end :]
    return text


def _cut(text: str, sort: str, start: int, end: int, kept: int) -> Find:
    return Find(sort, start, end, text[start:kept] + "*" * (end - kept))


def _run(match: re.Match[str]) -> _Run:
    digits, at, begins = [], [], []
    text, before, soft = match[0], -2, False
    for offset, char in enumerate(text):
        if char in "0123456789Xx" or char in _SOFT:
            digits.append(char.upper() if char in "Xx" else char.translate(_LETTERS))
            at.append(match.start() + offset)
            begins.append(before != offset - 1 or (char in _SOFT) != soft)
            before, soft = offset, char in _SOFT
    return _Run("".join(digits), at, begins)


def _spans(run: _Run, lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every stretch of one of these lengths that begins and ends where a group does, the longest first."""
    total = len(run.digits)
    for first in range(total):
        if run.begins[first]:
            for length in lengths:
                last = first + length
                if last <= total and (last == total or run.begins[last]):
                    yield first, last


def _before(text: str, at: int, reach: int = 14) -> str:
    return text[max(0, at - reach) : at]


def born(date: str) -> datetime.date | None:
    """Return the day that eight digits of an identity number name, None where there is no such day since 1900."""
    try:
        day = datetime.date(int(date[:4]), int(date[4:6]), int(date[6:8]))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2035 else None


def identity_check(number: str) -> bool:
    """Say whether the last of 18 characters is the check digit of the 17 before it (GB 11643-1999, MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def _identity(run: _Run, text: str) -> Iterator[tuple[str, int, int]]:
    for first, last in _spans(run, (18, 15)):
        number = run.digits[first:last]
        if "X" in number[:-1] or (last - first == 15 and number[-1] == "X"):
            continue
        before = _before(text, run.at[first])
        if (_is_identity if last - first == 18 else _is_old_identity)(number, before, _uneven(run, first, last)):
            yield "identity", first, last


def _is_identity(number: str, before: str, _: bool) -> bool:
    day = born(number[6:14])
    if "身份证" in before and number[:1] != "0":
        return bool(day) or int(number[:2]) in _PROVINCES
    if not day or int(number[:2]) not in _PROVINCES or not identity_check(number):
        return False
    if "信用代码" in before and not wrong_credit_code(number):
        return False
    return day.year <= LAST_BIRTH or bool(_SAID_IDENTITY.search(before))


def _is_old_identity(number: str, before: str, uneven: bool) -> bool:
    """15 digits have no check of their own: region and date must fit, and it must not be a 工商注册号 (GS 15-2006)."""
    if not born("19" + number[6:12]) or int(number[:2]) not in _PROVINCES or number[2:6] == "0000":
        return False
    if _SAID_IDENTITY.search(before):
        return True
    if uneven or _SAID_OTHER.search(before) or re.search(r"[0-9A-Za-z]$", before):
        return False
    return not (number[7] == "0" and registration_check(number))


def registration_check(number: str) -> bool:
    """Say whether the last of 15 digits checks the 14 before it, as in a registration number (GS 15-2006, MOD 11,10)."""
    product = 10
    for digit in number[:14]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(number[14])) % 10 == 1


def _groups(run: _Run, first: int, last: int) -> tuple[int, ...]:
    starts = [i for i in range(first, last) if i == first or run.begins[i]]
    return tuple(end - start for start, end in zip(starts, [*starts[1:], last], strict=True))


def _uneven(run: _Run, first: int, last: int) -> bool:
    """Say whether digits are grouped as nobody groups an identity number: then they are several numbers beside each other."""
    groups = _groups(run, first, last)
    even = len(set(groups[:-1])) <= 1 and groups[-1] <= groups[0]
    return not (even or groups in ((6, 6, 3), (6, 9), (6, 2, 2, 2, 3), (3, 3, 6, 3)))


_PHONE_GROUPS = {(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (5, 6), (6, 5), (1,) * 11, (2, 2, 2, 2, 2, 1)}  # fmt: skip


def _mobile(run: _Run, text: str) -> Iterator[tuple[str, int, int]]:
    for first, last in _spans(run, (15, 13, 11)):
        number, start = run.digits[first:last], last - 11
        prefix = number[: start - first]
        groups = _groups(run, start, last)
        if (
            prefix not in ("", "86", "0086")
            or "X" in number
            or not re.match("1[3-9]", run.digits[start:last])
            or (groups not in _PHONE_GROUPS and (prefix == "" or sum(groups) != 11))
            or not _plain_between(run, text, start, last)
        ):
            continue
        before = _before(text, run.at[first], 10)
        if _SAID_PHONE.search(before) or not (
            re.search(r"[0-9A-Za-z]$", before)
            or _NUMBERED.search(before)
            or _MEASURED.match(text, run.at[last - 1] + 1)
        ):
            yield "mobile", first, last


def _plain_between(run: _Run, text: str, first: int, last: int) -> bool:
    """Say whether only blanks, hyphens and dots part the digits, none of them a letter that looks like one."""
    at = run.at[first:last]
    return not any(text[i] in _SOFT for i in at) and all(
        _BETWEEN_PHONE.fullmatch(text, one + 1, other) for one, other in pairwise(at)
    )


_AREA = re.compile("0(?:10|2[0-9]|[3-9][0-9]{2})")


def _landline(run: _Run, text: str) -> Iterator[tuple[str, int, int]]:
    for first, last in _spans(run, (14, 13, 12, 11, 10)):
        number, groups = run.digits[first:last], _groups(run, first, last)
        start = 2 if number.startswith("86") and groups[0] == 2 else 0
        area = _AREA.match(number[start:])
        if not area or "X" in number or any(text[i] in _SOFT for i in run.at[first:last]):
            continue
        rest = last - first - start - len(area[0])
        split = groups[1:] if start else groups
        said = _SAID_PHONE.search(_before(text, run.at[first], 10))
        apart = split[0] == len(area[0]) and tuple(split[1:]) in ((7,), (8,), (3, 4), (4, 4))
        if rest not in (7, 8) or number[start + len(area[0])] in "01" or not (apart or (said and len(split) == 1)):
            continue
        if said or not (
            re.search(r"[0-9A-Za-z]$", _before(text, run.at[first]))
            or _NUMBERED.search(_before(text, run.at[first]))
            or _MEASURED.match(text, run.at[last - 1] + 1)
        ):
            yield "landline", first, last


def _card(run: _Run, text: str) -> Iterator[tuple[str, int, int]]:
    for first, last in _spans(run, (19, 18, 17, 16)):
        number = run.digits[first:last]
        if "X" in number or any(text[i] in _SOFT for i in run.at[first:last]) or not luhn(number):
            continue
        before = _before(text, run.at[first], 16)
        said = _SAID_CARD.search(before) and re.match("62|60|69|4|5|35|36|9558", number)
        bare = number.startswith("62") and len(number) in (16, 19) and not _SAID_OTHER.search(before)
        if said or bare:
            yield "card", first, last


def luhn(number: str) -> bool:
    """Say whether digits pass the check of payment cards (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]*(?P<at>\s?(?:@|\(at\)|\[at\]|艾特)\s?)[A-Za-z0-9-]+(?:\s?(?:\.|点|\(dot\))\s?[A-Za-z0-9-]+)*\s?(?:\.|点|\(dot\))\s?[A-Za-z]{2,}",
    re.I,
)
_DOCUMENT = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|居留证|军官证|士兵证|证件)[^0-9A-Za-z。；;，,\n]{0,12}(?P<number>[A-Za-z]{1,2}[\s-]?(?:[0-9][\s-]?){6,8}[0-9])(?![0-9A-Za-z])"
)
_UNIT = r"(?:[0-9]+|[十百]+|[A-Za-z])\s?(?:号楼|号院|号|栋|幢|座|单元|室|户|组|门)"
_ADDRESS = re.compile(
    r"(?:住址|家住|现住|住[在于]|居住[在于]|居住地|暂住|租住|常住[地址]|户籍(?:所在地|地址|地|住址)?|家庭地址)(?:[是为在于]|[:：]|\s)*"
    rf"(?P<place>[^。；;，,\n0-9]{{2,40}}?{_UNIT}(?:[^。；;，,\n0-9]{{0,8}}?{_UNIT})*)"
)


def _written(text: str, half: str, plain: str) -> Iterator[Find]:
    """What is known by its words: e-mail addresses, passports and their like, home addresses."""
    for match in _EMAIL.finditer(half):
        yield Find(
            "email", *match.span(), "*" * (match.start("at") - match.start()) + text[match.start("at") : match.end()]
        )
    for match in _DOCUMENT.finditer(half):
        start, end = match.span("number")
        yield _cut(text, "document", start, end, start + KEPT["document"])
    for match in _ADDRESS.finditer(plain):
        start, end = match.span("place")
        yield Find("address", start, end, "*" * (end - start))
