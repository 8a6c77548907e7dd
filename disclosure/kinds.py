"""Kinds of value: each reads the text of a cell into one canonical text, or says why it cannot.

A canonical value is text too, so that it goes through the store, a fingerprint and a download unchanged: dates are
YYYY-MM-DD, amounts plain decimals in the field's unit, "" is empty. `show` turns it into what people read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from disclosure.amounts import decimal_text, in_words, read_amount
from disclosure.cells import NOUGHTS, NotOfKind, plain, tidy, unquoted, whole
from disclosure.codes import ALPHABET, FILLER, wrong_credit_code
from disclosure.dates import read_day, read_last_day, show_day
from disclosure.forensics import EXPORT_AGAIN, examine

READ_CACHE = 10_000
# As many codes as are named where several may be meant.
NAMED = 3


@dataclass(frozen=True)
class Options:
    """What a field's declaration adds to its kind."""

    unit: str = ""
    choices: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """How a value of this kind is read from text, shown to people, and typed in downloads (frictionless).

    `empty` are texts that stand for nothing here; where `keeps` says so, the text as printed is kept beside the value.
    """

    label: str
    read: Callable[[str, Options], str]
    show: Callable[[str, Options], str]
    type: str = "string"
    empty: frozenset[str] = frozenset()
    keeps: Callable[[str], bool] | None = None


_BLANKS = re.compile(r"[ \t\u3000\xa0]+")


def read_text(text: str, _: Options) -> str:
    """Free text: lines kept, runs of blanks folded."""
    return _BLANKS.sub(" ", whole(text))


def read_name(text: str, _: Options) -> str:
    """A name of a person or organisation, in one line."""
    joined = " ".join(whole(text).split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", joined)


def read_date(text: str, _: Options) -> str:
    """A day, written in one of the forms that leave no doubt."""
    return read_day(text)


def read_end_date(text: str, _: Options) -> str:
    """The last day of something; 长期 and the dates that stand for it become 9999-12-31, a month ends on its last day."""
    return read_last_day(text)


def read_money(text: str, options: Options) -> str:
    """An amount in the field's unit; one written with its own unit is converted."""
    return read_amount(text, options.unit or "元")


def read_number(text: str, _: Options) -> str:
    """A whole number or decimal."""
    half = plain(text).replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", half):
        raise NotOfKind(f"「{text}」不是数字", "只写数字")
    return decimal_text(Decimal(half))


def read_credit_code(text: str, options: Options) -> str:
    """A unified social credit code of GB 32100-2015; the prescribed filler for "no code" stays as it is."""
    code = plain(text).upper()
    if code in ("0", "零", FILLER) or (set(code[:-1]) == {"0"} and len(code) >= 15):
        return FILLER
    if code in options.allow or not wrong_credit_code(code):
        return code
    found = examine(code)
    mend = "按营业执照或登记证书核对 18 位代码后改正"
    if len(found.candidates) == 1:
        raise NotOfKind(
            f"「{text}」不是统一社会信用代码：{found.what}",
            f"核对营业执照或登记证书后改成 {found.candidates[0]}（校验码合得上的只有它）",
            found.candidates[0],
        )
    if 1 < len(found.candidates) <= NAMED:
        mend = f"核对营业执照或登记证书后改成 {' 或 '.join(found.candidates)}"
    elif found.mend:
        mend = found.mend
    elif len(code) == 18 and set(code) <= set(ALPHABET):
        mend += "；证书上确实如此的，写进这个字段的 allow"
    raise NotOfKind(f"「{text}」不是统一社会信用代码：{found.what}", mend)


def read_document_number(text: str, _: Options) -> str:
    """The number of a document, brackets as printed, without white space inside."""
    return "".join(whole(text).split())


def read_identifier(text: str, _: Options) -> str:
    """A number of another scheme than the credit code: letters, digits and hyphens; one of noughts is none."""
    number = re.sub(r"^([0-9]{1,15})\.0+$", r"\1", plain(whole(text)).upper())
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", number):
        raise NotOfKind(f"「{text}」是表格软件改写过的号码，后几位已经丢失", EXPORT_AGAIN)
    return "" if re.fullmatch("0+X?", number) else number


def read_choice(text: str, options: Options) -> str:
    """One of the declared choices; "其他-…" names its own sort where 其他 is a choice."""
    value = "".join(whole(text).split())
    head = re.split(r"[-—－(（:：]", value, maxsplit=1)[0]
    if value in options.choices or (head == "其他" and "其他" in options.choices):
        return value
    raise NotOfKind(f"「{text}」不在可选的值里", f"改成其中之一：{'、'.join(options.choices)}")


def read_choices(text: str, options: Options) -> str:
    """Several of the declared choices, joined by 、 in the order written."""
    parts = [part.strip() for part in re.split(r"[、，,；;\n]", text) if part.strip()]
    return "、".join(dict.fromkeys(read_choice(part, options) for part in parts))


def read_page(text: str, _: Options) -> str:
    """The address of a page of this site, below its root, or of a part of one: "service/repair.html#2"."""
    address = whole(text).removeprefix("/")
    if re.fullmatch(r"[\w-]+(?:/[\w.-]+)*\.html(?:#[\w.-]+)?", address):
        return address
    raise NotOfKind(f"「{text}」不是本站页面的地址", "写网址里域名后面的部分，如 list/penalty/index.html")


def as_it_is(value: str, _: Options) -> str:
    """Return the value: people read it as it is kept."""
    return value


def show_date(value: str, _: Options | None = None) -> str:
    """Return "2026-05-06" as "2026年5月6日", and the end of time as 长期."""
    return show_day(value)


def show_money(value: str, options: Options) -> str:
    """Return an amount with its unit."""
    return f"{Decimal(value):,f} {options.unit or '元'}"


def show_code(value: str, _: Options) -> str:
    """Return a code, or nothing for the filler."""
    return "" if value == FILLER else value


KINDS = {
    "text": Kind("文字", read_text, as_it_is),
    "name": Kind("名称", read_name, as_it_is, empty=NOUGHTS),
    "date": Kind("日期", read_date, show_date, "date", NOUGHTS),
    "end_date": Kind("截止日期", read_end_date, show_date, "date", NOUGHTS),
    "money": Kind("金额", read_money, show_money, "number", keeps=in_words),
    "number": Kind("数字", read_number, as_it_is, "number"),
    "credit_code": Kind("统一社会信用代码", read_credit_code, show_code),
    "identifier": Kind("其他号码", read_identifier, as_it_is),
    "document_number": Kind("文书号", read_document_number, as_it_is, empty=NOUGHTS),
    "choice": Kind("选项", read_choice, as_it_is),
    "choices": Kind("多个选项", read_choices, as_it_is),
    "page": Kind("本站的页面", read_page, as_it_is),
}


@cache
def reader(kind: str, options: Options) -> Callable[[str], str]:
    """Return the `str -> str` that reads a cell of this kind and remembers what it has read."""
    read, empty = KINDS[kind].read, KINDS[kind].empty

    def read_cell(text: str) -> str:
        clean = tidy(text) if kind == "text" else unquoted(tidy(text))
        return read(clean, options) if clean and clean not in empty else ""

    return lru_cache(READ_CACHE if kind not in ("text", "document_number") else 1000)(read_cell)


def shown(kind: str, options: Options, value: str) -> str:
    """Return a canonical value as people read it, "" where it is empty."""
    return KINDS[kind].show(value, options) if value else ""
