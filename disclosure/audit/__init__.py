"""The audit: what was written is read again and held against what was planned; one fault refuses the release."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from disclosure.audit import figures, leaks, links, tags
from disclosure.audit.desk import SEARCH, Check, Measure, Seen, Spell, Written, broken
from disclosure.audit.many import Many, Pile
from disclosure.compress import ENDINGS, made_of, plain
from disclosure.files import in_step, same_file, size_of, walk
from disclosure.pages import World
from disclosure.problems import Problem
from disclosure.search.spelt import spelling
from disclosure.site import declared_contacts
from disclosure.workers import each, in_tasks

__all__ = ["CHECKS", "COUNTED", "Earlier", "Measure", "audit", "measure"]

CHUNK = 500
COUNTED = "data-count"  # by this the print of all counts is kept among those of pages
LARGE = 200_000  # bytes: a file of more is read by itself, and first


@dataclass(frozen=True)
class Earlier:
    """The release before, which passed this audit: its folder, its pages that are gone, what was withheld then, and the `print` of
    what it counted."""

    folder: Path
    gone: Collection[str]
    withheld: frozenset[bytes]
    counted: str = ""


class _Desk:
    measure: Measure
    folder: Path
    rows: Path | None  # where the rows of downloads stand that were read before
    before: Path | None
    frames: set[int]
    spell: Spell


def not_written(written: set[str], planned: set[str]) -> Iterable[Problem]:
    """All that was planned is there."""
    return [broken(name, "计划了却没有写出") for name in sorted(planned - written)]


def not_planned(written: set[str], planned: set[str]) -> Iterable[Problem]:
    """All that is there was planned."""
    return [broken(name, "写出了却不在计划里") for name in sorted(written - planned)]


def copies(file: Written, measure: Measure) -> Iterable[Problem]:
    """A compressed copy holds what the file beside it holds, which is read itself."""
    beside = file.path.with_suffix("")
    alike = beside.exists() and beside.read_bytes() == plain(file.path)
    return [] if alike else [broken(file.name, "压缩的一份与原文不同")]


# Each holds one promise, and is the only one that does: tests/test_audit.py takes each away in turn.
CHECKS = {
    "not-written": Check("计划的都写出了", "plan", not_written),
    "not-planned": Check("写出的都在计划里", "plan", not_planned),
    "title": Check("每页有标题和语言", "page", tags.titles),
    "tags": Check("每页的网页标签齐全、属于本站", "page", tags.tags),
    "ids": Check("一页里没有两个相同的 id", "page", links.ids),
    "links": Check("站内的链接都通", "whole", links.dead_links),
    "anchors": Check("链接到的锚点都在", "whole", links.dead_anchors),
    "figures": Check("同一个数字处处一样", "text", figures.counts),
    "copies": Check("压缩的一份与原文相同", "copy", copies),
    "withheld": Check("没有不公开字段里的号码", "number", leaks.withheld),
    "identity": Check("没有 18 位身份证号码", "number", leaks.identity),
    "old-identity": Check("没有 15 位身份证号码", "suspect", leaks.old_identity),
    "phone": Check("没有未声明的电话号码", "suspect", leaks.phones),
    "phone-attribute": Check("属性里没有未声明的手机号码", "suspect", leaks.attribute_phones),
    "card": Check("没有银行卡号", "suspect", leaks.cards),
    "mail": Check("没有未声明的电子邮箱", "suspect", leaks.mails),
    "place": Check("没有住址和旅行证件号码", "suspect", leaks.places),
}


def audit(
    folder: Path,
    planned: Iterable[str],
    held: Measure,
    jobs: int,
    earlier: Earlier | None = None,
    declared: Callable[[set[str]], Collection[str]] = lambda asked: (),
) -> list[Problem]:
    """Return what is wrong with a finished site, by every one of CHECKS; the addresses `planned` come sorted, `declared` gives
    of some numbers those that may stand.

    A file that is the earlier release's own, and a row of a download that is, is read again only for what is new:
    numbers withheld since, targets gone, and, where any count is another, the figures of all pages that add up others.
    """
    old = earlier.folder if earlier else None
    unwritten, unplanned = _unlike(planned, (name for name, _ in walk(folder)))
    problems = [problem for check in _checks("plan") for problem in check.find(unplanned, unwritten)]
    more = held.withheld - earlier.withheld if earlier else frozenset()
    desk = (held, folder, None if more else old, old)
    with Pile() as wanted, Pile() as there:

        def read(function: Callable[[Sequence[str]], Seen], names: Callable[[], Iterable[str]]) -> Seen:
            large, seen = [name for name in names() if size_of(folder, [name]) > LARGE], Seen()
            small = in_tasks((name for name in names() if size_of(folder, [name]) <= LARGE), CHUNK)
            for part in each(function, chain(([name] for name in large), small), jobs, _sit_down, desk):
                wanted.add(part.wanted)
                there.add(part.anchors)
                seen.add(part)
            return seen

        fresh, known = partial(_files, folder, old, False), partial(_files, folder, old, True)
        seen = read(_read, fresh)
        if more:
            seen.add(read(partial(_read_for, check="withheld"), known))
        again: dict[str, list[str]] = {}
        if earlier:
            if earlier.counted != held.counted or not held.counted:
                seen.add(read(partial(_read_for, check="figures"), lambda: filter(_adds_up, known())))
            if needles := links.needles(earlier.gone, seen):
                again = read(partial(_naming, needles=needles), known).missing
            seen.add(read(_read_links, lambda: again))
        if marks := wanted.without(there):
            pages = partial(filter, _is_page)
            seen.add(read(partial(_read_astray, marks=marks), lambda: chain(pages(fresh()), pages(again))))
    problems += seen.problems
    problems += [problem for check in _checks("whole") for problem in check.find(seen, folder)]
    return problems + list(leaks.judged(seen, declared, held.contacts))


def measure(world: World, folder: Path) -> Measure:
    """Return what a site's files are held against."""
    site, counted = world.site, figures.figures(world.store, world.listed, world.as_of.isoformat())
    digest = hashlib.blake2b(digest_size=12)
    held = Many(_noted(counted, digest))
    return Measure(
        Many((name, None) for name, _ in walk(folder)),
        site.address,
        frozenset(world.withheld),
        declared_contacts(site, world.departments),
        {"SiteName": site.name, "SiteDomain": site.domain, "SiteIDCode": site.id_code},
        held,
        tuple(site.sections),
        made_of(Path(__file__).parent.glob("*.py"), [digest.hexdigest()]),
    )


