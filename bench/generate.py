"""Invented data of the standard's shape, the same on every machine: `python -m bench.generate --into data`.

Without more it writes the demonstration: an invented year of Heihe. `--big` writes plain parts for measuring.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.decisions import rows
from bench.layout import write_demonstration, write_parts
from bench.organs import departments_yaml
from bench.plan import PLAN
from bench.titles import TITLES

_KEPT = {"register.yaml", "mend.yaml"}


def generate(
    root: Path, entities: int = 2000, records: int = 6000, seed: int = 2019, as_of: date = date(2026, 11, 22),
    big: bool = False,
) -> list[Path]:  # fmt: skip
    """Writes departments.yaml and the files of all registers below root; the paths written, departments first."""
    root.mkdir(parents=True, exist_ok=True)
    departments = root / "departments.yaml"
    departments.write_text(departments_yaml(), encoding="utf-8", newline="\n")
    given = rows(seed, entities, records, as_of)
    return [departments, *(write_parts(given, root) if big else write_demonstration(given, root, as_of))]


def left_over(root: Path, written: Sequence[Path]) -> list[Path]:
    """Files in the registers' folders that stand there from before; they are named, not removed."""
    found = (path for register in (*TITLES, *PLAN) for path in (root / register).glob("*") if path.name not in _KEPT)
    return sorted(path for path in found if path not in written)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description="生成虚构的示例数据")
    parser.add_argument("--into", type=Path, required=True, metavar="目录", help="写到哪里，如 data")
    parser.add_argument("--entities", type=int, default=2000, help="信用主体数（默认 2000）")
    parser.add_argument("--records", type=int, default=6000, help="记录数，各名录合计（默认 6000）")
    parser.add_argument("--seed", type=int, default=2019, help="随机种子（默认 2019）")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, default=date(2026, 11, 22), help="截至哪一天（默认 2026-11-22）"
    )
    parser.add_argument("--big", action="store_true", help="只写 CSV，每 20000 行一个文件，供测速用")
    given = parser.parse_args(arguments)
    written = generate(given.into, given.entities, given.records, given.seed, given.as_of, given.big)
    print(f"已写 {len(written)} 个文件，{sum(path.stat().st_size for path in written):,} 字节 → {given.into}")
    for path in left_over(given.into, written):
        print(f"注意：{path} 不是这次写的，请自行处理", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
