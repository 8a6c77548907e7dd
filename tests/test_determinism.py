"""The same input gives the same bytes, wherever and however it is built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from frontdoor import PROJECT, surroundings

from bench.plan import PLAN

# Path, locale, time zone, hash seed, number of workers, whether files are laid out in reverse order. The first two differ in all.
BUILDS = [
    ("a", "C", "UTC", "0", "1", False),
    ("长 路径", "zh_CN.GB18030", "Pacific/Kiritimati", "1", "4", True),
    ("c", "zh_CN.UTF-8", "America/New_York", "2", "2", False),
    ("d", "C", "Asia/Shanghai", "3", "1", True),
    ("e", "C.UTF-8", "UTC", "4", "2", False),
    ("f", "POSIX", "Pacific/Pago_Pago", "5", "1", False),
    ("g", "zh_CN.GB18030", "UTC", "random", "4", False),
    ("h/i/j", "C", "Asia/Shanghai", "7", "2", True),
    ("k", "en_US.UTF-8", "Europe/London", "8", "4", False),
    ("l", "C.UTF-8", "Asia/Kolkata", "9", "1", True),
    ("m", "C", "UTC", "random", "2", True),
    ("n", "zh_CN.UTF-8", "Asia/Shanghai", "11", "4", False),
]


def lay_out(root: Path, backwards: bool) -> None:
    """Write a part of the demonstration as a root, its files in one order or the other."""
    wanted = ["site.yaml", "data/departments.yaml", "data/licence/register.yaml", "data/licence/nenjiang-2026.xlsx"]
    wanted.append("data/penalty/register.yaml")
    large = {"licence", "penalty", "basics", "events", *PLAN} - {"blacklist", "grade"}
    small = [path for path in PROJECT.glob("data/*/*") if path.parent.name not in large]
    for path in [*small, *PROJECT.glob("data/penalty/*-before-2026.csv"), *PROJECT.glob("content/**/*.md")]:
        wanted.append(path.relative_to(PROJECT).as_posix())
    for name in sorted(wanted, reverse=backwards):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, root / name)
    for register in sorted(PLAN.keys() - {"blacklist", "grade"}, reverse=backwards):  # articles lead to their lists
        (root / "data" / register).mkdir()
        text = (PROJECT / "data" / register / "register.yaml").read_text(encoding="utf-8")
        said = re.sub("^expect:.*\n", "", text, flags=re.M)
        (root / "data" / register / "register.yaml").write_text(said, encoding="utf-8")


@pytest.mark.parametrize("builds", [2, pytest.param(len(BUILDS), marks=pytest.mark.long)])
def test_builds_give_one_release(tmp_path: Path, builds: int) -> None:
    found = {}
    for name, locale, zone, seed, jobs, backwards in BUILDS[:builds]:
        root = tmp_path / name
        lay_out(root, backwards)
        around = surroundings() | {"LC_ALL": locale, "TZ": zone, "PYTHONHASHSEED": seed}
        command = [sys.executable, str(PROJECT / "build.py"), "--root", str(root), "--jobs", jobs]
        done = subprocess.run(command, capture_output=True, check=False, env=around, cwd=os.sep)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        found[name] = json.loads((root / "public/release.json").read_text(encoding="utf-8"))["release"]
        shutil.rmtree(root)
    assert len(set(found.values())) == 1, found
