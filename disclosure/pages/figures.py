"""What pages of figures are made of: cells that say what they count, and bars with round numbers at their edge."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from disclosure.pages.world import Context


def cell(text: str, address: str = "", sort: str = "", counts: str = "-") -> Context:
    """Return one cell: its text, where it leads, whether it is counted (`count`), added up (`sum`), a group of rows, or none of
    these; and what it counts, in the words of the audit, where it leads to no list."""
    return {"text": text, "address": address, "sort": sort, "counts": counts}


def number(count: int, address: str) -> Context:
    """Return a number with the list that it counts."""
    return cell(f"{count:,}", address if count else "", "count")


def bars(
    title: str, description: str, unit: str, categories: Sequence[str], series: Sequence[Context], top: int = 0
) -> Context:
    """Return bars of some series by category; each has a label, a tone, values and, as long, the addresses of their lists."""
    top = top or max((value for line in series for value in line["values"]), default=0)
    step = _round_step(top)
    ticks = list(range(0, max(top, 1) + step, step))
    if ticks[-2] >= max(top, 1):
        ticks.pop()
    return {
        "title": title,
        "description": description,
        "unit": unit,
        "categories": list(categories),
        "series": [{**line, "addresses": line.get("addresses") or [""] * len(line["values"])} for line in series],
        "maximum": ticks[-1],
        "ticks": ticks,
    }


def months_before(day: datetime.date, count: int) -> list[str]:
    """Return the last months up to a day's own, as YYYY-MM, oldest first."""
    number = day.year * 12 + day.month - 1
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(number - count + 1, number + 1)]


def month_label(month: str) -> str:
    """Return a month as people say it."""
    return f"{month[:4]}年{int(month[5:])}月"


def by_month(title: str, months: Sequence[str], series: Sequence[Context]) -> Context:
    """Return bars by month; of records, which are counted one by one."""
    said = f"{month_label(months[0])}至{month_label(months[-1])}，按月"
    return bars(title, said, "条", [f"{int(month[5:])}月" for month in months], series)


def _round_step(top: int) -> int:
    """Return 1, 2 or 5 times a power of ten that makes three to six steps up to `top`."""
    step = 1
    while top / step > 5:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step
