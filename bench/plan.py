"""The registers of the plan, invented from one table (plan.toml): a row of a register is a case of it, its gaps filled.

A text may hold `{n}` (the row's number), `{name}` `{code}` `{head}` (an entity), `{organ}` `{word}` (an organ and what opens
its documents), `{day}` `{year}`, `{day+12m}` `{day-2y}`, `{year-1}`, and `{other-register.column}`: a cell of an earlier register's row.
A list gives each of its texts in turn, then any of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.days import months_later, working_days, years_later
from bench.decisions import Row
from bench.dice import Dice
from bench.files import write_csv
from bench.organs import ORGANS, Organ
from bench.tables import table

PLAN: dict[str, dict[str, Any]] = table("plan")
_POOL = 90
_GAP = re.compile(r"\{([^{}]+)\}")


def write_plan(given: Iterable[Row], root: Path, as_of: date, seed: int = 7) -> list[Path]:
    """Write every register of the table below root, about some of the entities of these rows; return the paths written."""
    basics = [row.cells for row in given if row.register == "basics"]
    pool = [cells for cells in basics if cells[1].startswith("91") and cells[7] == "存续"][:_POOL]
    written: dict[str, list[dict[str, str]]] = {}
    paths = []
    for register, said in PLAN.items():
        rows = list(_rows(register, said, Dice(seed + len(written)), pool, written, as_of))
        written[register] = rows
        path = root / register / f"{said.get('file', 'all')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, list(rows[0]), [list(row.values()) for row in rows])
        paths.append(path)
    return paths


def _rows(
    register: str,
    said: Mapping[str, Any],
    dice: Dice,
    pool: Sequence[Sequence[str]],
    written: Mapping[str, list[dict[str, str]]],
    as_of: date,
) -> Iterable[dict[str, str]]:
    organs = [organ for organ in ORGANS if _acts(organ, said.get("organs", "all"))]
    days = working_days(date(as_of.year - said.get("years", 2), 1, 2), as_of)
    cases: list[dict[str, Any]] = said.get("case", [{}])
    count = said["rows"] if said["rows"] else len(organs)
    start = dice.below(max(1, len(pool)))
    for n in range(count):
        case = {**said["fields"], **cases[n % len(cases)]}
        kind = case.get("organ", "")
        here = [organ for organ in ORGANS if organ.kind == kind] if kind else organs
        organ = here[n % len(here)]
        place = len(days) * (count - n) // (count + 1)
        cells = pool[(start + n * said.get("stride", 1)) % len(pool)] if pool else [""] * 4
        known = {
            "n": f"{n + 1:04d}",
            "name": cells[0],
            "code": cells[1],
            "head": cells[3],
            "organ": organ.name,
            "word": organ.word,
            "place": cells[1][2:8],
        }
        known["day"] = days[max(0, place - dice.below(max(1, len(days) // (count + 1))))]
        known["year"] = known["day"][:4]
        yield {title: _filled(_one(case[title], n, dice), known, written, n) for title in said["fields"]}


def _acts(organ: Organ, kinds: Any) -> bool:
    return organ.enforcement and organ.kind != "education" if kinds == "all" else organ.kind in kinds


def _one(texts: Any, n: int, dice: Dice) -> str:
    """A text of its own, or of several: each once, in turn, then any."""
    if isinstance(texts, str):
        return texts
    return str(texts[n]) if n < len(texts) else str(dice.one(texts))


def _filled(text: str, known: Mapping[str, str], written: Mapping[str, list[dict[str, str]]], n: int) -> str:
    def gap(match: re.Match[str]) -> str:
        said = match[1]
        if said in known:
            return known[said]
        if "." in said:
            register, _, title = said.partition(".")
            return written[register][n % len(written[register])][title]
        base, sign, more, unit = re.fullmatch(r"(day|year)([+-])(\d+)([my]?)", said).groups()  # type: ignore[union-attr]
        number = int(sign + more)
        if base == "year":
            return str(int(known["year"]) + number)
        return months_later(known["day"], number) if unit == "m" else years_later(known["day"], number)

    return _GAP.sub(gap, text)
