"""The private folder that reports lie in: 0700, its files 0600, what was written before and is no more taken away."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from disclosure.problems import Place, Problem

WRITTEN = ".written"
NEW = ".next"


def unfit(into: Path, public: Sequence[Path]) -> list[Problem]:
    """Say why reports may not be written into a folder: it is served or read by the program, or holds other things."""
    here = into.resolve()
    if any(here == folder.resolve() or folder.resolve() in here.parents for folder in public):
        why = "这里写出的有不公开的内容"
        mend = "用 --into 换一个在 public、releases、data、content、theme 之外的文件夹"
        return [Problem("report-in-public", Place(str(into)), "这个位置会被公开，或由程序读入", why, mend)]
    if into.exists() and (not into.is_dir() or (any(into.iterdir()) and not (into / WRITTEN).is_file())):
        why, mend = "程序不覆盖不是自己写出的内容", "用 --into 换一个位置，或先移走里面的内容"
        return [Problem("out-not-ours", Place(str(into)), "这里已有别的内容", why, mend)]
    return []


@contextmanager
def private(into: Path) -> Iterator[Callable[[str], Path]]:
    """Give a function that makes an empty file of a name and returns where it lies for now; when all are written they
    take their places together, and what a former run wrote and this one did not is taken away.
    """
    for folder in reversed([into, *into.parents]):
        folder.mkdir(mode=0o700, exist_ok=True)
    into.chmod(0o700)
    beside = into / NEW
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    names: list[str] = []

    def new(name: str) -> Path:
        path = beside / name
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        names.append(name)
        return path

    try:
        yield new
        former = _former(into)
        _remember(into, sorted({*former, *names}))
        for name in names:
            (beside / name).chmod(0o600)
            (beside / name).replace(into / name)
        for name in former - set(names):
            (into / name).unlink(missing_ok=True)
        _remember(into, sorted(names))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _former(into: Path) -> set[str]:
    path = into / WRITTEN
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line for line in lines if line and "/" not in line and "\\" not in line and line not in (".", "..")}


def _remember(into: Path, names: Sequence[str]) -> None:
    beside = into / f"{WRITTEN}.next"
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600))
    beside.write_text("\n".join(names) + "\n", encoding="utf-8")
    beside.replace(into / WRITTEN)


def file_names(labels: Sequence[str]) -> dict[str, str]:
    """Return for every label the beginning of a file name that people know it by, none twice on any system."""
    names: dict[str, str] = {}
    taken = {"index", "con", "prn", "aux", "nul", ""}
    for label in labels:
        short = re.sub(r"[^\w\u4e00-\u9fff（）()-]+", "_", label)[:50].strip("_")
        name, number = short, 1
        while name.casefold() in taken:
            number += 1
            name = f"{short or '部门'}-{number}"
        taken.add(name.casefold())
        names[label] = name
    return names
