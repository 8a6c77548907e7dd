"""Files to rows: CSV, spreadsheets, YAML and JSON Lines take one path, and every scalar stays text until its kind reads it."""

from __future__ import annotations

from pathlib import Path

from disclosure.problems import Place, Problem
from disclosure.source.lines import read_jsonl
from disclosure.source.sheets import read_sheets
from disclosure.source.tables import Row, Table
from disclosure.source.texts import read_csv
from disclosure.source.trees import YAML_BYTES, Tree, read_table, read_tree

__all__ = ["ENDINGS", "Row", "Table", "Tree", "read_tables", "read_tree", "too_large", "unknown_file"]

ENDINGS = {
    ".csv": read_csv,
    ".xlsx": read_sheets,
    ".xls": read_sheets,
    ".yaml": read_table,
    ".yml": read_table,
    ".jsonl": read_jsonl,
}
LARGEST = {".csv": 200_000_000, ".xlsx": 100_000_000, ".xls": 100_000_000, ".jsonl": 200_000_000}


def read_tables(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return the tables in one file; `name` is what messages call it (its path below the site's root)."""
    reader = ENDINGS.get(path.suffix.lower())
    if reader is None:
        return [], [unknown_file(name)]
    large = too_large(path, name)
    return ([], large) if large else reader(path, name)


def too_large(path: Path, name: str) -> list[Problem]:
    """Return a problem where a file has more bytes than its sort may have: it is not even opened."""
    most = LARGEST.get(path.suffix.lower(), YAML_BYTES)
    if path.stat().st_size <= most:
        return []
    what, why = f"文件超过 {most // 1_000_000} MB", "一次读不下这么大的文件，多半也不是报送的数据"
    return [Problem("too-large", Place(name), what, why, "按年或按部门分成几个文件；YAML 改用 csv 或 xlsx")]


def unknown_file(name: str) -> Problem:
    """Say that a file of this ending is not read."""
    return Problem(
        "unknown-file",
        Place(name),
        f"不认识的文件「{Path(name).name}」",
        "数据文件夹里只放 csv、xlsx、xls、yaml、jsonl 文件和 register.yaml",
        "把文件另存为 xlsx 或 csv，或移出 data 文件夹",
    )
