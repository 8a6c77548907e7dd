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
from disclosure.search.index import IndexReport, read_bound, write_index
from disclosure.search.listed import Listed
from disclosure.search.reader import Miss, Reader, self_check
from disclosure.search.texts import NAMES, NAMES_AND_SOUNDS

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
    "read_bound",
    "self_check",
    "squeezed",
    "token",
    "write_entry",
    "write_fulltext",
    "write_index",
]
