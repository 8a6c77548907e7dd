"""What the search is measured on: invented entities as a site lists them, straight from the generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bench.decisions import rows
from bench.layout import numbered
from bench.organs import DISTRICTS
from bench.titles import NUMBER, TITLES
from disclosure.search import Listed

SECTIONS = ("行政管理", "诚实守信", "严重失信")
_CODE = "行政相对人代码_1(统一社会信用代码)"
_REGISTERED = "行政相对人代码_2(工商注册号)"


@dataclass
class _Drawn:
    name: str
    numbers: dict[str, None] = field(default_factory=dict)
    former: dict[str, None] = field(default_factory=dict)
    counts: list[int] = field(default_factory=lambda: [0] * len(SECTIONS))
    years: set[int] = field(default_factory=set)
    labels: dict[str, None] = field(default_factory=dict)


def corpus(entities: int, records: int = 0, seed: int = 2019, as_of: date = date(2026, 11, 22)) -> list[Listed]:
    """So many invented entities with three records each, unless told otherwise, in order of their code."""
    found: dict[str, _Drawn] = {}
    for row in numbered(rows(seed, entities, records or 3 * entities, as_of)):
        cells = dict(zip(TITLES[row.register], row.cells, strict=True))
        code = cells.get(_CODE) or cells.get("统一社会信用代码") or ""
        name = cells.get("行政相对人名称") or cells.get("名称") or ""
        if len(code) != 18 or code.endswith("00X"):
            continue
        drawn = found.setdefault(code, _Drawn(name))
        if row.register == "basics":
            drawn.name = name
            drawn.former.update(dict.fromkeys(filter(None, cells["曾用名"].split("、"))))
            continue
        drawn.numbers.update(
            dict.fromkeys(
                filter(None, (row.cells[NUMBER[row.register]], cells.get("许可编号"), cells.get(_REGISTERED)))
            )
        )
        drawn.counts[2 if row.register == "blacklist" else 0] += 1
        drawn.years.add(int(row.day[:4]))
        tone, text = {"penalty": ("penalty", "有处罚"), "blacklist": ("blacklist", "失信惩戒对象")}.get(
            row.register, ("", "")
        )
        if tone:
            drawn.labels[f"{tone}:{text}"] = None
    return list(_listed(found))


def _listed(found: dict[str, _Drawn]) -> Iterator[Listed]:
    for code, drawn in sorted(found.items()):
        drawn.former.pop(drawn.name, None)
        yield Listed(
            f"entity/{code[-2:]}/{code}.html", drawn.name, tuple(drawn.former), code, tuple(drawn.numbers),
            tuple(drawn.counts), tuple(drawn.labels),
            code[2:8] if code[2:8] in DISTRICTS else "", tuple(sorted(drawn.years)),
        )  # fmt: skip


def places() -> dict[str, str]:
    """The districts: names by code."""
    return DISTRICTS
