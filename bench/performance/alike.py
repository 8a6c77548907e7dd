"""Whether two pages are the same page: every element, attribute and text, in order, blanks between them aside."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

Part = tuple[str, ...]


def hold_alike(ours: Path, theirs: Path, number: int, seed: int = 2019) -> int:
    """Hold as many pages of ours, taken at random, against theirs, and the addresses of all; return how many were held."""
    here, there = addresses(ours), addresses(theirs)
    if here != there:
        only = sorted(set(here) ^ set(there))
        raise SystemExit(f"两边的页面不是同一批：{len(here):,} 个和 {len(there):,} 个，如 {only[0]}。")
    sample = random.Random(seed).sample(here, min(number, len(here)))
    for address in sample:
        if told := difference(_read(ours / address), _read(theirs / address)):
            raise SystemExit(f"{address} 两边画得不一样：{told}。改 bench/hugo/layouts 里的模板。")
    return len(sample)


def addresses(folder: Path) -> list[str]:
    """Return the addresses of the pages of entities below a folder, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "entity").rglob("*.html"))


def difference(one: str, other: str) -> str:
    """Return the first thing in which two pages differ, "" where they are the same."""
    for left, right in zip_longest(parts(one), parts(other), fillvalue=("没有了",)):
        if left != right:
            return f"「{' '.join(left)}」和「{' '.join(right)}」"
    return ""


def parts(page: str) -> Sequence[Part]:
    """Return what a page is made of: elements with their attributes, and texts with single blanks."""
    found: list[Part] = []
    root = LexborHTMLParser(page).root
    for node in root.traverse(include_text=True) if root else ():
        if node.tag != "-text":
            found.append((node.tag or "", *(f"{name}={value}" for name, value in sorted(node.attributes.items()))))
        elif text := " ".join((node.text_content or "").split()):
            found.append(("", text))
    return found


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
