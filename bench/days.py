"""Days as text, made once: the working days of the years that are drawn from, and terms counted from a day."""

from datetime import date, timedelta

FOREVER = "2099-12-31"

# Roughly the public holidays of every year, and the first day of the week of the Spring Festival: nobody decides then.
_HOLIDAYS = {(1, 1), (1, 2), (4, 5), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8))}
_SPRING = (
    "2019-02-04",
    "2020-01-24",
    "2021-02-11",
    "2022-01-31",
    "2023-01-21",
    "2024-02-10",
    "2025-01-28",
    "2026-02-16",
)


def working_days(first: date, last: date) -> tuple[str, ...]:
    """The working days from first to last, both included, oldest first, as YYYY-MM-DD."""
    spring = {date.fromisoformat(start) + timedelta(number) for start in _SPRING for number in range(7)}
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return tuple(
        str(day) for day in days if day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS and day not in spring
    )


def all_days(first: date, last: date) -> tuple[str, ...]:
    """All days from first to last, both included, oldest first, as YYYY-MM-DD."""
    return tuple(str(first + timedelta(number)) for number in range((last - first).days + 1))


def years_later(day: str, years: int) -> str:
    """The same day some years later (or earlier); 29 February becomes the 28th."""
    rest = "-02-28" if day.endswith("-02-29") else day[4:]
    return f"{int(day[:4]) + years}{rest}"


def months_later(day: str, months: int) -> str:
    """The same day some months later; never past the 28th, so that it exists in every month."""
    month = int(day[5:7]) - 1 + months
    return f"{int(day[:4]) + month // 12}-{month % 12 + 1:02d}-{min(int(day[8:]), 28):02d}"


def spoken(day: str) -> str:
    """2026-05-06 as 2026年5月6日."""
    return f"{day[:4]}年{int(day[5:7])}月{int(day[8:])}日"
