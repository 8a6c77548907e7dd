"""Pages of this site that records and the questionnaire name, as proof or to read on: each must be there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Mapping

from disclosure.entities import place_of
from disclosure.problems import Place, Problem
from disclosure.questionnaire import Questionnaire, no_evidence
from disclosure.registers import Register


def astray(
    store: sqlite3.Connection,
    registers: Mapping[str, Register],
    asked: Questionnaire | None,
    addresses: Container[str],
    severity: str,
) -> tuple[set[str], list[Problem]]:
    """Return the addresses that are named and that no page has, and a problem for each place where one is named."""
    lost: set[str] = set()
    problems = []
    for piece in asked.evidence() if asked else ():
        if piece.address.partition("#")[0] not in addresses:
            lost.add(piece.address)
            what = f"佐证「{piece.label}」指向的 {piece.address} 不存在"
            why, mend = "佐证材料要通到本站的页面", "改正 address，或补上这一页；没有就答「否」"
            problems.append(no_evidence(Place(piece.at), what, why, mend, severity))
    for name, register in registers.items():
        query = "SELECT row, vals FROM disclosed WHERE register = ? ORDER BY row"
        for row, text in store.execute(query, (name,)).fetchall() if register.leading else ():
            values = json.loads(text)
            for field in register.leading:
                address = values[register.position[field]]
                if address and address.partition("#")[0] not in addresses:
                    lost.add(address)
                    problems.append(_lost(store, row, field, address, severity))
    return lost, problems


def _lost(store: sqlite3.Connection, row: int, field: str, address: str, severity: str) -> Problem:
    return Problem(
        "missing-target",
        place_of(store, row),
        f"「{field}」写的页面 {address} 不存在",
        "这一格要写本站的一页，读者点开核对",
        "改正地址，或补上这一页；没有就把这一格空着",
        severity,
    )
