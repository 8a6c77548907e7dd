"""What can be found: every entity goes into the site's own index, every article into the full text."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from disclosure.pages import World
from disclosure.problems import Place, Problem
from disclosure.search import Listed, self_check, write_index

SAMPLE = 50


def write_search(world: World, folder: Path) -> tuple[list[str], list[Problem]]:
    """Write search/ and pagefind/ below `folder`; return their files, and a problem for every entity that is not found."""
    listed = list(entities(world))
    before = {path for path in folder.rglob("*") if path.is_file()}
    write_index(listed, folder / "search", sections=world.site.sections)
    written = sorted(path.relative_to(folder).as_posix() for path in set(folder.rglob("*")) - before if path.is_file())
    sample = listed[:: max(1, len(listed) // SAMPLE)]
    problems = [
        Problem(
            "search-miss",
            Place(miss.address),
            f"检索「{miss.query}」找不到这个主体",
            "检索索引必须百分之百找到",
            "请联系维护人员",
        )
        for miss in self_check(sample, folder / "search")
    ]
    return written, problems


def entities(world: World) -> Iterator[Listed]:
    """Return every entity with its names, code, document numbers, and counts by section, in order of address."""
    numbers = _numbers(world)
    section = {name: world.site.sections.index(register.section) for name, register in world.listed.items()}
    query = "SELECT key, address, name, code, former, counts, marks FROM entity ORDER BY key"
    for key, address, name, code, former, counts, marks in world.store.execute(query):
        by_section = [0] * len(world.site.sections)
        for register, count in json.loads(counts).items():
            if register in section:
                by_section[section[register]] += count
        labels = tuple(mark["text"] for mark in json.loads(marks))
        yield Listed(
            address, name, tuple(json.loads(former)), code, tuple(numbers.get(key, ())), tuple(by_section), labels
        )


def _numbers(world: World) -> dict[str, list[str]]:
    """Return the document numbers of every entity, each once."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name, register in world.listed.items():
        positions = [register.position[field] for field in register.numbers]
        if positions:
            for entity, values in world.store.execute(
                "SELECT entity, vals FROM disclosed WHERE register = ? ORDER BY key", (name,)
            ):
                row = json.loads(values)
                found[entity].update((row[position], None) for position in positions if row[position])
    return {entity: list(numbers) for entity, numbers in found.items()}
