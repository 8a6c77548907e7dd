"""OUT: pages are drawn from their contexts, in parallel, and only those that show something new.

A page whose fingerprint is the last release's is not drawn: its file is shared with that release.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import jinja2
from markupsafe import Markup

from disclosure.articles import Article
from disclosure.files import inside, program_print, share, share_all
from disclosure.intake import fingerprint
from disclosure.pages import Context, Page, World, show
from disclosure.planned import Planned
from disclosure.problems import Place, Problem
from disclosure.questionnaire import Questionnaire
from disclosure.registers import Register
from disclosure.site import Departments, Site
from disclosure.store import open_for_reading, remembered
from disclosure.templates import Templates
from disclosure.theme import Assets, gather, template_fingerprint
from disclosure.workers import each, in_tasks

CHUNK, FEW = 400, 40  # pages that one process draws at a time: of all, of those that are others than before


@dataclass(frozen=True)
class Studio:
    """What a process needs to draw any page."""

    store: Path
    site: Site
    registers: dict[str, Register]
    departments: Departments
    articles: list[Article]
    as_of: datetime.date
    theme: tuple[Path, ...]
    questionnaire: Questionnaire | None = None


@dataclass(frozen=True)
class Before:
    """The release before this one: its folder, what its parts were made of, what was withheld from it; the store of its day,
    which has the fingerprint of every page, and what these stood on."""

    folder: Path
    prints: dict[str, str]
    withheld: frozenset[bytes]
    store: Path = Path()
    house: str = ""


@dataclass
class Drawn:
    """What drawing gave: what all pages stand on, the fingerprints of those that the plan had none of, how many are new, and
    the faults of templates; and, as others enter it, what the parts of the site beside pages are made of."""

    house: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    fresh: int = 0
    problems: list[Problem] = field(default_factory=list)
    prints: dict[str, str] = field(default_factory=dict)


class _Desk:
    """One process's easel, set up once."""

    easel: Easel
    folder: Path
    made: set[str]  # folders in it that are there
    before: Path | None
    shown: sqlite3.Connection | None  # what every page showed in the release before


def last_release(store: Path, releases: Path) -> Before | None:
    """Return the release before this one, where it is still there, as the store of its day has it."""
    if not store.exists():
        return None
    rows = open_for_reading(store)
    name, house, prints = remembered(rows)
    if not name or not (releases / name).is_dir():
        return None
    digests = rows.execute("SELECT DISTINCT digest FROM withheld")
    return Before(releases / name, prints, frozenset(digest for (digest,) in digests), store, house)


def open_world(studio: Studio) -> World:
    """Return the world that pages are planned and shown from."""
    articles = {article.address: article for article in studio.articles}
    declared = (studio.site, studio.registers, studio.departments, articles, studio.as_of, studio.questionnaire)
    return World(open_for_reading(studio.store), *declared)


