"""The tables of the statistics and of the scorecard as CSV: each number with the list that it counts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from disclosure.downloads.write import guarded
from disclosure.pages import World
from disclosure.pages import scorecard as score
from disclosure.pages.statistics import tables, tables_of
from disclosure.pages.world import ALL, Context
from disclosure.scorecard import LATE, ON, SENT_LATE, SENT_ON

HEAD = ("项目", "数的是什么", "条数", "列表网址")
CARD = ("月份", "部门", "名录", "及时（按首次公示日）", "及时（按报来的日子）", "不及时", "无法判断", "完整", "更正", "搁置", "公示", "列表网址")  # fmt: skip
ONLY_COUNTED = "仅统计"


def write_figures(world: World, folder: Path) -> list[str]:
    """Write every table, sums left out, and return their addresses; where there is no list to a number, 仅统计 stands."""
    found = {table["csv"]: table for table in tables(world)}
    for name in world.listed:
        found |= {table["csv"]: table for table in (tables_of(world, name) if world.totals[name] else ())}
    for address, table in found.items():
        _write(folder / address, HEAD, _lines(world, table))
    if score.scored(world):
        _write(folder / score.CSV, CARD, _cards(world))
        return [*found, score.CSV]
    return [*found]


def _write(path: Path, head: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows(lines)


def _lines(world: World, table: Context) -> Iterable[Sequence[str]]:
    for first, *cells in table["rows"]:
        for title, cell in zip(table["columns"][1:], cells, strict=False):
            number = cell["text"].replace(",", "")
            if cell["sort"] != "sum" and number.isdecimal():
                place = world.site.address + cell["address"] if cell["address"] else ONLY_COUNTED
                yield guarded(first["text"]), guarded(title), number, place


def _cards(world: World) -> Iterable[Sequence[str]]:
    """Yield what is counted of each month, department and register, the newest first."""
    for span, department in sorted(world.scores, reverse=True):
        if len(span) == 4 or department == ALL:
            continue
        for name, register in score.scored(world).items():
            counts = {what: n for (of, what), n in world.scores[span, department].items() if of == name}
            shown = counts.get("shown", 0)
            measured = sum(counts.get(what, 0) for what in (ON, SENT_ON, LATE, SENT_LATE))
            if not shown and not counts.get("refused"):
                continue
            place = score.Card(world, span, department).list_of(name)
            figures = [counts.get(ON, 0), counts.get(SENT_ON, 0), counts.get(LATE, 0) + counts.get(SENT_LATE, 0)]
            figures += [
                shown - measured,
                *(counts.get(what, 0) for what in ("complete", "corrected", "refused")),
                shown,
            ]
            yield [
                span,
                guarded(score.named(world, department)),
                guarded(register.label),
                *map(str, figures),
                world.site.address + place if place else ONLY_COUNTED,
            ]
