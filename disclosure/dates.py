"""Days as files write them: every form that leaves no doubt; one that leaves a doubt is refused, never guessed."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from functools import lru_cache

from disclosure.cells import NotOfKind, plain

FOREVER = "9999-12-31"
DAYS = 10_000  # of so many it is remembered how people write them
MEND = "写成 年-月-日，如 2024-01-31"
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_WORDS_FOR_EVER = ("长期", "长期有效", "永久", "永久有效", "无固定期限")
# Dates that stand for 长期 in real files.
_FOR_EVER = re.compile(
    r"(9999[^0-9]?[0-9]{1,2}[^0-9]?[0-9]{1,2}|2099[^0-9]?(12[^0-9]?31|0?1[^0-9]?31))日?([T ]?[0-9]{1,2}[:;][0-9]{1,2}[:;]+[0-9]{1,2}(\.[0-9]+)?)?"
)
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_DAY = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))"
)
_TIME = re.compile(r"[T ]?[0-9]{1,2}[:时;][0-9]{1,2}([:分;]+[0-9]{1,2}(\.[0-9]+)?秒?)?(Z|[+-][0-9][0-9]:?[0-9][0-9])?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}")
_SERIAL = re.compile(r"[2-5][0-9]{4}(\.[0-9]+)?")


def read_day(text: str) -> str:
    """Return a day as YYYY-MM-DD."""
    half = " ".join(unicodedata.normalize("NFKC", text).split())
    half = half.replace(" ", "") if "年" in half else half
    if re.fullmatch(r"[0-9]{13}", half):  # milliseconds since 1970
        return datetime.datetime.fromtimestamp(int(half) / 1000, _CHINA).date().isoformat()
    match = _DAY.match(half)
    rest = half[match.end() :].strip() if match else ""
    if match and (not rest or _TIME.fullmatch(rest)):
        year, month, day = (int(part) for part in match.groups() if part)
        return _date(year, month, day, text)
    return _in_doubt(text, half)


def read_last_day(text: str) -> str:
    """Return the last day of something: 长期 and the dates that stand for it are 9999-12-31, a month ends on its last day."""
    half = plain(text)
    if half in _WORDS_FOR_EVER or _FOR_EVER.fullmatch(half):
        return FOREVER
    month = _MONTH.fullmatch(half)
    if month:
        year, number = int(month[1]), int(month[2])
        _date(year, number, 1, text)
        return _date(year, number, calendar.monthrange(year, number)[1], text)
    return read_day(text)


@lru_cache(DAYS)
def show_day(day: str) -> str:
    """Return "2026-05-06" as "2026年5月6日", and the end of time as 长期."""
    if day == FOREVER:
        return "长期"
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def _in_doubt(text: str, half: str) -> str:
    """A form with the year last reads where only one order of day and month is a day; what else is met is named."""
    match = _YEAR_LAST.fullmatch(half)
    if match:
        first, second, year = (int(part) for part in match.groups())
        days = sorted({day for day in (_made(year, first, second), _made(year, second, first)) if day})
        if len(days) == 1:
            return days[0]
        if days:
            raise NotOfKind(f"「{text}」是哪一天有两种读法：{days[0]} 和 {days[1]}", MEND)
    if _SHORT_YEAR.fullmatch(half):
        raise NotOfKind(f"「{text}」的年份只有两位", MEND)
    if _SERIAL.fullmatch(half):
        meant = (datetime.date(1899, 12, 30) + datetime.timedelta(int(float(half)))).isoformat()
        mend = f"在表格软件里把这一列设成日期格式；这个序号是 {meant}"
        raise NotOfKind(f"「{text}」不是日期，像是表格软件的日期序号", mend, meant)
    if _MONTH.fullmatch(half):
        raise NotOfKind(f"「{text}」没有写到哪一日", MEND)
    raise NotOfKind(f"「{text}」不是日期", MEND)


def _made(year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _date(year: int, month: int, day: int, text: str) -> str:
    made = _made(year, month, day)
    if not made:
        raise NotOfKind(f"「{text}」不是日期", MEND)
    return made
