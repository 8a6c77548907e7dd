"""What can be found: every entity goes into the site's own index, every article into the full text."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from disclosure.compress import ENDINGS
from disclosure.files import share, walk
from disclosure.pages import World
from disclosure.problems import Place, Problem
from disclosure.render import Before, Drawn
from disclosure.search import Document, Listed, self_check, write_fulltext, write_index

SAMPLE = 50
ENTITIES, ARTICLES = "search/", "pagefind/"


def write_search(world: World, folder: Path, drawn: Drawn, before: Before | None) -> tuple[list[str], list[Problem]]:
    """Write search/ and pagefind/ below `folder`; return their files, and a problem for every entity that is not found.

    An index of what the last release's was made of is shared with it; what each is made of is entered in `drawn`.
    """
    listed, texts = list(entities(world)), list(documents(world))
    problems: list[Problem] = []
    sections, districts = world.site.sections, world.site.districts
    if not _shared(ENTITIES, _print(listed, (sections, districts)), folder, drawn, before):
        write_index(listed, folder / ENTITIES, sections=sections, districts=districts)
        sample = listed[:: max(1, len(listed) // SAMPLE)]
        problems = [_miss(miss.query, miss.address) for miss in self_check(sample, folder / ENTITIES)]
    if not _shared(ARTICLES, _print(texts), folder, drawn, before):
        write_fulltext(texts, folder / ARTICLES)
    return sorted(part + name for part in (ENTITIES, ARTICLES) for name in walk(folder / part)), problems


def _print(items: Sequence[object], more: object = None) -> str:
    """Return what changes when an index must be made anew: what goes into it, and the program that makes it."""
    digest = hashlib.blake2b(repr(more).encode(), digest_size=12)
    for path in sorted(Path(__file__).parent.rglob("search/*.py")):
        digest.update(path.read_bytes())
    for item in items:
        digest.update(repr(item).encode())
    return digest.hexdigest()


def _shared(part: str, mark: str, folder: Path, drawn: Drawn, before: Before | None) -> bool:
    drawn.prints[part] = mark
    if not before or before.prints.get(part) != mark:
        return False
    for name in walk(before.folder / part):
        if not name.endswith(tuple(ENDINGS.values())):
            new = folder / part / name
            if not new.parent.exists():
                new.parent.mkdir(parents=True)
            share(before.folder / part / name, new)
    return True


def _miss(query: str, address: str) -> Problem:
    what = f"检索「{query}」找不到这个主体"
    return Problem("search-miss", Place(address), what, "检索索引必须百分之百找到", "请联系维护人员")


def entities(world: World) -> Iterator[Listed]:
    """Return every entity with its names, code, document numbers, and counts by section, in order of address."""
    numbers = _numbers(world)
    section = {name: world.site.sections.index(register.section) for name, register in world.listed.items()}
    years = _years(world)
    query = "SELECT key, address, name, code, district, former, counts, marks FROM entity ORDER BY key"
    for key, address, name, code, district, former, counts, marks in world.store.execute(query):
        by_section = [0] * len(world.site.sections)
        for register, count in json.loads(counts).items():
            if register in section:
                by_section[section[register]] += count
        labels = tuple(f"{mark['tone']}:{mark['text']}" for mark in json.loads(marks))
        yield Listed(
            address,
            name,
            tuple(json.loads(former)),
            code,
            tuple(numbers.get(key, ())),
            tuple(by_section),
            labels,
            district,
            years.get(key, ()),
        )


def _years(world: World) -> dict[str, tuple[int, ...]]:
    """Return the years of every entity's records."""
    found: dict[str, tuple[int, ...]] = defaultdict(tuple)
    marks = ", ".join("?" * len(world.listed))
    query = f"SELECT DISTINCT entity, substr(date, 1, 4) FROM shown WHERE date <> '' AND register IN ({marks}) ORDER BY 1, 2"
    for entity, year in world.store.execute(query, list(world.listed)):
        found[entity] += (int(year),)
    return found


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


def documents(world: World) -> Iterator[Document]:
    """Return every article for the full text."""
    for article in sorted(world.articles.values(), key=lambda a: a.address):
        if not article.is_column:
            yield Document(
                article.address, article.title, article.text, {"date": article.date[:10], "source": article.source}
            )
