"""Search that needs no server: entities by the site's own index of parts, articles by Pagefind."""

from disclosure.search.fulltext import Document, FulltextError, FulltextReport, pairs, token, write_fulltext
from disclosure.search.index import IndexReport, write_index
from disclosure.search.listed import Listed
from disclosure.search.reader import Miss, Reader, self_check

__all__ = [
    "Document",
    "FulltextError",
    "FulltextReport",
    "IndexReport",
    "Listed",
    "Miss",
    "Reader",
    "pairs",
    "self_check",
    "token",
    "write_fulltext",
    "write_index",
]
