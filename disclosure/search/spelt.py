"""A shard spelt out: what its signs and shortened rows stand for, so that a word can be looked for in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from disclosure.search.reader import unpacked
from disclosure.search.shards import script_body, unpack
from disclosure.search.shorthand import Shorthand

_SAID, _ROOT = 7, 11  # lines of the entry: the words of the signs, and where the root of its tree begins
_CUT = "\x1f"


def spelling(folder: Path) -> Callable[[str, bytes], str]:
    """Return a function that spells out one script of an index, given its path in the folder and its bytes; "" for another file."""
    try:
        shorthand = Shorthand.of(script_body((folder / "entry.js").read_bytes()).split("\n")[_SAID].split(_CUT))
    except (OSError, ValueError, IndexError):
        shorthand = Shorthand()

    def spell(path: str, data: bytes) -> str:
        try:
            body = script_body(data)
            if path.startswith("names/"):
                return shorthand.read(body)
            if path.startswith("numbers/"):
                lines = (shorthand.read(line) for line in body.split("\n"))
                return "\n".join(number for line in lines for number in unpacked(line))
            if path.startswith("parts/") or path == "entry.js":
                rows = body if path != "entry.js" else "\n".join(body.split("\n")[_ROOT:])
                return "\n".join(key for key, _ in unpack(rows))
        except (ValueError, IndexError):
            pass  # it is no script of ours; its bytes are looked at as they are
        return ""

    return spell
