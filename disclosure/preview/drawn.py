"""What the preview draws itself: the bar and overlay that it lays over pages, and pages of its own. None of it is ever released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from disclosure.kinds import show_date
from disclosure.preview.desk import DONE, FINISHING, READING, SIGHT, Desk
from disclosure.problems import SORTS, Place, Problem, excerpt

HERE = Path(__file__).parent / "drawn"
PER_SORT = 100  # so many problems of a sort are drawn, the rest counted
Context = dict[str, Any]
STAGES = {
    READING: "正在生成……",
    SIGHT: "这一页先看改动，其余还在核对……",
    FINISHING: "页面已是最新，检索和下载正在更新……",
    DONE: "已是最新",
}

ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
ENVIRONMENT.filters["number"] = lambda count: f"{count:,}"
ENVIRONMENT.filters["day"] = lambda text: show_date(text) if text else ""


def dress(desk: Desk, page: bytes, address: str, faults: Sequence[Problem] = ()) -> bytes:
    """Return a page with the bar before the end of its body, and the overlay where there are faults, its own first."""
    shown = tools_context(desk, address, faults)
    tools = ENVIRONMENT.get_template("tools.html").render(shown).encode("utf-8", "replace")
    at = page.rfind(b"</body>")
    return page + tools if at < 0 else page[:at] + tools + page[at:]


def tools_context(desk: Desk, address: str, own: Sequence[Problem] = ()) -> Context:
    """Return what the bar and the overlay show on a page."""
    faults = list(dict.fromkeys([*own, *desk.faults]))
    asked = desk.as_of or desk.bench.today
    return {
        "mark": desk.mark_of(address),
        "address": address,
        "stage": desk.stage_of(address),
        "stages": STAGES | {DONE: "" if faults else STAGES[DONE]},
        "stale": bool(own) or (bool(desk.day) and desk.behind and address not in desk.sight.addresses),
        "day": desk.day,
        "asked": asked.isoformat(),
        "of_another_day": desk.as_of is not None and desk.as_of != desk.bench.today,
        "today": desk.bench.today.isoformat(),
        "faults": len(faults),
        "notices": len(desk.found.notices),
        **told(faults),
    }


def told(problems: list[Problem]) -> Context:
    """Return problems as they are drawn, of each sort the first PER_SORT, and how many more there are of which."""
    counts: Counter[str] = Counter()
    listed = []
    for problem in problems:
        counts[problem.name] += 1
        if counts[problem.name] <= PER_SORT:
            listed.append(_problem(problem))
    more = [{"title": SORTS[name], "count": count - PER_SORT} for name, count in counts.items() if count > PER_SORT]
    return {"problems": listed, "more": more}


def _problem(problem: Problem) -> Context:
    before, marked, after = excerpt(problem.place)
    return {
        "severity": problem.severity,
        "name": problem.name,
        "what": problem.what,
        "place": str(problem.place),
        "where": _where(problem.place),
        "line": problem.place.line,
        "excerpt": bool(problem.place.excerpt),
        "before": before,
        "marked": marked or " ",
        "after": after,
        "why": problem.why,
        "mend": problem.mend,
    }


def _where(place: Place) -> str:
    """Return in words where in its file a problem is."""
    if place.cell or place.sheet:
        return f"工作表 {place.sheet}" + (f"，{place.cell} 格" if place.cell else "")
    parts = [f"第 {place.line} 行" if place.line else "", f"第 {place.column} 个字" if place.column else ""]
    return "，".join(filter(None, parts))
