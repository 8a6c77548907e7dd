"""Files to rows: CSV, XLSX and YAML take one path, and every scalar stays text until its kind reads it."""

from __future__ import annotations

from pathlib import Path

from disclosure.problems import Place, Problem
from disclosure.source.sheets import read_sheets
from disclosure.source.tables import Row, Table
from disclosure.source.texts import read_csv
from disclosure.source.trees import Tree, read_table, read_tree

__all__ = ["ENDINGS", "Row", "Table", "Tree", "read_tables", "read_tree"]

ENDINGS = {".csv": read_csv, ".xlsx": read_sheets, ".yaml": read_table, ".yml": read_table}


def read_tables(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return the tables in one file; `name` is what messages call it (its path below the site's root)."""
    reader = ENDINGS.get(path.suffix.lower())
    if reader is None:
        return [], [unknown_file(name)]
    return reader(path, name)


def unknown_file(name: str) -> Problem:
    """Say that a file of this ending is not read."""
    return Problem(
        "unknown-file",
        Place(name),
        f"不认识的文件「{Path(name).name}」",
        "数据文件夹里只放 csv、xlsx、yaml 文件和 register.yaml",
        "把文件另存为 xlsx 或 csv，或移出 data 文件夹",
    )
