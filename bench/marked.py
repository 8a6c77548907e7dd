"""A table between two marks of a document: a measure writes its figures where its document has them."""

from __future__ import annotations

from pathlib import Path


def put(document: Path, begin: str, end: str, table: str, heading: str = "") -> None:
    """Put a table in place of the one between these marks, else at the end below a heading."""
    text = document.read_text(encoding="utf-8")
    whole = f"{begin}\n{table}\n{end}"
    if begin in text:
        before, _, rest = text.partition(begin)
        text = before + whole + rest.partition(end)[2]
    else:
        text = "\n\n".join([text.rstrip(), *([heading] if heading else []), whole]) + "\n"
    document.write_text(text, encoding="utf-8")


def rows(titles: list[str], cells: list[list[str]]) -> str:
    """Return a table as Markdown has it."""
    lines = [f"| {' | '.join(line)} |" for line in (titles, *cells)]
    return "\n".join([lines[0], "|---" * len(titles) + "|", *lines[1:]])
