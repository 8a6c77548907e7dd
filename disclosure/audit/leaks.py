"""Personal and withheld numbers in written bytes, looked for apart from the gate: nothing here is shared with it.

Simpler than the gate and on purpose another way: a whole run of digits is judged at once, not every stretch of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import lru_cache
from operator import mul

from disclosure.audit.desk import Measure, Seen, Written
from disclosure.intake import withheld_digest
from disclosure.problems import Place, Problem

_TOKEN = re.compile("[0-9A-Za-z]{8,}")
_RUN = re.compile(r"[0-9](?<![0-9][0-9])(?:(?:[^\w\n\t<>，。；：、,;:]|_){0,3}+\n?[0-9Xx]){9,}(?![0-9A-Za-z])")
_GROUP = re.compile("[0-9]+[Xx]?")
_ODD = re.compile("[^\x00-\x7f\u4e00-\u9fff\u3000-\u3006\u3008-\u303f（）：；，。！？“”‘’—…·©←-↩]")
_ODDS = re.compile(f"{_ODD.pattern}+")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\ufe00-\ufe0f\u20e3]")
_SPELT = re.compile(
    "[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖][\\W_]{0,3}(?:[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖杠][\\W_]{0,3}){8,}"
)
_TABLE = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖杠×✕", "00123456789123456789-XX")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PLACE = re.compile(r"(?:住址|家住|户籍地|居住地)[^。；\n]{0,30}?[0-9一二三四五六七八九十]+\s?(?:号|室|单元|栋|幢)")
_DOCUMENT = re.compile(r"(?:护照|通行证|台胞证|居留证)[^0-9A-Za-z\n]{0,8}[A-Za-z]{1,2}[0-9]{7,9}(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NUMBERED = re.compile(r"(?:[0-9A-Za-z〕\])）第字〉》]|(?:编号|批号|条码|合同|订单|单号|文号|许可证号?|证书号?)\W*)$")
_OF_OTHERS = re.compile(r"代码|注册号|登记|执照|税务|税号|许可|编号|文号|字第|订单|流水|合同|案号|发票|单号|条码|批号")
_OF_PERSONS = re.compile(r"身份|公民|居民证|证件|证号")
_NO_PHONE = re.compile(r"\W?(?:号(?!码)|[元万亿吨米件])")


def words(file: Written) -> str:
    """Return what people read of a file, with digits as plain digits where any were written otherwise."""
    text = file.said
    if _SPELT.search(text):
        text = _SPELT.sub(lambda match: match[0].translate(_TABLE), text)
    if not _ODD.search(text):
        return text
    half = _ODDS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), _UNSEEN.sub("", text))
    return _OTHER_DIGIT.sub(lambda match: str(unicodedata.digit(match[0])), half)


def runs(file: Written) -> list[tuple[str, list[str], int, int]]:
    """Every run of at least ten digits with no more than signs between: (digits, its groups, start, end)."""
    return [
        (re.sub("[^0-9X]", "", match[0].upper()), _GROUP.findall(match[0].upper()), match.start(), match.end())
        for match in _RUN.finditer(_words(file))
    ]


def tokens(file: Written) -> frozenset[str]:
    """Every word of at least eight letters and digits of a file's bytes, in attributes too, each once."""
    return frozenset(token for token in set(_TOKEN.findall(file.bare)) if not token.isalpha())


# All checks read one part of a file before the next is read.
_words, _runs, _tokens = lru_cache(1)(words), lru_cache(1)(runs), lru_cache(1)(tokens)


def withheld(file: Written, measure: Measure) -> Iterator[Problem]:
    """No number that stood in a withheld field is anywhere, in no spelling of case and width."""
    if not measure.withheld:
        return
    found = _tokens(file)
    if _words(file) is not file.text and (_words(file) is not file.said or file.parted or "&#" in file.text):
        found |= {token for token in _TOKEN.findall(_words(file)) if not token.isalpha()}
    why = "这个号码在报送文件里属于不公开的字段"
    for token in sorted(found):
        if withheld_digest(token) in measure.withheld:
            yield leak(file.name, token, "不得公开的号码", why)


def identity(file: Written, measure: Measure) -> Iterator[Problem]:
    """No identity number of 18 digits is anywhere: region, date of birth and check digit (GB 11643-1999)."""
    candidates = {token for token in _tokens(file) if len(token) == 18}
    for digits, groups, _, _ in _runs(file):
        candidates.update([digits, *groups])
    for number in sorted(candidates):
        if _is_identity(number.upper()):
            yield leak(file.name, number, "身份证号码", "任何人的身份证号码都不得公开")


def _is_identity(number: str) -> bool:
    if len(number) != 18 or not number[:17].isdigit() or not "1" <= number[0] <= "8":
        return False
    if not _is_born(number[6:10], number[10:12], number[12:14]):
        return False
    return "10X98765432"[sum(map(mul, map(int, number[:17]), _WEIGHTS)) % 11] == number[17]


