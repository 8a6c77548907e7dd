"""What the last change brought, for who keeps a copy of the data: every record that came or was corrected, whole.

What is shown no more is a count and a reason there, as in all that is told of changes: nobody is named who was withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from disclosure.downloads.tables import downloaded
from disclosure.downloads.write import as_object
from disclosure.pages import World
from disclosure.pages.changes import WORDS, entries
from disclosure.pages.data import CHANGED


def write_changed(world: World, folder: Path) -> list[str]:
    """Write a JSON object a line: the newest day on which something changed, and what; return the address."""
    path = folder / CHANGED
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(world))
    return [CHANGED]


def _lines(world: World) -> Iterator[dict[str, Any]]:
    for entry in entries(world)[:1]:
        for register in world.listed.values():
            table = downloaded(world, register)
            for what, word in WORDS.items():
                about = {"day": entry.day, "what": word, "register": register.name, "label": register.label}
                for row in table.rows(what):
                    yield {**about, "record": as_object(table, row)}
        for reason, count in sorted(entry.gone.items()):
            yield {"day": entry.day, "what": "停止公示", "reason": reason, "count": count}
