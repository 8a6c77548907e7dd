"""Articles and their columns."""

from __future__ import annotations

from collections.abc import Iterator

from disclosure.articles import Article
from disclosure.pages.frame import Crumb, article_tags, column_tags, frame
from disclosure.pages.world import Context, Page, World


def columns(world: World) -> list[Article]:
    """Return the columns in their declared order."""
    found = [article for article in world.articles.values() if article.is_column]
    return sorted(found, key=lambda column: (column.order, column.address))


def plan(world: World) -> Iterator[Page]:
    """Every text below content/ that is neither a column's nor a form."""
    for article in sorted(world.articles.values(), key=lambda a: a.address):
        if not article.is_column and not article.form:
            yield Page(article.address, "article", article.address)


def show(world: World, page: Page) -> Context:
    """Return one article with its neighbours in the column."""
    article = world.articles[page.about]
    beside = [a for a in world.articles.values() if a.column == article.column and not a.is_column]
    at = beside.index(article)
    column = world.articles.get(article.column)
    return {
        **frame(world, page, article.title, way(world, article), tags_of(world, article)),
        "article": {
            "title": article.title,
            "date": article.date,
            "source": article.source,
            "column": column.title if column else "",
            "column_address": article.column,
            "author": article.author,
            "html": article.html,
            "toc_html": article.toc,
        },
        "previous": _neighbour(beside, at + 1),
        "next": _neighbour(beside, at - 1),
    }


def tags_of(world: World, article: Article) -> dict[str, str]:
    """Return the tags of an article, below its column's."""
    column = world.articles.get(article.column)
    tags = column_tags(world, column.title, column.summary, column.title) if column else {}
    meta = article_tags(tags, article.title, article.date, article.source)
    return meta | {"Author": article.author, "Keywords": article.keywords, "Description": article.summary}


def _neighbour(beside: list[Article], at: int) -> Context | None:
    return {"title": beside[at].title, "address": beside[at].address} if 0 <= at < len(beside) else None


def way(world: World, article: Article) -> list[Crumb]:
    """Return the columns that an article lies in, the outermost first."""
    way: list[Crumb] = []
    while article.column:
        article = world.articles[article.column]
        way.insert(0, (article.title, article.address))
    return way


def plan_columns(world: World) -> Iterator[Page]:
    """Every folder of content/ with an index.md."""
    for column in columns(world):
        yield Page(column.address, "column", column.address)


def show_column(world: World, page: Page) -> Context:
    """Return a column's articles, newest first, and the columns within it."""
    column = world.articles[page.about]
    inside = [article for article in world.articles.values() if article.column == column.address]
    return {
        **frame(
            world,
            page,
            column.title,
            way(world, column),
            column_tags(world, column.title, column.summary, column.title),
        ),
        "column": {"title": column.title, "summary": column.summary},
        "articles": [
            {"title": a.title, "address": a.address, "date": a.date[:10], "source": a.source, "summary": a.summary}
            for a in inside
            if not a.is_column
        ],
        "children": [{"title": a.title, "address": a.address, "summary": a.summary} for a in inside if a.is_column],
    }
