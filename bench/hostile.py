"""What hostile files cost: each of those that tests/hostile.py makes, read alone.

    python -m bench.hostile

Prints for each the seconds by the clock and of the processor, the dearest first; none should need two.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import hostile

from disclosure.source import read_tables
from disclosure.source.sheets import _reader


def main() -> None:
    """Measure and print."""
    files = {**hostile.spreadsheets(), **hostile.trees()}
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, make in files.items():
            path = Path(folder, name)
            path.write_bytes(make())
            _reader(os.getpid()).stop()
            before, began = spent(), time.perf_counter()
            tables, problems = read_tables(path, name)
            waited = time.perf_counter() - began
            _reader(os.getpid()).stop()
            found.append((waited, spent() - before, name, problems[0].why if problems and not tables else "读了进来"))
    for waited, used, name, why in sorted(found, reverse=True):
        print(f"{waited:.2f} 秒，处理器 {used:.2f} 秒  {name}：{why}")
    print(f"{len(found)} 个文件，最久 {max(found)[0]:.2f} 秒")


def spent() -> float:
    """Return the seconds of processor time of this process and of the readers that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
