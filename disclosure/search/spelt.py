"""A shard spelt out: what its signs and shortened rows stand for, so that a word can be looked for in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from disclosure.search.names import read_line
from disclosure.search.numbered import read_numbers
from disclosure.search.reader import NUMBER_WORDS
from disclosure.search.shards import script_body, unpack
from disclosure.search.shorthand import Shorthand

# Lines of the entry: the words of the signs, the tables, the beginning of the tree's root.
_SAID, _TABLES, _ROOT = 7, 8, 10
_CUT = "\x1f"


def spelling(folder: Path) -> Callable[[str, bytes], str]:
    """Return a function that spells out one script of an index, given its path in the folder and its bytes; "" for another file."""
    try:
        entry = script_body((folder / "entry.js").read_bytes()).split("\n")
        table = entry[_TABLES].split(" ")[NUMBER_WORDS]
        shorthand = Shorthand.of(entry[_SAID].split(_CUT))
        numbered = Shorthand.of_numbers(
            script_body((folder / "tables" / table[:1] / f"{table[1:]}.js").read_bytes()).split(_CUT)
        )
    except (OSError, ValueError, IndexError):
        shorthand = numbered = Shorthand()

    def spell(path: str, data: bytes) -> str:
        try:
            body = script_body(data)
            if path.startswith("names/"):
                return "\n".join("\t".join(read_line(line, shorthand)) for line in body.split("\n"))
            if path.startswith("numbers/"):
                return "\n".join(number for line in body.split("\n") for number in read_numbers(line, numbered))
            if path.startswith("parts/") or path == "entry.js":
                rows = body if path != "entry.js" else "\n".join(body.split("\n")[_ROOT:])
                return "\n".join(key for key, _ in unpack(rows))
        except (ValueError, IndexError):
            pass  # it is no script of ours; its bytes are looked at as they are
        return ""

    return spell
