"""Kinds of value: each reads the text of a cell into one canonical text, or says why it cannot.

A canonical value is text too, so that it goes through the store, a fingerprint and a download unchanged: dates are
YYYY-MM-DD, amounts plain decimals in the field's unit, "" is empty. `show` turns it into what people read.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from disclosure.codes import FILLER, wrong_credit_code

FOREVER = "9999-12-31"
READ_CACHE = 100_000


class NotOfKind(ValueError):
    """Raised by a kind: what the text is not, how to write it, and the value that is meant where only one fits."""

    def __init__(self, what: str, mend: str, proposal: str = "") -> None:
        super().__init__(what)
        self.what, self.mend, self.proposal = what, mend, proposal


@dataclass(frozen=True)
class Options:
    """What a field's declaration adds to its kind."""

    unit: str = ""
    choices: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    past: bool = False


@dataclass(frozen=True)
class Kind:
    """How a value of this kind is read from text, shown to people, and typed in downloads (frictionless)."""

    label: str
    read: Callable[[str, Options], str]
    show: Callable[[str, Options], str]
    type: str = "string"


# Placeholders met in real files; for amounts a 0 is a value, so it is not among them.
_PLACEHOLDERS = r"无 / // \ 空 - -- — —— ——— 暂无 未办 * ** *** null NULL Null \N N/A n/a None #N/A 无。 （空） (空)"
PLACEHOLDERS = frozenset([*_PLACEHOLDERS.split(), "— —"])
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t\u3000\xa0]+")


def tidy(text: str) -> str:
    """Return the text without invisible characters and outer white space; a placeholder becomes ""."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.strip()
    return "" if text in PLACEHOLDERS else text


def plain(text: str) -> str:
    """Return the text in half width and without any white space, for numbers and codes."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_text(text: str, _: Options) -> str:
    """Free text: lines kept, runs of blanks folded."""
    return _BLANKS.sub(" ", text)


def read_name(text: str, _: Options) -> str:
    """A name of a person or organisation, in one line."""
    if "\ufffd" in text:
        raise NotOfKind(f"「{text}」里有无法显示的字", "从原系统重新导出，或改回原字")
    joined = " ".join(text.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", joined)


def read_date(text: str, options: Options) -> str:
    """A day, written in one of the forms that leave no doubt."""
    return _day(text).isoformat()


def read_end_date(text: str, options: Options) -> str:
    """The last day of something; 长期 and the dates that stand for it become 9999-12-31, a month ends on its last day."""
    half = plain(text)
    if half in ("长期", "长期有效", "永久", "永久有效", "无固定期限"):
        return FOREVER
    if _FOREVER.fullmatch(half):
        return FOREVER
    month = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})月?", half)
    if month:
        first = _date(int(month[1]), int(month[2]), 1, text)
        return first.replace(day=calendar.monthrange(first.year, first.month)[1]).isoformat()
    return _day(text).isoformat()


# Dates that stand for 长期 in real files.
_FOREVER = re.compile(
    r"(9999[^0-9]?[0-9]{1,2}[^0-9]?[0-9]{1,2}|2099[^0-9]?(12[^0-9]?31|0?1[^0-9]?31))日?([T ]?[0-9]{1,2}[:;][0-9]{1,2}[:;]+[0-9]{1,2}(\.[0-9]+)?)?"
)
_DAY = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))"
)
_TIME = re.compile(r"[T ]?[0-9]{1,2}[:时;][0-9]{1,2}([:分;]+[0-9]{1,2}(\.[0-9]+)?秒?)?(Z|[+-][0-9][0-9]:?[0-9][0-9])?")
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def _day(text: str) -> datetime.date:
    half = " ".join(unicodedata.normalize("NFKC", text).split())
    half = half.replace(" ", "") if "年" in half else half
    if re.fullmatch(r"[0-9]{13}", half):  # milliseconds since 1970
        return datetime.datetime.fromtimestamp(int(half) / 1000, _CHINA).date()
    match = _DAY.match(half)
    rest = half[match.end() :].strip() if match else ""
    if not match or (rest and not _TIME.fullmatch(rest)):
        raise NotOfKind(f"「{text}」不是日期", "写成 年-月-日，如 2024-01-31")
    year, month, day = (int(part) for part in match.groups() if part)
    return _date(year, month, day, text)


def _date(year: int, month: int, day: int, text: str) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise NotOfKind(f"「{text}」不是日期", "写成 年-月-日，如 2024-01-31") from None


