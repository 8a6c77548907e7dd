"""Reads the tables of words beside this module: what is said in invented names and records."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ANY_SECTOR = ("food", "shop", "factory", "build", "transport", "health", "farm", "hotel", "service", "school")


def table(name: str) -> dict[str, Any]:
    """The table in a file of that name."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def sectors(words: str) -> tuple[str, ...]:
    """The sectors named in a cell; `any` stands for every trade."""
    return ANY_SECTOR if words == "any" else tuple(words.split())


def all_sectors(cells: Iterable[tuple[str, ...]]) -> list[str]:
    """Every sector that occurs, sorted."""
    return sorted({sector for cell in cells for sector in cell})
