"""Spoils a share of the rows of generated files as people do: what cannot be read, what is missing, what should not be there.

python -m bench.spoil --root DIR [--share 0.01] [--seed 2019]
"""

import argparse
import codecs
import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

Dice = random.Random

# What may be wrong with a cell, by what its title holds; the first that fits a title is done to it.
WRONG: list[tuple[str, list[Callable[[Dice, str], str]]]] = [
    ("统一社会信用代码", [
        lambda dice, text: text[:-1] + ("1" if text[-1:] != "1" else "2"),
        lambda dice, text: text.replace("1", "I", 1),
        lambda dice, text: text[:17],
        lambda dice, text: "9.12311E+17",
    ]),
    ("日期", [
        lambda dice, text: "2026-02-30",
        lambda dice, text: "昨天",
        lambda dice, text: f"{dice.randint(1, 9)}月",
        lambda dice, text: "",
    ]),
    ("有效期至", [lambda dice, text: "三年", lambda dice, text: "2026-13-01"]),
    ("罚款金额", [lambda dice, text: "若干", lambda dice, text: "二千左右"]),
    ("类别", [lambda dice, text: "无类别", lambda dice, text: ""]),
    ("文号", [lambda dice, text: ""]),
    ("文书号", [lambda dice, text: ""]),
    ("违法事实", [lambda dice, text: f"{text}（身份证号 {identity(dice)}）"]),
    ("许可内容", [lambda dice, text: f"{text}，经办人证件 {identity(dice)}"]),
    ("名称", [lambda dice, text: "", lambda dice, text: text.replace("公司", "公\ufffd", 1) + "\ufffd"]),
]  # fmt: skip


def identity(dice: Dice) -> str:
    """An identity number of nobody: a region and date that are valid, a right check digit."""
    body = f"2311021990{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}{dice.randint(0, 999):03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def spoil(path: Path, share: float, dice: Dice) -> int:
    """Spoil one cell, rarely two, of a share of the rows of a CSV file, or give the row a cell too many; how many rows."""
    data = path.read_bytes()
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "gb18030"
    titles, *rows = csv.reader(io.StringIO(data.decode(encoding), newline=""))
    able = [(column, ways) for column, title in enumerate(titles) for ways in _ways(title)]
    chosen = [row for row in rows if dice.random() < share] if able else []
    for row in chosen:
        for _ in range(dice.choice([1, 1, 1, 2])):
            column, ways = dice.choice(able)
            row[column] = dice.choice(ways)(dice, row[column])
        if dice.random() < 0.03:
            row.append("多出的一格")
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([titles, *rows])
    return len(chosen)


def _ways(title: str) -> Iterator[list[Callable[[Dice, str], str]]]:
    found = (ways for part, ways in WRONG if part in title and "证件" not in title)
    yield from (ways for ways in [next(found, None)] if ways)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.spoil", description="弄坏一部分行，供测试用")
    parser.add_argument("--root", type=Path, required=True, metavar="目录", help="哪里的 data/*/*.csv")
    parser.add_argument("--share", type=float, default=0.01, help="弄坏多少，默认 0.01")
    parser.add_argument("--seed", type=int, default=2019)
    given = parser.parse_args()
    dice = Dice(given.seed)
    registers = sorted(path.parent for path in (given.root / "data").glob("*/register.yaml"))
    files = [path for register in registers for path in sorted(register.glob("*.csv"))]
    spoilt = sum(spoil(path, given.share, dice) for path in files)
    print(f"弄坏了 {spoilt:,} 行")


if __name__ == "__main__":
    main()
