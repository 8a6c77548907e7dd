"""A release made by small changes is, byte for byte, the one made from nothing."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from frontdoor import credit_code, happening, notice, start, table, tree, write

import build

NAMES = ["黑河甲乙商贸有限公司", "北安丙丁粮贸有限公司", "嫩江戊己餐饮店", "黑河甲乙商贸（集团）有限公司", "个体工商户"]
DAYS = ["2026-03-01", "2026-05-06", "2026-05-31", "2025-12-31"]
ENDS = ["", "2026-06-30", "2026-12-31", "2027-05-06"]
KINDS = ["警告", "罚款", "警告、其他", ""]
SENT = ["", "2026-05-15", "2026-06-01"]
# What a scorecard counts hangs on the facts of a row, on when it was sent, and on when it was first shown.
SCORED = "scorecard: {within: 7, complete: [说明, 类别], reported: 报来}\nfields:\n  报来: date\n"
HOLIDAYS = (Path(__file__).parent.parent / "data/rules/holidays.yaml").read_text(encoding="utf-8")


@dataclass
class Draft:
    """What a root holds, as the edits have left it."""

    rows: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {"2026.csv": [notice(报来="")], "more.csv": []}
    )
    label: str = "通知"
    articles: dict[str, str] = field(default_factory=dict)
    name: str = "信用示例"
    style: str = ""
    organ: str = ""
    as_of: str = "2026-06-01"
    happened: dict[int, str] = field(default_factory=dict)


def row(dice: random.Random, number: int) -> dict[str, str]:
    """Return a valid row told apart by its number."""
    name = dice.randrange(5)
    return notice(
        名称=NAMES[name],
        代码=dice.choice(["", credit_code(name + 1)]),
        文号=f"黑甲〔2026〕{number}号",
        日期=dice.choice(DAYS),
        截止=dice.choice(ENDS),
        类别=dice.choice(KINDS),
        说明=dice.choice(["", f"第 {number} 次"]),
        报来=dice.choice(SENT),
    )


Edit = Callable[[Draft], None]


def add(file: str, new: dict[str, str]) -> Edit:
    """An edit that adds a row, or replaces the one with its number."""

    def edit(draft: Draft) -> None:
        for rows in draft.rows.values():
            rows[:] = [old for old in rows if old["文号"] != new["文号"]]
        draft.rows[file].append(new)

    return edit


def drop(file: str, at: int) -> Edit:
    """An edit that takes a row away."""

    def edit(draft: Draft) -> None:
        if draft.rows[file]:
            draft.rows[file].pop(at % len(draft.rows[file]))

    return edit


def write_article(name: str, text: str) -> Edit:
    """An edit that writes an article, or takes it away where the text is empty."""

    def edit(draft: Draft) -> None:
        draft.articles.pop(name, None)
        if text:
            draft.articles[name] = f"---\ntitle: {text}\ndate: 2026-05-0{len(text)}\nsource: 甲局\n---\n{text}正文。\n"

    return edit


def put(key: str, value: str) -> Edit:
    """An edit that sets something else."""
    return lambda draft: setattr(draft, key, value)


def edits(dice: random.Random) -> Iterator[Edit]:
    """Return random edits without end: rows most, everything else that a page may show now and then."""
    while True:
        file, number = dice.choice(["2026.csv", "more.csv"]), dice.randrange(6)
        new = row(dice, number)
        yield dice.choice(
            [
                add(file, new),
                add(file, new),
                drop(file, number),
                write_article(dice.choice("ab"), dice.choice(["", "一", "二三", "四五六"])),
                put("label", dice.choice(["通知", "通告"])),
                put("name", dice.choice(["信用示例", "信用乙市"])),
                put("style", dice.choice(["", "@layer parts { .badge { color: red } }"])),
                happen(dice.randrange(6), dice.choice(["", "信用修复", "撤销", "异议提出", "更正"])),
                put("organ", dice.choice(["", "231181"])),
                put("as_of", dice.choice(["2026-06-01", "2026-07-01", "2027-01-01"])),
            ]
        )


def happen(number: int, sort: str) -> Edit:
    """An edit that says of a record, while there is one, that something happened to it, or takes that back."""

    def edit(draft: Draft) -> None:
        draft.happened[number] = sort

    return edit


def events(draft: Draft) -> dict[str, str]:
    """The file of events of records that are there, if any."""
    there = {row["文号"] for rows in draft.rows.values() for row in rows}
    told = [(f"黑甲〔2026〕{number}号", sort) for number, sort in sorted(draft.happened.items()) if sort]
    rows = [happening(sort, number) for number, sort in told if number in there]
    return {"data/events/2026.csv": table(rows)} if rows else {}


def lay_out(root: Path, draft: Draft) -> None:
    """Write a draft as a root, over what is there."""
    base = Path(root, "base")
    if not base.exists():
        start(base, "small")
    site = (base / "site.yaml").read_text(encoding="utf-8").replace("信用示例", draft.name)
    register = (
        (base / "data/notice/register.yaml").read_text(encoding="utf-8").replace("label: 通知", f"label: {draft.label}")
    )
    for folder in ("content", "data", "theme"):
        shutil.rmtree(root / folder, ignore_errors=True)
    register = register.replace("fields:\n", SCORED)
    write(root, {"site.yaml": site, "data/notice/register.yaml": register, "data/rules/holidays.yaml": HOLIDAYS})
    departments = (base / "data/departments.yaml").read_text(encoding="utf-8")
    write(
        root,
        {"data/departments.yaml": departments.replace("district: '231100'", f"district: '{draft.organ or 231100}'")},
    )
    write(root, {f"data/notice/{name}": table(rows) for name, rows in draft.rows.items() if rows})
    write(root, events(draft))
    write(root, {f"content/{name}.md": text for name, text in draft.articles.items()})
    if draft.style:
        write(root, {"theme/css/parts/zz.css": draft.style})


def built(root: Path, draft: Draft) -> dict[str, bytes]:
    """Build a root and return every byte of the site."""
    assert build.main(["--root", str(root), "--as-of", draft.as_of, "--jobs", "1"]) == 0
    return tree(root / "public")


def hold(seed: int) -> None:
    """Make a site by three groups of random edits, and hold the last release against one made from nothing."""
    dice = random.Random(seed)
    more = edits(dice)
    with tempfile.TemporaryDirectory() as folder:
        root, fresh, draft = Path(folder, "root"), Path(folder, "fresh"), Draft()
        root.mkdir()
        fresh.mkdir()
        for count in (0, dice.randint(1, 4), dice.randint(1, 3), dice.randint(1, 2)):
            for _ in range(count):
                next(more)(draft)
            lay_out(root, draft)
            shutil.rmtree(fresh / "state", ignore_errors=True)
            if (root / "state").exists():  # what releases showed before is an input
                shutil.copytree(root / "state", fresh / "state")
            small = built(root, draft)
        lay_out(fresh, draft)
        assert small == built(fresh, draft), f"seed {seed}: {draft}"


def test_an_incremental_release_is_the_full_one() -> None:
    for seed in range(15):
        hold(seed)


@pytest.mark.long
def test_an_incremental_release_is_the_full_one_many_times() -> None:
    for seed in range(15, 315):
        hold(seed)