def _is_born(year: str, month: str, day: str) -> bool:
    """Say whether it is a day on which somebody was born: later dates stand in numbers of documents."""
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2012
    except ValueError:
        return False


def old_identity(file: Written, seen: Seen) -> None:
    """Numbers of 15 digits with a region and a date of birth, which registration numbers may also have."""
    for digits, groups, start, _ in _runs(file):
        before = _words(file)[max(0, start - 14) : start]
        if (_OF_OTHERS.search(before) or (before[-1:].isascii() and before[-1:].isalnum())) and not _OF_PERSONS.search(
            before
        ):
            continue
        for number in {digits, *groups}:
            if (
                len(number) == 15
                and number.isdigit()
                and "1" <= number[0] <= "8"
                and _is_born("19" + number[6:8], number[8:10], number[10:12])
                and not _is_registration(number)
            ):
                seen.suspects.setdefault(("identity", number), file.name)


def _is_registration(number: str) -> bool:
    rest = 10
    for digit in map(int, number):
        rest = (rest + digit) % 10
        rest = (rest or 10) * 2 % 11
    return rest == 2


def phones(file: Written, seen: Seen) -> None:
    """Mobile telephones, in one piece or 3-4-4, and telephones with their area code apart."""
    text = _words(file)
    for digits, groups, start, end in _runs(file):
        if _NUMBERED.search(text[max(0, start - 6) : start]) or _NO_PHONE.match(text, end):
            continue
        lengths = tuple(map(len, groups))
        whole = lengths[-3:] == (3, 4, 4) or lengths == (1,) * 11
        for number in {digits[-11:], *groups} if whole else groups:
            if _is_mobile(number):
                seen.suspects.setdefault(("phone", number), file.name)
        if lengths in ((3, 8), (4, 7), (4, 8), (3, 7)) and groups[0][0] == "0" and groups[1][0] > "1":
            seen.suspects.setdefault(("phone", digits), file.name)


def _is_mobile(number: str) -> bool:
    return len(number) == 11 and number.isdigit() and number[0] == "1" and number[1] >= "3"


def attribute_phones(file: Written, seen: Seen) -> None:
    """Mobile telephones in what a page refers to and describes itself by."""
    for token in _TOKEN.findall("\n".join(file.values)) if file.is_page else ():
        if _is_mobile(token):
            seen.suspects.setdefault(("phone", token), file.name)


def cards(file: Written, seen: Seen) -> None:
    """Payment cards: 16 or 19 digits of China UnionPay with their check (ISO/IEC 7812-1)."""
    for digits, groups, start, _ in _runs(file):
        for number in {digits, *groups} if not _OF_OTHERS.search(_words(file)[max(0, start - 16) : start]) else ():
            if len(number) in (16, 19) and number.startswith("62") and number.isdigit() and _luhn(number):
                seen.suspects.setdefault(("card", number), file.name)


def _luhn(number: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0


def mails(file: Written, seen: Seen) -> None:
    """E-mail addresses."""
    text = _words(file)
    if "@" in text:
        for found in _EMAIL.findall(text):
            seen.suspects.setdefault(("mail", found), file.name)


def places(file: Written, seen: Seen) -> None:
    """Home addresses and documents of travel, by the words before them."""
    text = _words(file)
    for pattern in (_PLACE, _DOCUMENT):
        for found in pattern.findall(text):
            seen.suspects.setdefault(("place", found), file.name)


WHAT = {
    "identity": "身份证号码",
    "phone": "电话号码",
    "card": "银行卡号",
    "mail": "电子邮箱",
    "place": "住址或证件号码",
}


def judged(seen: Seen, declared: Callable[[set[str]], Collection[str]], contacts: frozenset[str]) -> Iterator[Problem]:
    """Return what of the suspects is personal: no contact that is declared, no number that a register declares as one."""
    suspects = {key: name for key, name in seen.suspects.items() if key[1] not in contacts}
    known = declared({number for _, number in suspects}) if suspects else ()
    why = "个人的号码和住址不得公开；可以公开的联系方式要在 site.yaml 或 departments.yaml 里声明"
    for (sort, number), name in sorted(suspects.items()):
        if number not in known:
            yield leak(name, number, WHAT[sort], why)


def worded(file: Written) -> bool:
    """Say whether a file holds words for people, and not only keys and places of the search."""
    return not file.is_copy and (not file.name.startswith("search/") or file.name.startswith("search/names/"))


def leak(name: str, number: str, what: str, why: str) -> Problem:
    """Return that a number which may not be shown stands in a file, without the number."""
    mend = "先看报送文件和文章里有没有；没有就是程序或模板的错误，请联系维护人员。成品没有发布"
    shown = number[:4] if number[:4].isalnum() and number[:4].isascii() else number[:2]
    return Problem("leak", Place(name), f"成品里有{what}（{shown}…，共 {len(number)} 位）", why, mend)
