"""Forms that citizens fill in on paper or in their own browser, declared in the front matter of an article."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key

from disclosure.declared import Declared


class Row(Declared):
    """One line of a form: what is asked, how many lines there are for it, and which fields of a page answer it."""

    label: str
    hint: str = ""
    lines: int = Key(default=1, ge=1, le=20)
    choices: list[str] = []
    filled: list[str] = Key(default=[], alias="from")


class Part(Declared):
    """Rows that belong together."""

    title: str = ""
    rows: list[Row] = Key(min_length=1)


class Form(Declared):
    """One form: what it serves, to whom it goes, its parts, and what is written below by hand."""

    purpose: Literal["", "objection", "repair"] = ""
    to: str = ""
    parts: list[Part] = Key(min_length=1)
    signed: list[str] = []
