"""What the full text holds: articles, columns, the beginnings of registers, and the text of the newest records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

from disclosure.dates import FOREVER
from disclosure.kinds import show_date
from disclosure.pages import World
from disclosure.pages.entity import anchor, read_fields
from disclosure.registers import Register
from disclosure.search import Document

# What begins or ends a paragraph; the cells of a row stay together.
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|dl|dt|dd|table|thead|tbody|tr|blockquote|pre|section|figure|figcaption|br|hr)\b[^>]*>"
)
_CELL = re.compile(r"</t[dh]>\s*(?=<t[dh])")
_TAG = re.compile(r"<[^>]+>")
TEXT = "text"  # the kind of field whose words are searched; names, codes and numbers are found as entities


def articles(world: World) -> Iterator[Document]:
    """Return every text that people wrote for this site: articles, columns, and what stands at the head of each register."""
    for article in sorted(world.articles.values(), key=lambda one: one.address):
        if article.is_column:
            yield Document(article.address, article.title, _lines(article.summary), meta={"note": "栏目"})
            continue
        date = show_date(article.date[:10])
        yield Document(
            article.address, article.title, paragraphs(article.html), meta={"date": date, "note": article.source}
        )
    for name, register in world.listed.items():
        if register.intro:
            yield Document(f"list/{name}/index.html", register.label, _lines(register.intro), meta={"note": "名录"})


def records(world: World) -> Iterator[Document]:
    """Return the text of the newest records shown, as many as site.yaml says, each at its place on its entity's page."""
    query = (
        "SELECT d.register, d.key, d.date, d.ends, d.vals, e.address, e.name FROM disclosed d JOIN entity e ON e.key = d.entity"
        f" WHERE d.register IN ({','.join('?' * len(world.listed))}) AND d.date >= ? ORDER BY d.date DESC, d.register, d.key LIMIT ?"
    )
    most, fields = world.site.fulltext.records, {name: searched(register) for name, register in world.listed.items()}
    for register, key, date, ends, values, address, name in world.store.execute(
        query, (*fields, world.since(most), most)
    ):
        declared, row = world.listed[register], json.loads(values)
        names = fields[register]
        texts = tuple((one, text) for one, text in zip(names, read_fields(declared, row, names), strict=True) if text)
        number = next((text for text in read_fields(declared, row, declared.numbers) if text), "")
        note = " · ".join(filter(None, [declared.label, number]))
        meta = {"date": show_date(date) if date else "", "note": note, "until": ends if ends != FOREVER else ""}
        yield Document(f"{address}#{anchor(register, key)}", name, texts, "record", meta)


def searched(register: Register) -> list[str]:
    """Return the fields of a register whose words are in the full text: those of kind text that stand in the open.

    Names are not among them: 法定代表人 must not be found by searching.
    """
    fields = dict.fromkeys([*register.title, *register.summary])
    return [name for name in fields if register.fields[name].kind == TEXT]


def paragraphs(html: str) -> tuple[tuple[str, str], ...]:
    """Return the text of safe HTML, a block each."""
    return _lines(unescape(_TAG.sub("", _BLOCK.sub("\0", _CELL.sub(" · ", html)))), "\0")


def _lines(text: str, cut: str = "\n") -> tuple[tuple[str, str], ...]:
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split(cut))
    return tuple(("", line) for line in lines if line)
