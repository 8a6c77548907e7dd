"""What can be found: every entity goes into the site's own index, articles and the text of records into the full text."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from disclosure.compress import made_of, shared
from disclosure.documents import articles, records
from disclosure.entities import RECORD
from disclosure.files import walk
from disclosure.pages import World
from disclosure.problems import NOTICE, Place, Problem
from disclosure.render import Before, Drawn
from disclosure.search import FulltextError, Listed, read_bound, self_check, write_entry, write_fulltext, write_index

SAMPLE = 50
ENTITIES, FULLTEXT = "search/", "pagefind/"


@dataclass(frozen=True)
class Found:
    """What was written to search in: every file's address, and what is said of it."""

    addresses: list[str]
    said: str


def write_search(
    world: World, folder: Path, jobs: int, drawn: Drawn, before: Before | None
) -> tuple[Found, list[Problem]]:
    """Write search/ and pagefind/ below `folder`; return their files, and a problem for every entity that is not found.

    An index of what the last release's was made of is shared with it; what each is made of is entered in `drawn`.
    """
    listed = list(entities(world))
    problems: list[Problem] = []
    sections, districts = world.site.sections, world.site.districts
    if not shared(ENTITIES, made_of(_program(), [sections, districts, *listed]), folder, drawn, before):
        older = before.folder / ENTITIES if before else None
        write_index(listed, folder / ENTITIES, sections=sections, districts=districts, jobs=jobs, before=older)
        sample = listed[:: max(1, len(listed) // SAMPLE)]
        problems = [_miss(miss.query, miss.address) for miss in self_check(sample, folder / ENTITIES)]
    sizes = {name: lying.size for name, lying in walk(folder / ENTITIES).items()}
    size, most = sum(sizes.values()) / 1_000_000, read_bound(folder / ENTITIES)
    read = f"查到一个词最多读 {most.word / 1000:,.0f} kB，无论查什么最多 {most.anything / 1000:,.0f} kB"
    cost = f"主体索引：{len(listed):,} 个主体，{size:.1f} MB，{read}\n"
    said, faults = _write_fulltext(world, folder, drawn, before)
    addresses = sorted(part + name for part in (ENTITIES, FULLTEXT) for name in walk(folder / part))
    return Found(addresses, cost + said), problems + faults


def _write_fulltext(world: World, folder: Path, drawn: Drawn, before: Before | None) -> tuple[str, list[Problem]]:
    """Write the full text and say what it costs. Without it a release still goes out: what must go cannot wait for it."""
    texts, of_records = list(articles(world)), list(records(world))
    everyone = world.totals.total()
    facts: dict[str, object] = {"articles": len(texts), "records": len(of_records), "all": everyone}
    if not shared(FULLTEXT, made_of(_program(), [facts, *texts, *of_records]), folder, drawn, before):
        try:
            write_fulltext([*texts, *of_records], folder / FULLTEXT, facts=facts)
        except FulltextError as error:
            drawn.prints.pop(FULLTEXT)
            write_entry(folder / FULLTEXT, "", facts)
            return f"全文索引没有做成：{error}", [unmade(str(error))]
    size = sum(lying.size for lying in walk(folder / FULLTEXT).values()) / 1_000_000
    rest = f"（共 {everyone:,} 条，收最新的）" if len(of_records) < everyone else ""
    return f"全文索引：文章 {len(texts):,} 篇，记录正文 {len(of_records):,} 条{rest}，{size:.1f} MB", []


def _program() -> Iterator[Path]:
    return Path(__file__).parent.rglob("search/*.*")


def unmade(reason: str) -> Problem:
    """Return the notice that a release has no full text."""
    why = f"做全文索引的程序 Pagefind 没有做完：{reason}"
    mend = "重新安装 requirements.lock 里的 pagefind-bin；记录太多做不完的，把 site.yaml 里 fulltext 的 records 改小"
    return Problem("no-fulltext", Place(FULLTEXT), "这一版没有全文索引，只能查信用主体", why, mend, NOTICE)


def _miss(query: str, address: str) -> Problem:
    what = f"检索「{query}」找不到这个主体"
    return Problem("search-miss", Place(address), what, "检索索引必须百分之百找到", "请联系维护人员")


def entities(world: World) -> Iterator[Listed]:
    """Return every entity with its names, code, document numbers, and counts by section, in order of address."""
    numbers = _numbers(world)
    section = {name: world.site.sections.index(r.section) for name, r in world.listed.items() if r.section}
    years = _years(world)
    query = (
        "SELECT key, address, name, code, district, former, counts, marks FROM entity WHERE key NOT LIKE ? ORDER BY key"
    )
    for key, address, name, code, district, former, counts, marks in world.store.execute(query, (f"{RECORD}%",)):
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
