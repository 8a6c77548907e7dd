"""The digest: what a period brought, as an article for an official account 公众号 that carries all of itself.

Its editor keeps inline styles and drawings, and no script, style sheet or link to elsewhere: docs/digest.md lists what.
An article cannot be recalled, so a record whose last day is near is counted in it and not named.
"""

from __future__ import annotations

import datetime
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from disclosure.demands import meets
from disclosure.kinds import show_date
from disclosure.pages import Context, World
from disclosure.pages.changes import entries
from disclosure.pages.entity import readable
from disclosure.registers import Register
from disclosure.templates import Templates

FOLDER = "digests"  # within state/: a take-down searches them and names those that hold what was taken down
NAMED = 20  # notable records of one register that are named; the rest are counted
NEAR = 30  # days: what ends within them is named only where that is asked for


def write_digest(world: World, themes: Sequence[Path], since: datetime.date, path: Path, ending: bool) -> int:
    """Write what was decided from a day on until today as one HTML file, private until somebody posts it; return how many records it names."""
    shown = told(world, since.isoformat(), ending)
    text = Templates(themes).draw("digest.html", {"site": world.site, "page": {"root": ""}, **shown})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    return sum(len(group["items"]) for group in shown["notable"])


def told(world: World, since: str, ending: bool) -> Context:
    """Return what the article says: how many records of each register were decided, how many ended and why, the notable ones."""
    today = world.as_of.isoformat()
    dated = {name: register for name, register in world.listed.items() if register.date}
    counts = dict(
        world.store.execute(
            "SELECT register, count(*) FROM shown WHERE date BETWEEN ? AND ? GROUP BY register", (since, today)
        )
    )
    counted = [(register, counts[name]) for name, register in dated.items() if name in counts]
    most = max((count for _, count in counted), default=1)
    gone: Counter[str] = Counter()
    for entry in entries(world):
        if since <= entry.day <= today:
            gone.update(entry.gone)
    return {
        "since": show_date(since),
        "today": show_date(today),
        "counts": [
            {
                "label": register.label,
                "tone": register.tone,
                "count": count,
                "width": round(100 * count / most, 1),
            }
            for register, count in counted
        ],
        "total": sum(count for _, count in counted),
        "gone": [{"reason": reason, "count": count} for reason, count in sorted(gone.items())],
        "notable": [group for register in dated.values() if (group := _notable(world, register, since, ending))],
    }


def _notable(world: World, register: Register, since: str, ending: bool) -> Context | None:
    """Return the notable records of a register, the newest first, and how many are not named."""
    found = list(_meeting(world, register, since))
    near = (world.as_of + datetime.timedelta(NEAR)).isoformat()
    named = [values for ends, values in found if ending or not ends or ends > near]
    if not found:
        return None
    return {
        "label": register.label,
        "items": [_item(register, values) for values in named[:NAMED]],
        "more": len(found) - len(named[:NAMED]),
    }


def _meeting(world: World, register: Register, since: str) -> Iterator[tuple[str, list[Any]]]:
    query = (
        "SELECT ends, vals FROM disclosed WHERE register = ? AND date BETWEEN ? AND ? ORDER BY date DESC, disclosed.key"
    )
    for ends, text in world.store.execute(query, (register.name, since, world.as_of.isoformat())):
        values = json.loads(text)
        cells = dict(zip(register.fields, values, strict=False))
        if register.notable == "all" or any(meets(case, register.kinds, cells) for case in register.notable):
            yield ends, values


def _item(register: Register, values: list[Any]) -> Context:
    facts = readable(register, values)
    title = register.called(facts)
    own = {register.party, register.date, *register.title}
    said = [(name, facts[name]) for name in register.summary if facts[name] and name not in own]
    return {
        "party": facts[register.party] if register.party else title,
        "title": title if register.party else "",
        "date": facts[register.date],
        "facts": [{"title": name, "text": text} for name, text in said],
    }
