"""What was measured, as tables: each side's costs, the steps of the build, the ratios beside their aims, and how they grow."""

from __future__ import annotations

import datetime
import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from bench.marked import rows
from bench.performance.ours import steps
from bench.performance.watched import Cost

SIDES = {
    "drawn": "只画主体页面",
    "hugo": "Hugo 画同样的页面",
    "whole": "整个构建",
    "change": "改一行，再构建",
}
# What is held against what, and the most that it should be: of the time, of the memory.
AIMS: list[tuple[str, str, float | None, float | None]] = [
    ("drawn", "hugo", 0.5, None),
    ("whole", "hugo", 1.2, 0.3),
    ("change", "whole", 0.12, None),
]
# From one size to the next, the most that each may grow.
GROWTH = {"time": 0.15, "memory": 0.25}
NONE = "—"


@dataclass
class Measured:
    """What was measured at one size: of each side the costs of all pairs, and how many files and bytes it left."""

    entities: int
    pages: int = 0
    alike: int = 0
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    left: dict[str, tuple[int, int]] = field(default_factory=dict)

    def middle(self, side: str, figure: Callable[[Cost], float]) -> float:
        """Return the median of a figure over the pairs."""
        return median(map(figure, self.costs[side]))

    def ratio(self, one: str, other: str, figure: Callable[[Cost], float]) -> float:
        """Return the median of the pairs' ratios."""
        pairs = zip(self.costs[one], self.costs[other], strict=True)
        return median(figure(left) / figure(right) for left, right in pairs)


def seconds(cost: Cost) -> float:
    """Return the time by the clock."""
    return cost.seconds


def cpu(cost: Cost) -> float:
    """Return the time of all processors."""
    return cost.cpu


def memory(cost: Cost) -> float:
    """Return the most memory."""
    return cost.memory


def machine(hugo: str) -> str:
    """Return where and when it was measured, in one line."""
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    cores = len(os.sched_getaffinity(0))
    load = f"开始时的负荷 {os.getloadavg()[0]:.1f}"
    named = [found[1] if found else platform.machine(), f"用 {cores} 个核", load, f"Python {platform.python_version()}"]
    return "，".join([f"{datetime.date.today()} 量得", *named, *([f"Hugo {hugo}"] if hugo else [])]) + "。"


def tables(every: Sequence[Measured]) -> list[str]:
    """Return all tables, each below its heading: one for every size, then those over all sizes."""
    of_sizes = [part for one in every for part in (f"### {one.entities:,} 个主体", _costs(one), _ratios(one))]
    growth = ["### 大小不同时", _growth(every)] if len(every) > 1 else []
    return [*of_sizes, *growth, "### 构建的各步", _steps(every)]


def _costs(one: Measured) -> str:
    found = []
    for side, label in SIDES.items():
        if side in one.costs:
            files, size = one.left.get(side, (0, 0))
            left = [f"{files:,}", f"{size / 1e6:,.1f} MB"] if files else [NONE, NONE]
            times = [f"{one.middle(side, figure):,.1f} 秒" for figure in (seconds, cpu)]
            found.append([label, *times, f"{one.middle(side, memory) / 1e6:,.0f} MB", *left])
    pages = f"{one.pages:,} 个主体页面" + (f"，抽 {one.alike} 个，两边一样" if one.alike else "")
    return rows(["做什么", "时间", "处理器", "内存最多", "文件", "大小"], found) + f"\n\n{pages}。"


def _ratios(one: Measured) -> str:
    found = []
    for side, other, of_time, of_memory in AIMS:
        if side in one.costs and other in one.costs:
            name = f"{SIDES[side]} ÷ {SIDES[other]}"
            shares = [f"{one.ratio(side, other, figure):.2f}" for figure in (seconds, cpu, memory)]
            aims = [f"时间 {of_time}"] * bool(of_time) + [f"内存 {of_memory}"] * bool(of_memory)
            found.append([name, *shares, "，".join(aims)])
    return rows(["比", "时间", "处理器", "内存", "目标，最多"], found)


def _growth(every: Sequence[Measured]) -> str:
    found = []
    for side in ("drawn", "hugo", "whole"):
        measured = [one for one in every if side in one.costs]
        if len(measured) > 1:
            label, aims = SIDES[side], [f"{aim:.0%}" if side != "hugo" else "" for aim in GROWTH.values()]
            times, busy = ([one.middle(side, of) / one.entities * 1000 for one in measured] for of in (seconds, cpu))
            most = [one.middle(side, memory) / 1e6 for one in measured]
            found.append([f"{label}，每个主体的时间", _listed(times, "{:.2f} 毫秒"), _grown(times), aims[0]])
            found.append([f"{label}，每个主体的处理器时间", _listed(busy, "{:.2f} 毫秒"), _grown(busy), ""])
            found.append([f"{label}，内存", _listed(most, "{:,.0f} MB"), _grown(most), aims[1]])
    sizes = "、".join(f"{one.entities:,}" for one in every)
    return rows(["做什么", f"{sizes} 个主体", "增长", "目标，最多"], found)


def _listed(figures: Sequence[float], form: str) -> str:
    return "、".join(form.format(figure) for figure in figures)


def _grown(figures: Sequence[float]) -> str:
    return "、".join(f"{later / earlier - 1:+.0%}" for earlier, later in pairwise(figures))


def _steps(every: Sequence[Measured]) -> str:
    said = [steps(sorted(one.costs["whole"], key=seconds)[len(one.costs["whole"]) // 2].said) for one in every]
    names = list(dict.fromkeys(name for of_size in said for name in of_size))
    cells = [[name, *(f"{of_size[name]:,.1f} 秒" if name in of_size else NONE for of_size in said)] for name in names]
    return rows(["步骤", *(f"{one.entities:,} 个主体" for one in every)], cells)