def draw(
    studio: Studio,
    pages: Collection[Page] | Planned,
    folder: Path,
    jobs: int,
    before: Before | None = None,
    assets: Assets | None = None,
) -> Drawn:
    """Write every page below `folder`; where the pages before stood on the same, only those that show something else.

    They load the `assets` that were written, those of the studio's theme if none are given.
    """
    world, assets = open_world(studio), assets or gather(studio.theme)
    drawn = Drawn(_house(studio, assets.fingerprint, (*world.lost, *world.forms.values())))
    size = max(1, min(CHUNK, len(pages) // (4 * jobs)))
    todo: Iterable[Page] = pages
    if before and before.house == drawn.house:
        planned = Planned(world.store)
        missing = share_all(before.folder, folder, planned.alike(before.store))
        todo = chain(filter(None, map(planned.at, missing)), planned.unlike(before.store))
        size = min(size, FEW)
    else:
        before = None
    for part in each(_draw_chunk, in_tasks(todo, size), jobs, _sit_down, (studio, assets, folder, before)):
        drawn.pages |= part.pages
        drawn.fresh += part.fresh
        drawn.problems += part.problems
    return drawn


class Easel:
    """All that it takes to draw any page of a studio, in the process or thread that set it up; with `templates` that were there."""

    def __init__(self, studio: Studio, templates: Templates | None = None) -> None:
        self.world, self.templates = open_world(studio), templates or Templates(studio.theme)
        self.templates.globals["site"] = studio.site

    def draw(self, page: Page, context: Context | None = None) -> tuple[bytes, list[Problem]]:
        """Return a page as a release has it, or nothing and the fault of its template; `context` where it is known already."""
        try:
            return _draw(self.templates, page, context or show(self.world, page)).encode(), []
        except Exception as error:
            return b"", [_fault(error, page)]


def _sit_down(studio: Studio, assets: Assets, folder: Path, before: Before | None) -> None:
    _Desk.easel, _Desk.folder, _Desk.made = Easel(studio, Templates(studio.theme, assets)), folder, set()
    _Desk.before, _Desk.shown = (before.folder, open_for_reading(before.store)) if before else (None, None)


def _house(studio: Studio, assets: str, named: Iterable[str]) -> str:
    """What every page stands on: the program, the theme, the declarations, forms and pages that are gone, as named. When it changes, every page is drawn."""
    digest = hashlib.blake2b(digest_size=12)
    digest.update(program_print().encode())
    digest.update(template_fingerprint(studio.theme).encode() + assets.encode())
    digest.update(studio.site.model_dump_json().encode())
    for register in studio.registers.values():
        digest.update(f"{register.name} {register.order} {fingerprint(register)}".encode())
    for department in studio.departments.all:
        digest.update(department.model_dump_json().encode())
    digest.update(" ".join(sorted(named)).encode())
    return digest.hexdigest()


def _draw_chunk(pages: Sequence[Page]) -> Drawn:
    drawn, before = Drawn(), _Desk.before
    for page in pages:
        context = None
        path = _place(page.address)
        if not page.fingerprint:
            context = show(_Desk.easel.world, page)
            drawn.pages[page.address] = mark = _mark(context)
            if before and _shown(page.address) == mark and share(before / page.address, path):
                continue
        data, faults = _Desk.easel.draw(page, context)
        drawn.problems += faults
        if not faults:
            path.write_bytes(data)
            drawn.fresh += 1
    return drawn


def _place(address: str) -> Path:
    """Return where a page lies; its folder is there."""
    folder = address.rpartition("/")[0]
    if folder not in _Desk.made:
        os.makedirs(inside(_Desk.folder, folder), exist_ok=True)
        _Desk.made.add(folder)
    return inside(_Desk.folder, address)


def _mark(context: Context) -> str:
    shown = json.dumps(context, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(shown.encode(), digest_size=12).hexdigest()


def _shown(address: str) -> str:
    assert _Desk.shown is not None
    found = _Desk.shown.execute("SELECT shown FROM page WHERE address = ?", (address,)).fetchone()
    return str(found[0]) if found else ""


def _draw(templates: Templates, page: Page, context: Context) -> str:
    # Escaped where it was made, by other rules than HTML's: see pages/linked.py.
    context["page"] = {**context["page"], "linked": Markup(context["page"]["linked"])}
    if "article" in context:
        article = context["article"]
        context["article"] = article | {name: Markup(article[name]) for name in article.keys() & {"html", "toc_html"}}
    return templates.draw(f"pages/{page.sort}.html", context)


def _fault(error: Exception, page: Page) -> Problem:
    """Return a template's fault with its place; raise what is no template's."""
    name, line, trace = "", 0, error.__traceback__
    if isinstance(error, jinja2.TemplateSyntaxError):
        name, line = str(error.filename or error.name), error.lineno
    while trace:
        if "/templates/" in trace.tb_frame.f_code.co_filename.replace("\\", "/"):
            name, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    if not name and not isinstance(error, jinja2.TemplateError):
        raise error
    name = name.replace("\\", "/")
    short = "theme/" + name[name.rindex("templates/") :] if "templates/" in name else "theme/templates"
    mend = "对照 docs/theme.md 里这类页面给出的内容，改正模板的这一行"
    return Problem("theme-error", Place(short, line), f"页面 {page.address} 画不出来", _reason(error), mend)


def _reason(error: Exception) -> str:
    said = str(error)
    if isinstance(error, jinja2.TemplateNotFound):
        return f"找不到模板「{said}」"
    unknown = re.search(r"'([^']+)' is undefined|has no attribute '([^']+)'", said)
    if unknown:
        return f"模板用了没有给它的「{unknown[1] or unknown[2]}」"
    return "模板的写法有误：括号或标签没有写对" if isinstance(error, jinja2.TemplateSyntaxError) else "模板执行出错"