def _noted(counted: Iterable[tuple[str, int | str]], digest: hashlib.blake2b) -> Iterator[tuple[str, int | str]]:
    """Note in a digest what a page may say of another: counts, and not what each entity's own page holds."""
    for name, number in counted:
        if isinstance(number, int):
            digest.update(f"{name} {number}\n".encode())
        yield name, number


def _checks(of: str) -> list[Check]:
    return [check for check in CHECKS.values() if check.of == of]


def _files(folder: Path, old: Path | None, known: bool) -> Iterator[str]:
    """Yield the files of a site, sorted, that are those of an older one, or all others."""
    before = in_step(walk(old) if old else ())
    return (name for name, lying in walk(folder) if same_file(lying, before(name)) == known)


def _unlike(planned: Iterable[str], written: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return what is only planned and what is only written; both come sorted."""
    both = merge(((name, "planned") for name in planned), ((name, "written") for name in written))
    alone: dict[str, set[str]] = {"planned": set(), "written": set()}
    for name, of in groupby(both, itemgetter(0)):
        where = {place for _, place in of}
        if len(where) == 1:
            alone[where.pop()].add(name)
    return alone["planned"], alone["written"]


def _is_page(name: str) -> bool:
    return name.endswith(".html")


def _adds_up(name: str) -> bool:
    return _is_page(name) and not name.startswith("entity/")


def _sit_down(held: Measure, folder: Path, rows: Path | None, before: Path | None) -> None:
    _Desk.measure, _Desk.folder, _Desk.rows, _Desk.before, _Desk.frames = held, folder, rows, before, set()
    _Desk.spell = spelling(folder / SEARCH)


def _read(names: Sequence[str]) -> Seen:
    seen, held = Seen(), _Desk.measure
    of_pages, of_texts, of_copies = (_checks(of) for of in ("page", "text", "copy"))
    for name in names:
        file = Written(_Desk.folder, name, spell=_Desk.spell)
        if file.is_page:
            links.gather(file, held, seen)
            seen.lost += links.lost(file, _Desk.before) if _Desk.before else []
        for check in (*(of_copies if file.is_copy else of_texts), *(of_pages if file.is_page else ())):
            seen.problems += check.find(file, held)
        if not file.is_copy:
            _read_for_numbers(file, seen)
    return seen


def _read_for_numbers(file: Written, seen: Seen) -> None:
    of_numbers, of_suspects = _checks("number"), _checks("suspect") if leaks.worded(file) else []
    problems: dict[Problem, None] = {}  # the last row of a portion is the first of the next
    for part in file.to_read(_Desk.frames, _Desk.rows):
        for check in of_numbers:
            problems |= dict.fromkeys(check.find(part, _Desk.measure))
        for check in of_suspects if not part.coded else ():
            check.find(part, seen)
    seen.problems += problems


def _read_for(names: Sequence[str], check: str) -> Seen:
    """Read files for one check alone, where there is that check."""
    found = CHECKS.get(check)
    names = [name for name in names if not name.endswith(tuple(ENDINGS.values()))]
    files = (Written(_Desk.folder, name, spell=_Desk.spell) for name in names)
    if found and found.of == "number":
        files = (part for file in files for part in file.to_read(_Desk.frames, None))
    return Seen([problem for file in files if found for problem in found.find(file, _Desk.measure)])


def _naming(names: Sequence[str], needles: list[str]) -> Seen:
    """Return, as `missing`, the pages that contain one of the needles."""
    files = (Written(_Desk.folder, name) for name in names if name.endswith(".html"))
    return Seen(missing={name: [] for name in links.naming(files, needles)})


def _read_links(names: Sequence[str]) -> Seen:
    seen = Seen()
    for name in names:
        links.gather(Written(_Desk.folder, name), _Desk.measure, seen)
    return seen


def _read_astray(names: Sequence[str], marks: frozenset[int]) -> Seen:
    """Return, as `astray`, the anchors with these marks that pages want."""
    files = (Written(_Desk.folder, name) for name in names)
    return Seen(astray=[link for file in files for link in links.astray(file, _Desk.measure, marks)])
