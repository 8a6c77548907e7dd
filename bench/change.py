"""What one changed row costs: a site built from nothing, then built again with one row changed, in one run.

    python -m bench.change [--entities 10000] [--times 3]

Prints both times, their ratio (the median of the pairs), and which files of the release differ.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.generate import generate

GENERATED = ("basics", "blacklist", "licence", "penalty")
PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="一行改动的代价")
    parser.add_argument("--entities", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(root, given.entities)
        ratios = []
        for number in range(given.times):
            for written in (".cache", "releases", "state"):
                shutil.rmtree(root / written, ignore_errors=True)
            full = build(root)
            before = (root / "public").resolve()
            change_a_row(root, number)
            small = build(root)
            ratios.append(small / full)
            differing = differences(before, (root / "public").resolve())
            print(f"全部 {full:.1f} 秒，一行 {small:.1f} 秒，比 {small / full:.3f}；不同的文件 {len(differing)} 个：")
            print("  " + "、".join(differing[:12]))
        print(f"比的中位数 {statistics.median(ratios):.3f}（{given.entities:,} 个主体）")


def lay_out(root: Path, entities: int) -> None:
    """Write a root of this size: the project's declarations, articles and small registers, generated rows of the large ones."""
    shutil.copy(PROJECT / "site.yaml", root)
    shutil.copytree(PROJECT / "content", root / "content")
    shutil.copytree(PROJECT / "data", root / "data", ignore=shutil.ignore_patterns("events"))
    for name in GENERATED:
        for path in (root / "data" / name).iterdir():
            if path.name != "register.yaml":
                path.unlink()
    generate(root / "data", entities, 3 * entities, big=True)


def build(root: Path) -> float:
    """Build a root and return the seconds it took."""
    begun = time.perf_counter()
    command = [sys.executable, str(PROJECT / "build.py"), "--root", str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def change_a_row(root: Path, number: int) -> str:
    """Change the facts of one penalty; return the credit code of whom it concerns."""
    path = sorted((root / "data/penalty").glob("*.csv"))[0]
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    kind, ends = rows[0].index("行政相对人类别"), rows[0].index("公示截止期")
    shown = [row for row in rows[1:] if row[kind] != "自然人" and row[ends] > "2026-12"]
    shown[number][rows[0].index("违法事实")] += told(number)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8-sig", newline="")
    return shown[number][next(at for at, title in enumerate(rows[0]) if "统一社会信用代码" in title)]


def told(number: int) -> str:
    """Return what a changed row says at its end."""
    return f"（第 {number + 1} 次更正）"


def differences(old: Path, new: Path) -> list[str]:
    """Return the addresses whose bytes differ, or that only one of two releases has."""
    names = {
        path.relative_to(folder).as_posix() for folder in (old, new) for path in folder.rglob("*") if path.is_file()
    }
    return sorted(name for name in names if not same(old / name, new / name))


def same(one: Path, other: Path) -> bool:
    """Say whether two files hold the same."""
    return one.exists() and other.exists() and (one.samefile(other) or one.read_bytes() == other.read_bytes())


if __name__ == "__main__":
    main()
