"""A root for another city: its settings, colours, departments and first registers, ready to be built and to be changed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from disclosure.problems import Place, Problem

SKELETON = Path(__file__).resolve().parent / "site"
PROGRAM = Path(__file__).resolve().parents[2]
# What another city needs as it is: the standard's registers, the law, and what editors know of all files.
REGISTERS = ("licence", "penalty")
SHARED = (*(f"data/{name}/register.yaml" for name in REGISTERS), "data/rules/holidays.yaml", "docs/schemas")
LAW = "data/rules/publicity.yaml"
NAME = "信用示例"


def begin(folder: Path, name: str) -> list[Problem]:
    """Write a root that was not there, of a site of this name ("" for the example's); say why where it cannot be."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what, why, mend = (
            f"「{folder}」里已有内容",
            "程序不覆盖已有的文件",
            "写一个还没有的文件夹，如 new site ../新站点",
        )
        return [Problem("cannot-draft", Place(str(folder)), what, why, mend)]
    shutil.copytree(SKELETON, folder, dirs_exist_ok=True)
    for shared in SHARED:
        source, target = PROGRAM / shared, folder / shared
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    law = _of_these((PROGRAM / LAW).read_text(encoding="utf-8"))
    (folder / LAW).write_text(law, encoding="utf-8", newline="\n")
    if name:
        settings = folder / "site.yaml"
        text = settings.read_text(encoding="utf-8").replace(f"name: {NAME}\n", f"name: {name}\n", 1)
        settings.write_text(text, encoding="utf-8", newline="\n")
    return []


def _of_these(law: str) -> str:
    """Return the publicity table with the rules of the registers that come along, and what stands before and after them."""
    before, *rules = re.split(r"(?:^  # -{4}.*\n)?(?=^  - id: )", law, flags=re.M)
    *rules, last = [*rules[:-1], *re.split(r"(?=^objections:)", rules[-1], maxsplit=1, flags=re.M)]
    kept = [rule for rule in rules if any(f"    publicity: {name}\n" in rule for name in REGISTERS)]
    return "".join([before, *kept, last])
