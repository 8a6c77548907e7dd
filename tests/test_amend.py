"""What is decided anew of a few changed rows, and kept of all others, is what is decided of all rows."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from frontdoor import credit_code, happening, notice, start, table, write
from test_refers import CHECKS, ITEMS, row

import build
from disclosure import store
from disclosure.amend import amend
from disclosure.problems import Place, Problem, Refused

Rows = list[dict[str, str]]
NAMES = ["黑河甲乙商贸有限公司", "北安丙丁粮贸有限公司", "嫩江戊己餐饮店", "个体工商户"]
SCORED = "scorecard: {within: 7, complete: [说明, 代码], reported: 日期}\n"
HOLIDAYS = (Path(__file__).parent.parent / "data/rules/holidays.yaml").read_text(encoding="utf-8")
OF_ROW = "(SELECT path || ' ' || line || ' ' || row.register || ' ' || key || ' ' || hash FROM row JOIN file ON file.id = row.file WHERE row.id = {})"
# What was decided, with the place of each row for its number, which hangs on when its file was read.
DECIDED = {
    "row": f"SELECT {OF_ROW.format('one.id')}, name, code, organ, date FROM row AS one ORDER BY 1, 2, 3",
    "file": "SELECT path, sha, rows, split, aside, latest FROM file ORDER BY 1",
    "whose": f"SELECT {OF_ROW.format('whose.row')}, entity FROM whose ORDER BY 1",
    "fate": f"SELECT {OF_ROW.format('fate.row')}, reason, ends, set_by, rule, repair, notes FROM fate ORDER BY 1",
    "shown": f"SELECT {OF_ROW.format('shown.row')}, entity, ends, notes, department, district, theme FROM shown ORDER BY 1",
    "scored": f"SELECT {OF_ROW.format('scored.row')}, timely, complete, corrected, first FROM scored ORDER BY 1",
    "withheld": f"SELECT {OF_ROW.format('withheld.row')}, digest FROM withheld ORDER BY 1, 2",
    "referred": f"SELECT {OF_ROW.format('referred.row')}, field, {OF_ROW.format('target')} FROM referred",
    **{
        table: f"SELECT * FROM {table}"
        for table in ("entity", "tally", "counted", "stone", "moved", "fitted", "refusal")
    },
}


class Draft:
    """Rows of three registers, events and a day, as random edits leave them."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.day, self.happened, self.rule = dice, "2026-06-01", dict[str, str](), "起草"
        self.rows: dict[str, Rows] = {
            "notice/2026": [self.notice(number) for number in range(8)],
            "notice/more": [self.notice(number) for number in range(8, 11)],
            "items/2026": [{"编号": f"A{n}", "内容": f"第 {n} 项", "领域": "食品", "状态": "在用"} for n in range(4)],
            "checks/2026": [row(f"J{n}", f"A{dice.randrange(4)}") for n in range(4)],
        }

    def notice(self, number: int) -> dict[str, str]:
        """Return a row that may share its name, its code or its number with others."""
        dice, name = self.dice, self.dice.randrange(len(NAMES))
        return notice(
            名称=NAMES[name],
            代码=credit_code(name + 1) if dice.random() < 0.6 else "",
            文号=f"黑甲〔2026〕{number}号",
            日期=dice.choice(["2026-03-01", "2026-05-06"]),
            截止=dice.choice(["", "", "2026-06-30", "2026-05-30"]),
            机关=dice.choice(["黑河市甲局", "黑河市乙局"]),
            说明=dice.choice(["", "二", "三"]),
            证件号码=dice.choice(["", f"E1234567{number % 10}"]),
        )

    def edit(self) -> None:
        """Change one thing: a row most often, where it stands, or what everything hangs on."""
        dice, file = self.dice, self.dice.choice(list(self.rows))
        rows, sort = self.rows[file], self.dice.choice("aaaccccccddmoehxf")
        new = self.new(file)
        if sort == "a":
            rows.append(new)
        elif sort == "m":
            rows.insert(dice.randrange(len(rows) + 1), new)
        elif sort == "c" and rows:
            at = dice.randrange(len(rows))
            rows[at] = rows[at] | {name: new[name] for name in dice.sample(list(new), 2)}
        elif sort == "d" and len(rows) > 1:
            rows.pop(dice.randrange(len(rows)))
        elif sort == "o":
            dice.shuffle(rows)
        elif sort == "e":
            self.happened[dice.choice(self.rows["notice/2026"])["文号"]] = dice.choice(["信用修复", "异议提出", "撤销"])
        elif sort == "h":
            self.day = dice.choice(["2026-06-01", "2026-07-01"])
        elif sort == "f":
            self.rows["notice/more"].clear()
        elif sort == "x":
            self.rule = dice.choice(["起草", "通过"])

    def new(self, file: str) -> dict[str, str]:
        """Return a row for a file."""
        number = self.dice.randrange(12)
        if file.startswith("items"):
            return {"编号": f"A{number}", "内容": f"第 {number} 项", "领域": "药品", "状态": "无效"}
        if file.startswith("checks"):
            return row(f"J{number}", f"A{self.dice.randrange(5)}", self.dice.choice(["可向社会公开", "不可公开"]))
        return self.notice(number)

    def lay_out(self, root: Path) -> None:
        """Write all of it below a root."""
        if not root.exists():
            start(root, "small")
            write(root, {"data/items/register.yaml": ITEMS, "data/rules/holidays.yaml": HOLIDAYS})
            register = root / "data/notice/register.yaml"
            register.write_text(register.read_text(encoding="utf-8") + SCORED, encoding="utf-8")
        write(root, {"data/checks/register.yaml": CHECKS.replace("label: 检查行为", f"label: 检查行为{self.rule}")})
        (root / "data/notice/more.csv").unlink(missing_ok=True)
        write(root, {f"data/{name}.csv": table(rows) for name, rows in self.rows.items() if rows})
        there = {each["文号"] for name in ("notice/2026", "notice/more") for each in self.rows[name]}
        told = [happening(sort, number) for number, sort in self.happened.items() if number in there]
        shutil.rmtree(root / "data" / "events", ignore_errors=True)
        write(root, {"data/events/2026.csv": table(told)} if told else {})


