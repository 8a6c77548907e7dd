"""What a build in a process apart leaves for the preview to read: every fault and notice, and whether it came to an end."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.problems import FAULT, Place, Problem, as_json

BUG = Problem(
    "machine",
    Place("build.py"),
    "生成到一半停下了，没有说出原因",
    "程序自身出错，或被系统终止",
    "看运行预览的窗口里最后几行，发给维护人员；改一下文件会再试",
)


@dataclass(frozen=True)
class Found:
    """All that a build found, in reading order, personal numbers cut, and whether a site came of it."""

    problems: tuple[Problem, ...] = ()
    built: bool = True

    @property
    def faults(self) -> list[Problem]:
        """What keeps a release back."""
        return [problem for problem in self.problems if problem.severity == FAULT]

    @property
    def notices(self) -> list[Problem]:
        """What is said and keeps nothing back."""
        return [problem for problem in self.problems if problem.severity != FAULT]


def found_in(work: Path) -> Path:
    """Return where the build in a scratch folder leaves what it found."""
    return work / "found.json"


def leave_found(work: Path, problems: Sequence[Problem], built: bool) -> None:
    """Leave what a build found, whole or not at all."""
    beside = found_in(work).with_suffix(".next")
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600))
    said = {"built": built, "problems": as_json(problems)}
    beside.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8", errors="replace")
    beside.replace(found_in(work))


def read_found(work: Path) -> Found:
    """Return what the build that just ended found; where it left nothing, that."""
    try:
        said = json.loads(found_in(work).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Found((BUG,), False)
    problems = (Problem(**{**problem, "place": Place(**problem["place"])}) for problem in said["problems"])
    return Found(tuple(problems), said["built"])
