"""The pages of what changed: the newest releases, and all of each month. Names stand there while their records are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from disclosure.dates import FOREVER
from disclosure.disclose import REASONS
from disclosure.kinds import show_date
from disclosure.pages.entity import anchor
from disclosure.pages.frame import LISTS, column_tags, frame
from disclosure.pages.world import Context, Page, World

TITLE, INDEX = "变化记录", "changes/index.html"
NEWEST = 30
LOST = "报送文件中已无"
WORDS = {"added": "新增", "corrected": "更正"}


class Entry(NamedTuple):
    """What one release changed: its number and day, (what, register) with the count, and why records went with the count."""

    number: int
    day: str
    counts: dict[tuple[str, str], int]
    gone: dict[str, int]

    @property
    def address(self) -> str:
        """Where it stands for good."""
        return f"changes/{self.day[:7]}.html#r{self.number}"


def entries(world: World) -> list[Entry]:
    """Return every release that changed something, the newest first."""
    found: dict[int, Entry] = {}
    for number, day, what, register, count in world.store.execute(
        "SELECT number, day, what, register, count FROM entry"
    ):
        entry = found.setdefault(number, Entry(number, day, {}, Counter()))
        if what in WORDS:
            entry.counts[what, register] = count
        else:
            reason = REASONS.get(what.partition(" ")[2], LOST)
            entry.gone[reason] = entry.gone.get(reason, 0) + count
    return sorted(found.values(), reverse=True, key=lambda entry: entry.number)


def plan(world: World) -> Iterator[Page]:
    """The newest, and every month in which something changed."""
    yield Page(INDEX, "changes", "")
    for month in sorted({entry.day[:7] for entry in entries(world)}):
        yield Page(f"changes/{month}.html", "changes", month)


def show(world: World, page: Page) -> Context:
    """Return the releases of a month, or the newest and the months."""
    told = entries(world)
    here = [entry for entry in told if entry.day[:7] == page.about] if page.about else told[:NEWEST]
    months = Counter(entry.day[:7] for entry in told)
    title = f"{TITLE}（{_month(page.about)}）" if page.about else TITLE
    crumbs = [LISTS, (TITLE, INDEX)] if page.about else [LISTS]
    summary = "每次发布新增、更正、停止公示了哪些记录；停止公示的只记条数和原因"
    return {
        **frame(world, page, title, crumbs, column_tags(world, TITLE, summary), robots="noarchive"),
        "heading": title,
        "intro": f"{summary}。",
        "entries": [as_told(world, entry) for entry in here],
        "months": [
            {"label": _month(month), "count": count, "address": f"changes/{month}.html"}
            for month, count in sorted(months.items(), reverse=True)
        ],
        "feeds": [
            {"label": "订阅（Atom）", "address": "changes/feed.xml"},
            {"label": "逐条数据（JSONL）", "address": "changes/changes.jsonl"},
        ],
    }


def _month(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月" if month else ""


def as_told(world: World, entry: Entry) -> Context:
    """Return one release as people read it."""
    named: dict[tuple[str, str], list[Context]] = {}
    order = list(world.registers)

    def place(register: str) -> int:
        return order.index(register) if register in order else len(order)

    for what, register, key, name, address, ends in world.store.execute(
        "SELECT what, entry_record.register, disclosed.key, entity.name, entity.address, disclosed.ends FROM entry_record"
        " JOIN disclosed ON disclosed.row = entry_record.row JOIN entity ON entity.key = disclosed.entity"
        " WHERE number = ? ORDER BY entry_record.rowid",
        (entry.number,),
    ):
        if register in world.listed:
            record = {
                "party": name,
                "address": f"{address}#{anchor(register, key)}",
                "last": ends if ends != FOREVER else "",
            }
            named.setdefault((what, register), []).append(record)
    return {
        "id": f"r{entry.number}",
        "address": entry.address,
        "day": entry.day,
        "date": show_date(entry.day),
        "changed": [
            {
                "what": WORDS[what],
                "label": world.registers[register].label if register in world.registers else "其他",
                "count": count,
                "records": named.get((what, register), []),
            }
            for (what, register), count in sorted(
                entry.counts.items(), key=lambda item: (item[0][0], place(item[0][1]))
            )
        ],
        "gone": [{"reason": reason, "count": count} for reason, count in sorted(entry.gone.items())],
    }