Decided = dict[str, list[tuple[object, ...]]]


def decided(root: Path, day: str) -> tuple[Decided, list[str]]:
    """Take a root in and decide it; return what was decided, nothing where it was refused, and what was said."""
    notices: list[Problem] = []
    try:
        build.prepare(root, date.fromisoformat(day), 1, notices)
    except Refused as refused:
        return {}, said(refused.problems)
    with closing(sqlite3.connect(store.working_copy(root / build.STORE))) as rows:
        found = {table: rows.execute(query).fetchall() for table, query in DECIDED.items()}
    return found, said(notices)


def said(problems: Iterable[Problem]) -> list[str]:
    """Return what problems say, but of rows of several files which is named first: that hangs on when these were read."""
    apart = ("names-of-one-code", "name-ambiguous", "event-several")
    return sorted(
        {str(each if each.name not in apart else replace(each, place=Place(""), why="")) for each in problems}
    )


def hold(seed: int, folder: Path) -> None:
    """Edit a root at random, and hold what is decided each time against what is decided of it from nothing."""
    root, fresh, draft = folder / "root", folder / "fresh", Draft(random.Random(seed))
    draft.lay_out(root)
    for step in range(12):
        before = deepcopy(draft.rows), dict(draft.happened)
        for _ in range(step and draft.dice.choice([0, 1, 1, 1, 2])):
            draft.edit()
        draft.lay_out(root)
        few = decided(root, draft.day)
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(root, fresh, ignore=shutil.ignore_patterns(".cache"))
        everything = decided(fresh, draft.day)
        assert few[1] == everything[1], f"seed {seed}, step {step}"
        for name, rows in everything[0].items():
            assert few[0][name] == rows, f"seed {seed}, step {step}: {name}"
        if few[0]:
            store.settle(root / build.STORE, root / build.KEPT, ("release", ""), {}, {})
        else:
            draft.rows, draft.happened = before


@pytest.fixture
def amended(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Note of every time that something was decided anew how many changes it was of, all that was not left to a decision of all."""
    noted: list[int] = []

    def noting(rows: sqlite3.Connection, whole: Path, changes: list[object], *about: object) -> list[Problem]:
        problems = amend(rows, whole, changes, *about)  # type: ignore[arg-type]
        noted.append(len(changes))
        return problems

    monkeypatch.setattr(build, "amend", noting)
    yield noted


def test_what_is_decided_of_a_few_rows_is_what_is_decided_of_all(tmp_path: Path, amended: list[int]) -> None:
    for seed in range(12):
        hold(seed, tmp_path / str(seed))
    assert sum(1 for changes in amended if changes) > 20, "few rows are decided by themselves"
    assert sum(1 for changes in amended if not changes) > 5, "where nothing changed nothing is decided"


FIRST, *REST = [
    notice(文号=f"黑甲〔2026〕{number}号", 代码=credit_code(number), 名称=NAMES[number]) for number in range(3)
]
OTHER_NAME = REST[1] | {"文号": "黑甲〔2026〕9号", "名称": "嫩江庚辛餐饮店", "日期": "2026-01-05"}


@pytest.mark.parametrize(
    ("after", "named"),
    [
        ([FIRST | {"说明": "改过"}, *REST, OTHER_NAME], ["data/notice/2026.csv:5"]),
        ([*REST, OTHER_NAME], ["data/notice/2026.csv:4"]),
        ([FIRST, *REST, OTHER_NAME | {"名称": REST[1]["名称"]}], []),
        ([FIRST, *REST], []),
        ([FIRST, *REST, OTHER_NAME, OTHER_NAME | {"文号": "黑甲〔2026〕10号"}], ["data/notice/2026.csv:5"]),
    ],
)
def test_what_is_noticed_of_rows_that_did_not_change_is_said_again_where_they_stand_now(
    tmp_path: Path, after: Rows, named: list[str]
) -> None:
    root = tmp_path / "site"
    start(root, "small")
    for rows, expected in (([FIRST, *REST, OTHER_NAME], ["data/notice/2026.csv:5"]), (after, named)):
        write(root, {"data/notice/2026.csv": table(rows)})
        notices: list[Problem] = []
        build.prepare(root, date(2026, 6, 1), 1, notices)
        assert [str(each.place) for each in notices if each.name == "names-of-one-code"] == expected
        store.settle(root / build.STORE, root / build.KEPT, ("release", ""), {}, {})


@pytest.mark.long
def test_what_is_decided_of_a_few_rows_is_what_is_decided_of_all_many_times(tmp_path: Path) -> None:
    for seed in range(12, 300):
        hold(seed, tmp_path / str(seed))
        shutil.rmtree(tmp_path / str(seed))
