"""Figures: every table and picture from the one tally that `disclose` made, every number beside the list it counts."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator, Sequence

from disclosure.disclose import COUNTED, REASONS
from disclosure.pages.frame import column_tags, frame
from disclosure.pages.world import Context, Page, World

TITLE = "统计"
VALUES = 30  # so many values of a field, the most frequent
COUNTED_FEED = "counted.jsonl"  # written where something is counted and not shown


def plan(world: World) -> Iterator[Page]:
    """There is one page of statistics."""
    yield Page("statistics.html", "statistics")


def show(world: World, page: Page) -> Context:
    """Return the records shown by month, department, district and counted field."""
    return {
        **frame(world, page, TITLE, meta=column_tags(world, TITLE, f"{world.site.name}公示记录的统计")),
        "tables": tables(world),
        "counted_feed": COUNTED_FEED,
    }


def written_at(table: str) -> str:
    """Return where a table of the statistics lies as CSV."""
    return f"statistics/{table}.csv"


def tables(world: World) -> list[Context]:
    """Return every table that has rows, each with the address of its CSV."""
    found = [_by_month(world)]
    found += [
        _by(world, "department", "各部门公示记录数", "部门"),
        _by(world, "district", "各县（市、区）公示记录数", "县（市、区）"),
    ]
    found += [
        _by_value(world, name, field)
        for name, register in world.listed.items()
        for field in register.counted
        if field != register.department
    ]
    found.append(_counted(world))
    return [{**table, "csv": written_at(table["id"])} for table in found if table["rows"]]


def _cell(text: str, address: str = "", sort: str = "", counts: str = "-") -> Context:
    return {"text": text, "address": address, "sort": sort, "counts": counts}


def _counted(world: World) -> Context:
    """Return how many records are counted and not shown, by register and reason: no list stands behind these numbers."""
    reasons = [reason for reason in COUNTED if any(of == reason for _, of in world.only_counted)]
    rows = [
        [
            _cell(register.label),
            *(
                _cell(f"{world.only_counted.get((name, reason), 0):,}", "", "count", f"counted/{name}/{reason}")
                for reason in reasons
            ),
            _cell(f"{total:,}", sort="sum"),
        ]
        for name, register in world.listed.items()
        if (total := sum(count for (of, _), count in world.only_counted.items() if of == name))
    ]
    columns = ["名录", *(REASONS[reason] for reason in reasons), "合计"]
    return {"id": "counted", "caption": "仅统计、不公示内容的记录数", "columns": columns, "rows": rows, "chart": None}


def _by_month(world: World) -> Context:
    months = months_before(world.as_of, 12)
    counts = _counts(world, "month")
    rows = []
    for month in reversed(months):
        # A month's list exists wherever the register has a record in it.
        cells = [_number(counts[name, month], f"list/{name}/{month}.html") for name in world.listed]
        rows.append(
            [
                _cell(_month_label(month)),
                *cells,
                _cell(f"{sum(counts[name, month] for name in world.listed):,}", sort="sum"),
            ]
        )
    columns = ["月份", *(register.label for register in world.listed.values()), "合计"]
    picture = chart(world, "近十二个月公示记录数", months, list(world.listed))
    return {"id": "month", "caption": "近十二个月公示记录数", "columns": columns, "rows": rows, "chart": picture}


def _by(world: World, facet: str, caption: str, label: str) -> Context:
    counts = _counts(world, facet)
    totals: Counter[str] = Counter()
    for (_, value), count in counts.items():
        totals[value] += count
    names = world.organs if facet == "department" else world.site.districts
    rows = []
    for value, total in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        address = f"department/{value}.html" if facet == "department" and value else ""
        cells = [
            _number(counts[name, value], f"list/{name}/{facet}/{value}/index.html" if value else "")
            for name in world.listed
        ]
        rows.append([_cell(names.get(value, value) or "未注明", address), *cells, _cell(f"{total:,}", sort="sum")])
    columns = [label, *(register.label for register in world.listed.values()), "合计"]
    return {"id": facet, "caption": caption, "columns": columns, "rows": rows, "chart": None}


def _by_value(world: World, name: str, field: str) -> Context:
    register = world.registers[name]
    index, counts = register.position[field], Counter[str]()
    several = register.fields[field].kind == "choices"
    for (values,) in world.store.execute("SELECT vals FROM disclosed WHERE register = ?", (name,)):
        value = json.loads(values)[index]
        counts.update(value.split("、") if several and value else [value or "未注明"])
    rows = [
        [_cell(value), _cell(f"{count:,}")]
        for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:VALUES]
    ]
    caption = f"{register.label}：按{field}" + ("（一条记录可有几类）" if several else "")
    columns = [field, "记录数（仅统计）"]
    return {"id": f"{name}-{index}", "caption": caption, "columns": columns, "rows": rows, "chart": None}


def _counts(world: World, facet: str) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for tally in world.tallies:
        counts[tally.register, getattr(tally, facet)] += tally.number
    return counts


def _number(count: int, address: str) -> Context:
    return _cell(f"{count:,}", address if count else "", "count")


def _month_label(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"


def months_before(day: datetime.date, count: int) -> list[str]:
    """Return the last months up to a day's own, as YYYY-MM, oldest first."""
    number = day.year * 12 + day.month - 1
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(number - count + 1, number + 1)]


def chart(world: World, title: str, months: Sequence[str], names: Sequence[str]) -> Context | None:
    """Return bars by month for some registers, none where there is no register; ticks are round numbers."""
    if not names:
        return None
    counts = _counts(world, "month")
    values = {name: [counts[name, month] for month in months] for name in names}
    registers = [(world.registers[name], values[name]) for name in names]
    series = [
        {
            "label": register.label,
            "tone": register.tone,
            "values": line,
            # A month without a record has no list.
            "addresses": [f"list/{register.name}/{m}.html" * bool(n) for m, n in zip(months, line, strict=True)],
        }
        for register, line in registers
    ]
    top = max((value for line in values.values() for value in line), default=0)
    step = _round_step(top)
    ticks = list(range(0, max(top, 1) + step, step))
    return {
        "title": title,
        "description": f"{_month_label(months[0])}至{_month_label(months[-1])}，按月",
        "unit": "条",
        "categories": [f"{int(month[5:])}月" for month in months],
        "series": series,
        "maximum": ticks[-1],
        "ticks": ticks,
    }


def _round_step(top: int) -> int:
    """Return 1, 2 or 5 times a power of ten that makes three to six steps up to `top`."""
    step = 1
    while top / step > 5:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step
