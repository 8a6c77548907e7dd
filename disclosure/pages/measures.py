"""What follows from being on a list 联合奖惩: every measure, who takes it, and the document that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from disclosure.pages.frame import LISTS, column_tags, frame
from disclosure.pages.world import Context, Page, World
from disclosure.registers import Measure

TITLE, ADDRESS = "联合奖惩措施清单", "measures.html"


class Following(NamedTuple):
    """One list, or one theme of it, with its legal basis and what follows from it."""

    label: str
    address: str
    number: int
    tone: str
    basis: str
    measures: list[Measure]


def follow(world: World) -> list[Following]:
    """Return every list that something follows from, in the declared order."""
    found = []
    for name, register in world.listed.items():
        if register.measures:
            address = f"list/{name}/index.html"
            count = world.totals[name]
            found.append(Following(register.label, address, count, register.tone, register.basis, register.measures))
        for label, theme in register.themes.items():
            if theme.measures:
                count = world.by_month[name, "theme", theme.name].total()
                address = f"list/{name}/theme/{theme.name}/index.html" if count else f"list/{name}/index.html"
                basis = theme.basis or register.basis
                found.append(Following(label, address, count, register.tone, basis, theme.measures))
    return found


def plan(world: World) -> Iterator[Page]:
    """There is one page of them, where a register declares any."""
    if follow(world):
        yield Page(ADDRESS, "measures")


def show(world: World, page: Page) -> Context:
    """Return the lists with their basis and measures."""
    summary = "列入哪个名单会有哪些措施、由谁实施、依据哪个文件"
    return {
        **frame(world, page, TITLE, [LISTS], column_tags(world, TITLE, summary, "联合奖惩")),
        "summary": summary,
        "lists": [
            {
                "label": one.label,
                "address": one.address,
                "tone": one.tone,
                "basis": one.basis,
                "count": one.number,
                "id": f"m{number}",
                "counted": bool(one.number),
                "measures": [
                    {
                        "text": measure.text,
                        "units": "、".join(measure.units),
                        "basis": measure.basis,
                        "confirmed": measure.confirmed,
                    }
                    for measure in one.measures
                ],
            }
            for number, one in enumerate(follow(world), 1)
        ],
    }
