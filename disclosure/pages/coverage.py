"""Coverage 覆盖率: of all departments with enforcement power, how many have a record in every register that site.yaml names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from disclosure.pages.figures import bars
from disclosure.pages.frame import STATISTICS, column_tags, frame
from disclosure.pages.world import Context, Page, World

TITLE, ADDRESS = "双随机、一公开覆盖率", "coverage.html"
YEARS = 5


def plan(world: World) -> Iterator[Page]:
    """There is one page of it, where site.yaml names registers."""
    if world.site.coverage:
        yield Page(ADDRESS, "coverage")


def show(world: World, page: Page) -> Context:
    """Return for the year of the day what every department has, and for some years how many have all."""
    names, organs = world.site.coverage, _enforcing(world)
    counts: Counter[tuple[str, str, str]] = Counter()
    for tally in world.tallies:
        counts[tally.register, tally.department, tally.month[:4]] += tally.number
    years = [str(world.as_of.year - back) for back in reversed(range(YEARS))]
    whole = {year: [o for o in organs if all(_of(counts, name, o, year)[0] for name in names)] for year in years}
    rows = []
    for organ, label in organs.items():
        found = [_of(counts, name, organ, years[-1]) for name in names]
        cells = [
            {"count": n, "address": _list(name, organ, span) if n else ""}
            for name, (n, span) in zip(names, found, strict=True)
        ]
        address = f"department/{organ}.html" if organ in world.organs else ""
        rows.append({"label": label, "address": address, "cells": cells, "whole": organ in whole[years[-1]]})
    summary = f"{years[-1]}年有执法权的部门在{'、'.join(world.registers[name].label for name in names)}里都有公示记录的，算已覆盖"
    return {
        **frame(world, page, TITLE, [STATISTICS], column_tags(world, TITLE, summary), within=STATISTICS[1]),
        "summary": summary,
        "year": years[-1],
        "columns": [world.registers[name].label for name in names],
        "rows": sorted(rows, key=lambda row: row["whole"]),
        "years": [
            {
                "label": f"{year}年",
                "whole": len(whole[year]),
                "all": len(organs),
                "share": _share(len(whole[year]), len(organs)),
            }
            for year in reversed(years)
        ],
        "chart": _chart(years, [len(whole[year]) for year in years], len(organs)),
    }


def _enforcing(world: World) -> dict[str, str]:
    """Return every department with enforcement power, by the stable part of its addresses."""
    return {d.code: d.name for d in world.departments.all if d.enforcement and d.code}


def _of(counts: Counter[tuple[str, str, str]], name: str, organ: str, year: str) -> tuple[int, str]:
    """Return how many records a department has in a register in a year, and the span that they stand in; what is not
    dated stands for every year.
    """
    undated = counts[name, organ, ""]
    return (undated, "") if undated else (counts[name, organ, year], year)


def _list(name: str, organ: str, span: str) -> str:
    return f"list/{name}/department/{organ}/{span or 'index'}.html"


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%" if whole else "— —"


def _chart(years: list[str], values: list[int], top: int) -> Context:
    series = [
        {"label": "已覆盖", "tone": "honour", "values": values},
        {"label": "有执法权的部门", "tone": "plain", "values": [top] * len(years)},
    ]
    said = f"{years[0]}年至{years[-1]}年，按年"
    return bars("各年已覆盖的部门数", said, "个", [f"{year}年" for year in years], series)
