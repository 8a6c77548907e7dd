"""Writes docs/examples.md, the whole catalogue of tests/faults/ on one page: `python docs/examples.py`."""

import re
from itertools import groupby
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
HEAD = """# 错误和来文写法大全

一种错误一个例子：有错的文件，和程序说的话。最后一部分是真实来文里的各种写法，和程序读成什么。

这一页由 `python docs/examples.py` 从 `tests/faults/` 写出，测试逐个照着做；各种错误的说明见 [faults.md](faults.md)。
"""
READ = "## 读得懂的写法\n\n「读作」下面，前面的数字是行，后面是读出的值。\n"


def page() -> str:
    """Return the page: every file of the catalogue under its own heading, the faults first."""
    files = sorted(
        (PROJECT / "tests" / "faults").glob("*.md"), key=lambda path: (path.stem.startswith("reads."), path.stem)
    )
    texts = [(path.stem.split(".")[0], path.read_text(encoding="utf-8")) for path in files]
    parts = [HEAD]
    for name, of_name in groupby(texts, key=lambda item: item[0]):
        parts.append(READ if name == "reads" else f"## {name}\n")
        parts += [lowered(text) for _, text in of_name]
    return "\n".join(parts).rstrip() + "\n"


def lowered(text: str) -> str:
    """Return one file with its title two ranks lower."""
    return re.sub(r"^# [a-z-]+：", "### ", text, count=1)


if __name__ == "__main__":
    (PROJECT / "docs" / "examples.md").write_text(page(), encoding="utf-8", newline="\n")
