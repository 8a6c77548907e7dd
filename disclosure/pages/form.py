"""Forms: complete on paper without a script; what a page of the site knows is filled in by the reader's browser."""

from __future__ import annotations

from collections.abc import Iterator

from disclosure.pages.article import tags_of, way
from disclosure.pages.frame import frame
from disclosure.pages.world import Context, Page, World


def plan(world: World) -> Iterator[Page]:
    """Every article that declares a form."""
    for article in sorted(world.articles.values(), key=lambda a: a.address):
        if article.form:
            yield Page(article.address, "form", article.address)


def show(world: World, page: Page) -> Context:
    """Return the form by its parts, each row with an id of its own, and what the article says below it."""
    article = world.articles[page.about]
    form = article.form
    assert form is not None
    return {
        **frame(world, page, article.title, way(world, article), tags_of(world, article)),
        "article": {"summary": article.summary, "html": article.html},
        "to": form.to,
        "parts": [
            {
                "title": part.title,
                "id": f"p{at}",
                "rows": [
                    {
                        "id": f"p{at}-{number}",
                        "label": row.label,
                        "hint": row.hint,
                        "lines": row.lines,
                        "choices": row.choices,
                        "from": "|".join(row.filled),
                    }
                    for number, row in enumerate(part.rows, 1)
                ],
            }
            for at, part in enumerate(form.parts, 1)
        ],
        "signed": form.signed,
    }
