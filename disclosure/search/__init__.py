"""Search that needs no server: entities by the site's own index of parts, texts by Pagefind."""

from disclosure.search.fulltext import (
    Document,
    FulltextError,
    FulltextReport,
    pairs,
    squeezed,
    token,
    write_entry,
    write_fulltext,
)
from disclosure.search.grams import NAMES, NAMES_AND_SOUNDS
from disclosure.search.index import IndexReport, worst_query, write_index
from disclosure.search.listed import Listed
from disclosure.search.reader import Miss, Reader, self_check

__all__ = [
    "NAMES",
    "NAMES_AND_SOUNDS",
    "Document",
    "FulltextError",
    "FulltextReport",
    "IndexReport",
    "Listed",
    "Miss",
    "Reader",
    "pairs",
    "self_check",
    "squeezed",
    "token",
    "worst_query",
    "write_entry",
    "write_fulltext",
    "write_index",
]
