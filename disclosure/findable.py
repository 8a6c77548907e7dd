"""What can be found: every entity goes into the site's own index, articles and the text of records into the full text."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from disclosure.compress import made_of, shared
from disclosure.documents import articles, records
from disclosure.entities import RECORD
from disclosure.files import size_of, walk
from disclosure.pages import World
from disclosure.problems import NOTICE, Place, Problem
from disclosure.render import Before, Drawn, Studio, open_world
from disclosure.search import (
    FulltextError,
    Listed,
    read_bound,
    self_check,
    write_entry,
    write_fulltext,
    write_index,
)
from disclosure.workers import apart, give_back

SAMPLE = 50
ENTITIES, FULLTEXT = "search/", "pagefind/"


@dataclass(frozen=True)
class Found:
    """What was written to search in: every file's address, and what is said of it."""

    addresses: list[str]
    said: str


def write_search(
    studio: Studio, folder: Path, jobs: int, drawn: Drawn, before: Before | None
) -> tuple[Found, list[Problem]]:
    """Write search/ and pagefind/ below `folder`; return their files, and a problem for every entity that is not found.

    An index of what the last release's was made of is shared with it; what each is made of is entered in `drawn`.
    """
    problems: list[Problem] = []
    world, site = open_world(studio), studio.site
    everyone, told = _told(world)
    if not shared(ENTITIES, made_of(_program(), [site.sections, site.districts, told]), folder, drawn, before):
        # In a process of its own: what it leaves of the memory would stand beside all that comes after.
        problems = apart(_index, studio, folder / ENTITIES, jobs, before, jobs=jobs)
    size = _size(folder / ENTITIES)
    most = read_bound(folder / ENTITIES)
    read = f"查到一个词最多读 {most.word / 1000:,.0f} kB，无论查什么最多 {most.anything / 1000:,.0f} kB"
    cost = f"主体索引：{everyone:,} 个主体，{size:.1f} MB，{read}\n"
    said, faults = _write_fulltext(world, folder, drawn, before)
    addresses = sorted(part + name for part in (ENTITIES, FULLTEXT) for name, _ in walk(folder / part))
    return Found(addresses, cost + said), problems + faults


def _index(studio: Studio, folder: Path, jobs: int, before: Before | None) -> list[Problem]:
    """Write the index of all entities; return a problem for each of some that is not found in it."""
    world, older, site = open_world(studio), before.folder / ENTITIES if before else None, studio.site
    index = write_index(
        entities(world), folder, sections=site.sections, districts=site.districts, jobs=jobs, before=older
    )
    some = entities(world, max(1, index.entities // SAMPLE))
    return [_miss(miss.query, miss.address) for miss in self_check(some, folder)]


def _write_fulltext(world: World, folder: Path, drawn: Drawn, before: Before | None) -> tuple[str, list[Problem]]:
    """Write the full text and say what it costs. Without it a release still goes out: what must go cannot wait for it."""
    give_back()  # what was told of all entities, before Pagefind takes its own
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
    size = _size(folder / FULLTEXT)
    rest = f"（共 {everyone:,} 条，收最新的）" if len(of_records) < everyone else ""
    return f"全文索引：文章 {len(texts):,} 篇，记录正文 {len(of_records):,} 条{rest}，{size:.1f} MB", []


def _size(folder: Path) -> float:
    """Return the megabytes of a folder."""
    return size_of(folder, (name for name, _ in walk(folder))) / 1_000_000


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


def _told(world: World) -> tuple[int, str]:
    """Return how many entities there are, and what changes when anything does that the search is told of one."""
    told = hashlib.blake2b(repr([(name, register.section) for name, register in world.listed.items()]).encode())
    for entity in world.store.execute(_ENTITIES, (f"{RECORD}%",)):
        told.update(repr(entity).encode())
    for name, register in world.listed.items():
        numbers = [f"json_extract(vals, '$[{register.position[field]}]')" for field in register.numbers]
        of = ", ".join(["entity", "substr(date, 1, 4)", *numbers])
        for record in world.store.execute(
            f"SELECT {of} FROM disclosed WHERE register = ? ORDER BY entity, key", (name,)
        ):
            told.update(repr(record).encode())
    (everyone,) = world.store.execute("SELECT count(*) FROM entity WHERE key NOT LIKE ?", (f"{RECORD}%",)).fetchone()
    return everyone, told.hexdigest()


_ENTITIES = (
    "SELECT key, address, name, code, district, former, counts, marks FROM entity WHERE key NOT LIKE ? ORDER BY key"
)


def entities(world: World, step: int = 1) -> Iterator[Listed]:
    """Yield every entity, or one in so many, with its names, code, document numbers, and counts by section, in order of its key."""
    section = {name: world.site.sections.index(r.section) for name, r in world.listed.items() if r.section}
    known = islice(world.store.execute(_ENTITIES, (f"{RECORD}%",)), 0, None, step)
    for key, address, name, code, district, former, counts, marks in known:
        by_section = [0] * len(world.site.sections)
        for register, count in json.loads(counts).items():
            if register in section:
                by_section[section[register]] += count
        labels = tuple(f"{mark['tone']}:{mark['text']}" for mark in json.loads(marks))
        numbers, years = _of_records(world, key)
        yield Listed(
            address, name, tuple(json.loads(former)), code, numbers, tuple(by_section), labels, district, years
        )


def _of_records(world: World, key: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the document numbers of an entity's records, each once, by register as listed; and the years of the records."""
    numbers: dict[str, dict[str, None]] = defaultdict(dict)
    years = set()
    query = "SELECT register, date, vals FROM disclosed WHERE entity = ? ORDER BY key"
    for name, date, values in world.store.execute(query, (key,)):
        if name in world.listed:
            register, row = world.listed[name], json.loads(values)
            positions = [register.position[field] for field in register.numbers]
            numbers[name].update((row[position], None) for position in positions if row[position])
            years.add(date[:4])
    found = dict.fromkeys(number for name in world.listed if name in numbers for number in numbers[name])
    return tuple(found), tuple(sorted(int(year) for year in years if year))
