"""The tables of the page of statistics as CSV: a number a line, with the list that it counts."""

from __future__ import annotations

import csv
from pathlib import Path

from disclosure.downloads.write import guarded
from disclosure.pages import World
from disclosure.pages.statistics import tables, written_at

HEAD = ("项目", "数的是什么", "条数", "列表网址")
ONLY_COUNTED = "仅统计"


def write_figures(world: World, folder: Path) -> list[str]:
    """Write every table, sums left out, and return their addresses; where there is no list to a number, 仅统计 stands."""
    written = []
    for table in tables(world):
        address = written_at(table["id"])
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(HEAD)
            for first, *cells in table["rows"]:
                for title, cell in zip(table["columns"][1:], cells, strict=True):
                    if cell["sort"] != "sum":
                        number = cell["text"].replace(",", "")
                        place = world.site.address + cell["address"] if cell["address"] else ONLY_COUNTED
                        writer.writerow([guarded(first["text"]), guarded(title), number, place])
        written.append(address)
    return written
