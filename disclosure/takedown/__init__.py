"""Take-down: what must be gone is gone from everything that can be reached, and a receipt says what was searched."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from disclosure.registers import Register
from disclosure.takedown.purge import purge_files, purge_releases, purge_targets
from disclosure.takedown.receipt import (
    OUT_OF_REACH,
    newest,
    read_receipt,
    subjects_of,
    survivors,
    taken_before,
    told,
    write_receipt,
)
from disclosure.takedown.subjects import Subject, asked_for, resolve, sought, write_events
from disclosure.takedown.sweep import RECEIPTS, Reach, Spot, sweep

__all__ = [
    "OUT_OF_REACH",
    "RECEIPTS",
    "Reach",
    "Spot",
    "Subject",
    "asked_for",
    "newest",
    "purge_files",
    "purge_releases",
    "purge_targets",
    "reach",
    "read_receipt",
    "resolve",
    "subjects_of",
    "survivors",
    "sweep",
    "taken_before",
    "told",
    "write_events",
    "write_receipt",
]


def reach(
    root: Path,
    release: Path,
    rows: sqlite3.Connection,
    registers: Mapping[str, Register],
    subjects: Sequence[Subject],
    jobs: int,
) -> tuple[Reach, dict[str, str]]:
    """Return what is to be searched and for what, by the rows accepted and shown now; and what is not looked for, and why."""
    pages = frozenset(address for (address,) in rows.execute("SELECT address FROM entity"))
    shown, unsought = sought(
        subjects, registers, rows.execute("SELECT register, name, code, vals FROM disclosed"), pages
    )
    left = rows.execute("SELECT register, name, code, vals FROM row WHERE hash <> ''")
    accepted, _ = sought(subjects, registers, left, pages)
    return Reach(root, release, shown, accepted, jobs), unsought
