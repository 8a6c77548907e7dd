"""What faults cost: the same rows checked clean and with a share of them spoilt, in turn, in one run.

    python -m bench.check [--rows 300000] [--share 0.01] [--times 5] [--faults set-aside]

Prints both in seconds of the processor, their ratio pair by pair and its median, and the greatest memory of one process.
"""

import argparse
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.check", description="有错的行使检查慢多少")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--share", type=float, default=0.01, help="弄坏多少，默认 0.01")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--faults", choices=["refuse", "set-aside"], default="set-aside")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clean, faulty = Path(folder, "clean"), Path(folder, "faulty")
        lay_out(clean, given.rows, given.faults)
        shutil.copytree(clean, faulty)
        run("-m", "bench.spoil", "--root", str(faulty), "--share", str(given.share))
        ratios = []
        for number in range(given.times + 1):
            # Each stands first as often as the other; the first pair warms the disk and is not counted.
            order = [clean, faulty] if number % 2 else [faulty, clean]
            taken = {root: check(root, given.jobs) for root in order}
            if number:
                ratios.append(taken[faulty] / taken[clean])
                print(f"干净 {taken[clean]:.2f} 秒，有错 {taken[faulty]:.2f} 秒，比 {ratios[-1]:.3f}", flush=True)
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"比的中位数 {statistics.median(ratios):.3f}（{given.rows:,} 行，{given.share:.1%} 有错）；内存至多 {most:,.0f} MB"
        )


def lay_out(root: Path, rows: int, faults: str) -> None:
    """Write a root of this size: the project's settings and declarations, generated rows, no articles."""
    (root / "content").mkdir(parents=True)
    settings = (PROJECT / "site.yaml").read_text(encoding="utf-8").split("\nnews:")[0]
    settings = re.sub(r"^faults:.*$", f"faults: {faults}", settings, flags=re.M)
    (root / "site.yaml").write_text(settings, encoding="utf-8")
    if (PROJECT / "data" / "rules").is_dir():
        shutil.copytree(PROJECT / "data" / "rules", root / "data" / "rules")
    for declaration in (PROJECT / "data").glob("*/register.yaml"):
        target = root / "data" / declaration.parent.name
        target.mkdir(parents=True)
        shutil.copy(declaration, target)
    size = ["--entities", str(rows // 3), "--records", str(rows), "--big"]
    run("-m", "bench.generate", "--into", str(root / "data"), *size)


def run(*arguments: str) -> None:
    """Run one of our own modules."""
    subprocess.run([sys.executable, *arguments], cwd=PROJECT, check=True)


def check(root: Path, jobs: int) -> float:
    """Check a root from nothing and return the processor seconds it took, which other programs do not lengthen."""
    shutil.rmtree(root / ".cache", ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(PROJECT / "build.py"), "check", "--root", str(root), "--jobs", str(jobs)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 1:
        raise SystemExit(f"check exited with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
