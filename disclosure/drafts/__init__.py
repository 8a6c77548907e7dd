"""A draft of a register from a file that was sent: what its columns look like becomes a declaration, for people to go through."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from disclosure.declarations import DECLARATION
from disclosure.drafts import declaration, roles
from disclosure.drafts.columns import Sample, sample
from disclosure.drafts.guess import Guess, guess
from disclosure.problems import Place, Problem, Refused
from disclosure.source import read_tables

__all__ = ["Draft", "draft", "folder_name", "occupied", "write"]

NAME = re.compile(r"[a-z][a-z0-9_-]*")
DEFAULT_SECTION = "其他"


@dataclass(frozen=True)
class Draft:
    """The text of a draft, and what it was made from."""

    text: str
    rows: int
    fields: int
    withheld: int
    ignored: int


def folder_name(file: Path, wished: str) -> tuple[str, list[Problem]]:
    """Return the name of the register's folder: as wished, else from the name of the file; it is part of addresses."""
    mend = "用 --name 写一个，如 --name finance：小写英文字母、数字、连字符，以字母开头"
    why = "文件夹名是网址的一部分"
    if wished:
        bad = [] if NAME.fullmatch(wished) else [_cannot(wished, f"「{wished}」不能作文件夹名", why, mend)]
        return wished, bad
    name = re.sub(r"[^a-z0-9_]+", "-", file.stem.lower()).strip("-_")
    name = re.sub(r"^[^a-z]+", "", name)
    if not NAME.fullmatch(name):
        return "", [_cannot(file.name, f"从文件名「{file.name}」取不出英文的文件夹名", why, mend)]
    return name, []


def occupied(root: Path, name: str, file: Path) -> list[Problem]:
    """Say why a register may not be begun in its folder: one is declared there, or it holds anything but the file."""
    folder = root / "data" / name
    place = f"data/{name}"
    if (folder / DECLARATION).exists():
        mend = "用 --name 换一个名字；要重新起草，先移走它"
        return [_cannot(f"{place}/{DECLARATION}", "已有这个名录的声明", "程序不覆盖已有的声明", mend)]
    others = [path for path in folder.iterdir() if path.resolve() != file.resolve()] if folder.is_dir() else []
    if others or (folder.exists() and not folder.is_dir()):
        return [_cannot(place, "已有这个文件夹", "里面有别的内容，程序不猜它们是什么", "用 --name 换一个名字")]
    return []


def draft(file: Path, called: str, name: str, sections: Sequence[str]) -> tuple[Draft | None, list[Problem]]:
    """Return the draft of a register for a file; `called` is the file's name in messages."""
    if not file.is_file():
        return None, [Problem("missing-file", Place(called), "找不到这个文件", "要据它起草", "核对文件的路径")]
    tables, problems = read_tables(file, called)
    if problems:
        return None, problems
    try:
        seen = sample(tables)
    except Refused as broken:
        return None, broken.problems
    guesses = [guess(column, seen.rows) for column in seen.columns]
    fields = [each for each in guesses if each.use == "field"]
    if not fields or not seen.rows:
        what = "文件里没有记录" if not seen.rows else "没有一列可以公开"
        return None, [_cannot(called, what, "要据各列的值起草", "换一份有列名和记录的文件")]
    played = roles.cast(fields)
    label = re.sub(r"[\s_-]*[0-9]{4}.*$", "", file.stem).strip() or file.stem
    section = DEFAULT_SECTION if DEFAULT_SECTION in sections else next(iter(sections), "")
    much = f" {seen.rows:,} 行" if seen.whole else f"前 {seen.rows:,} 行"
    text = declaration.text(name, label, section, file.name, much, guesses, played, _unique(seen, fields, played))
    uses = [each.use for each in guesses]
    return Draft(text, seen.rows, len(fields), uses.count("withheld"), uses.count("ignored")), []


def _unique(seen: Sample, fields: Sequence[Guess], played: roles.Roles) -> str:
    key = roles.key(played, fields)
    sorts = len(set(zip(*(column.cells for column in seen.columns if column.title in key), strict=True)))
    told = "各不相同" if sorts == seen.rows else f"有 {sorts:,} 种"
    return f"这几个字段都相同就是同一条；{seen.rows:,} 行{'' if sorts == seen.rows else '里'}{told}"


def write(root: Path, name: str, text: str) -> Path:
    """Write the declaration of a register that was not there, and return where; raise FileExistsError where it is."""
    path = root / "data" / name / DECLARATION
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8") as stream:
        stream.write(text)
    return path


def _cannot(place: str, what: str, why: str, mend: str) -> Problem:
    return Problem("cannot-draft", Place(place), what, why, mend)