# Units of amounts as powers of ten of one yuan.
UNITS = {"元": 0, "万元": 4, "亿元": 8}


_AMOUNT = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?|零)(万元|亿元|元|万)?整?")


def read_money(text: str, options: Options) -> str:
    """An amount in the field's unit; one written with its own unit is converted."""
    half = plain(text).replace(",", "").replace("人民币", "").lstrip("¥￥")
    unit = options.unit or "元"
    match = _AMOUNT.fullmatch(half)
    if match:
        amount = Decimal("0" if match[1] == "零" else match[1])
        converted = convert(amount, {"万": "万元"}.get(match[2], match[2]) or unit, unit)
        if abs(converted) < 10**15:
            return decimal_text(converted)
    raise NotOfKind(f"「{text}」不是金额", f"只写数字，单位是{unit}，如 0.5")


def convert(amount: Decimal, written: str, unit: str) -> Decimal:
    """Return an amount written in one unit in another."""
    return amount.scaleb(UNITS[written] - UNITS[unit])


def decimal_text(amount: Decimal) -> str:
    """Return a decimal without exponent and trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(text: str, _: Options) -> str:
    """A whole number or decimal."""
    half = plain(text).replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", half):
        raise NotOfKind(f"「{text}」不是数字", "只写数字")
    return decimal_text(Decimal(half))


def read_credit_code(text: str, options: Options) -> str:
    """A unified social credit code of GB 32100-2015; the prescribed filler for "no code" stays as it is."""
    code = plain(text).upper().lstrip("'")
    if code in ("0", FILLER) or (set(code[:-1]) == {"0"} and len(code) >= 15):
        return FILLER
    if code in options.allow:
        return code
    wrong = wrong_credit_code(code)
    if wrong:
        raise NotOfKind(f"「{text}」不是统一社会信用代码：{wrong}", "按营业执照或登记证书核对 18 位代码后改正")
    return code


def read_document_number(text: str, _: Options) -> str:
    """The number of a document, brackets as printed, without white space inside."""
    return "".join(text.split())


def read_choice(text: str, options: Options) -> str:
    """One of the declared choices; "其他-…" names its own sort where 其他 is a choice."""
    value = "".join(text.split())
    head = re.split(r"[-—－(（:：]", value, maxsplit=1)[0]
    if value in options.choices or (head == "其他" and "其他" in options.choices):
        return value
    raise NotOfKind(f"「{text}」不在可选的值里", f"改成其中之一：{'、'.join(options.choices)}")


def read_choices(text: str, options: Options) -> str:
    """Several of the declared choices, joined by 、 in the order written."""
    parts = [part.strip() for part in re.split(r"[、，,；;\n]", text) if part.strip()]
    return "、".join(dict.fromkeys(read_choice(part, options) for part in parts))


def _same(value: str, _: Options) -> str:
    return value


def show_date(value: str, _: Options | None = None) -> str:
    """Return "2026-05-06" as "2026年5月6日", and the end of time as 长期."""
    if value == FOREVER:
        return "长期"
    year, month, day = value.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def show_money(value: str, options: Options) -> str:
    """Return an amount with its unit."""
    return f"{Decimal(value):,f} {options.unit or '元'}"


def show_code(value: str, _: Options) -> str:
    """Return a code, or nothing for the filler."""
    return "" if value == FILLER else value


KINDS = {
    "text": Kind("文字", read_text, _same),
    "name": Kind("名称", read_name, _same),
    "date": Kind("日期", read_date, show_date, "date"),
    "end_date": Kind("截止日期", read_end_date, show_date, "date"),
    "money": Kind("金额", read_money, show_money, "number"),
    "number": Kind("数字", read_number, _same, "number"),
    "credit_code": Kind("统一社会信用代码", read_credit_code, show_code),
    "document_number": Kind("文书号", read_document_number, _same),
    "choice": Kind("选项", read_choice, _same),
    "choices": Kind("多个选项", read_choices, _same),
}


@cache
def reader(kind: str, options: Options) -> Callable[[str], str]:
    """Return the `str -> str` that reads a cell of this kind and remembers what it has read."""
    read = KINDS[kind].read

    def read_cell(text: str) -> str:
        clean = tidy(text)
        return read(clean, options) if clean else ""

    return lru_cache(READ_CACHE if kind not in ("text", "document_number") else 1000)(read_cell)


def shown(kind: str, options: Options, value: str) -> str:
    """Return a canonical value as people read it, "" where it is empty."""
    return KINDS[kind].show(value, options) if value else ""
