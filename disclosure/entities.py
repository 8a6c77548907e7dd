"""Who is who: each row is given to one entity 信用主体.

The valid credit code decides; else the normalised name within a district. A row without a code joins a coded entity
only when its name and district match exactly one. Names that tell nobody apart are never keys.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Mapping

from disclosure.problems import NOTICE, Place, Problem
from disclosure.registers import Register
from disclosure.site import Departments, Site

RECORD = "record:"  # begins the key of what is no entity: a record that concerns none


def identify(
    store: sqlite3.Connection, departments: Departments, site: Site, registers: Mapping[str, Register]
) -> list[Problem]:
    """Fill `whose` for every row; return a notice for every name that fits several coded entities.

    A record of a register without parties is its own: RECORD and its register and key.
    """
    organ_district = _organ_districts(store, departments)
    coded = _coded(store, site, organ_district)
    matches, problems = [], []
    query = "SELECT same, organ, min(name), min(id) FROM row WHERE code = '' AND same <> '' GROUP BY same, organ"
    for same, organ, name, row in store.execute(query).fetchall():
        district = organ_district.get(organ, "")
        fitting = sorted(code for code, districts in coded.get(same, {}).items() if _compatible(district, districts))
        if len(fitting) > 1:
            problems.append(_several(store, row, name, fitting))
        matches.append((same, organ, fitting[0] if len(fitting) == 1 else _name_key(same, district)))
    store.execute(
        "CREATE TEMP TABLE IF NOT EXISTS fits (same TEXT, organ TEXT, entity TEXT, PRIMARY KEY (same, organ)) WITHOUT ROWID"
    )
    store.execute("DELETE FROM fits")
    store.executemany("INSERT INTO fits VALUES (?, ?, ?)", matches)
    store.execute("DELETE FROM whose")
    apart = [name for name, register in registers.items() if not register.party]
    store.execute(
        f"INSERT INTO whose SELECT id, CASE WHEN register IN ({', '.join('?' * len(apart))})"
        f" THEN '{RECORD}' || register || ':' || key WHEN code <> '' THEN code"
        " WHEN row.same = '' THEN 'one:' || register || key"
        " ELSE entity END FROM row LEFT JOIN fits ON code = '' AND fits.same = row.same AND fits.organ = row.organ",
        apart,
    )
    return problems


def _organ_districts(store: sqlite3.Connection, departments: Departments) -> dict[str, str]:
    organs = (organ for (organ,) in store.execute("SELECT DISTINCT organ FROM row").fetchall())
    found = ((organ, departments.find(organ)) for organ in organs)
    return {organ: department.district for organ, department in found if department}


def _coded(store: sqlite3.Connection, site: Site, organ_district: dict[str, str]) -> dict[str, dict[str, set[str]]]:
    """Return, by normalised name, the codes that ever bore it and the districts they were met in."""
    uncoded = {same for (same,) in store.execute("SELECT DISTINCT same FROM row WHERE code = '' AND same <> ''")}
    coded: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    if not uncoded:
        return coded
    for same, code, organ in store.execute(
        "SELECT DISTINCT same, code, organ FROM row WHERE code <> '' AND same <> ''"
    ):
        if same in uncoded:
            coded[same][code] |= {region(code, site), organ_district.get(organ, "")} - {""}
    return coded


def region(code: str, site: Site) -> str:
    """Return the district that a credit code was given in, of those the site knows."""
    digits = code[2:8]
    return digits if digits in site.districts else site.former_districts.get(digits, "")


def _compatible(district: str, districts: set[str]) -> bool:
    """A city's organ works in all of its districts; where nothing is known nothing is excluded."""
    if not district or not districts or district in districts:
        return True
    return any(district.endswith("00") or other.endswith("00") for other in districts if other[:4] == district[:4])


def _name_key(same: str, district: str) -> str:
    return "name:" + hashlib.blake2b(f"{same}\x1f{district}".encode(), digest_size=10).hexdigest()


def entity_address(key: str) -> str:
    """Return the address of an entity's page below the site's root; stable, and no folder grows large."""
    sort, _, rest = key.rpartition(":")
    if sort.startswith(RECORD):
        return f"record/{sort.removeprefix(RECORD)}/{rest}.html"
    if not sort:
        return f"entity/{key[-2:]}/{key}.html"
    digest = rest if sort == "name" else hashlib.blake2b(key.encode(), digest_size=10).hexdigest()
    return f"entity/name/{digest[:2]}/{digest}.html"


def _several(store: sqlite3.Connection, row: int, name: str, codes: list[str]) -> Problem:
    return Problem(
        "name-ambiguous",
        place_of(store, row),
        f"「{name}」没有代码，对应 {len(codes)} 个主体：{'、'.join(codes[:3])}",
        "名称和县区相同，程序不猜是哪一个，单独列出",
        "在这一行补上统一社会信用代码",
        NOTICE,
    )


def place_of(store: sqlite3.Connection, row: int) -> Place:
    """Return where a row stands in its file."""
    path, sheet, line = store.execute(
        "SELECT path, sheet, line FROM row JOIN file ON file.id = row.file WHERE row.id = ?", (row,)
    ).fetchone()
    return Place(path, line, sheet=sheet, cell=f"A{line}" if sheet else "")
