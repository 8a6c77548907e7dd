"""OUT: pages are drawn from their contexts, in parallel, each process with its own view of the store."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from disclosure.articles import Article
from disclosure.pages import Page, World, show
from disclosure.problems import Place, Problem
from disclosure.registers import Register
from disclosure.site import Departments, Site
from disclosure.store import open_for_reading
from disclosure.theme import environment
from disclosure.workers import each

CHUNK = 400
TEMPLATES = {"registers": "column"}


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


class _Desk:
    """One process's world and environment, set up once."""

    world: World
    env: jinja2.Environment


def open_world(studio: Studio) -> World:
    """Return the world that pages are planned and shown from."""
    articles = {article.address: article for article in studio.articles}
    return World(
        open_for_reading(studio.store), studio.site, studio.registers, studio.departments, articles, studio.as_of
    )


def _sit_down(studio: Studio) -> None:
    _Desk.world = open_world(studio)
    _Desk.env = environment(studio.theme)
    _Desk.env.globals["site"] = studio.site


def draw(studio: Studio, pages: Sequence[Page], folder: Path, jobs: int) -> list[Problem]:
    """Write every page below `folder`; return the faults of templates."""
    chunks = [(folder, pages[at : at + CHUNK]) for at in range(0, len(pages), CHUNK)]
    return [problem for problems in each(_draw_chunk, chunks, jobs, _sit_down, (studio,)) for problem in problems]


def _draw_chunk(task: tuple[Path, Sequence[Page]]) -> list[Problem]:
    folder, pages = task
    problems = []
    for page in pages:
        try:
            text = _draw(page)
        except jinja2.TemplateError as error:
            problems.append(_fault(error, page))
            continue
        path = folder / page.address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return problems


def _draw(page: Page) -> str:
    context: dict[str, Any] = show(_Desk.world, page)
    if "article" in context:
        article = context["article"]
        context["article"] = {**article, "html": Markup(article["html"]), "toc_html": Markup(article["toc_html"])}
    return _Desk.env.get_template(f"pages/{TEMPLATES.get(page.sort, page.sort)}.html").render(context)


def _fault(error: jinja2.TemplateError, page: Page) -> Problem:
    name, line, trace = "theme/templates", 0, error.__traceback__
    if isinstance(error, jinja2.TemplateSyntaxError):
        name, line = str(error.filename or error.name), error.lineno
    while trace:
        if "/templates/" in trace.tb_frame.f_code.co_filename.replace("\\", "/"):
            name, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    name = name.replace("\\", "/")
    short = "theme/" + name[name.rindex("templates/") :] if "templates/" in name else name
    mend = "对照 docs/ 里这类页面给出的内容，改正模板的这一行"
    return Problem(
        "theme-error", Place(short, line), f"页面 {page.address} 画不出来", str(error.message or error), mend
    )
