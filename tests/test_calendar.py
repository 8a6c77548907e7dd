"""A simulated calendar: a build a week under random events, held against an independent rule that looks at every record.

The rule here shares nothing with the program: dates are added by the calendar, conditions are written out, events are
looked up one by one.
"""

from __future__ import annotations

import calendar
import csv
import datetime
import json
import random
import re
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from frontdoor import credit_code, notice, start, table, write
from test_events import event
from test_rules import NOTICES

import build
from disclosure.render import open_world

MONDAY = datetime.date(2026, 1, 5)
PLAYED = ("信用修复", "撤销", "变更", "确认违法", "确认无效", "移出", "异议提出", "异议处理", "更正")
TABLE = """\
rules:
  - {id: old, publicity: notice, label: 旧, basis: 旧法, number: 1号, from: 2020-01-01, to: 2026-06-30, otherwise: true, maximum: 36, source: 示例, confirmed: true}
  - {id: light, publicity: notice, label: 轻, basis: 新法, number: 2号, from: 2026-07-01, when: {类别: {only: [警告]}}, show: no, source: 示例, confirmed: true}
  - {id: grave, publicity: notice, label: 重, basis: 新法, number: 2号, from: 2026-07-01, when: [{类别: {has: [其他]}}, {金额: {least: 10}}], minimum: 6, maximum: 24, source: 示例, confirmed: true}
  - {id: plain, publicity: notice, label: 中, basis: 新法, number: 2号, from: 2026-07-01, otherwise: true, minimum: 1, maximum: 7, source: 示例, confirmed: true}
"""


def later(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or that month's last, by walking month after month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def may_be_shown(row: dict[str, str], happened: list[dict[str, str]], today: datetime.date) -> bool:
    """The law in plain words, for one record on one day."""
    decided = datetime.date.fromisoformat(row["日期"])
    if decided > today:
        return False
    for one in happened:
        ends = one["事件类型"] in ("信用修复", "撤销", "变更", "确认违法", "确认无效", "移出")
        if one["文书号"] == row["文号"] and ends and datetime.date.fromisoformat(one["日期"]) <= today:
            return False
    if row["截止"] and datetime.date.fromisoformat(row["截止"]) < today:
        return False
    sorts = row["类别"].split("、")
    if today < datetime.date(2026, 7, 1):
        months = 36
    elif sorts == ["警告"] and float(row["金额"] or 0) < 10:
        return False
    elif "其他" in sorts or float(row["金额"] or 0) >= 10:
        months = 24
    else:
        months = 7
    return today <= later(decided, months)


@dataclass
class City:
    """What the departments have sent, as the weeks go by."""

    dice: random.Random
    rows: list[dict[str, str]] = field(default_factory=list)
    happened: list[dict[str, str]] = field(default_factory=list)

    def decide(self, day: datetime.date) -> None:
        """One more decision, of some day not long ago."""
        number, party = len(self.rows) + 1, self.dice.randrange(len(PARTIES))
        date = day - datetime.timedelta(self.dice.randrange(400 if number < 50 else 12))
        ends = date + datetime.timedelta(self.dice.randrange(20, 900)) if self.dice.random() < 0.5 else ""
        sorts = self.dice.choice([["罚款"], ["警告"], ["警告", "罚款"], ["其他"], ["罚款", "其他"]])
        amount = "" if sorts == ["警告"] else self.dice.choice(["", "0.5", "9.999999", "10", "88"])
        self.rows.append(
            notice(名称=PARTIES[party], 代码=credit_code(party + 1), 文号=f"黑甲〔2026〕{number}号", 类别="、".join(sorts),
                   金额=amount, 日期=str(date), 截止=str(ends))
        )  # fmt: skip

    def happen(self, day: datetime.date) -> None:
        """Something happens to a record, now or in the coming weeks."""
        row = self.dice.choice(self.rows)
        when = day + datetime.timedelta(self.dice.randrange(-10, 20))
        self.happened.append(
            event(事件类型=self.dice.choice(PLAYED), 文书号=row["文号"].replace("〔", "[").replace("〕", "] "), 日期=str(when),
                  相对人=row["名称"] if self.dice.random() < 0.5 else "", 原因=f"第{len(self.happened)}件")
            | {"_文号": row["文号"]}
        )  # fmt: skip

    def files(self) -> dict[str, str]:
        """The files as they lie in data/ now."""
        half = len(self.rows) // 2
        found = {"data/notice/a.csv": table(self.rows[:half]), "data/notice/b.csv": table(self.rows[half:])}
        if self.happened:
            sent = [{name: cell for name, cell in one.items() if name != "_文号"} for one in self.happened]
            found["data/events/a.csv"] = table(sent)
        return found

    def expected(self, today: datetime.date) -> set[str]:
        """The numbers of all records that must be shown today, and no other."""
        about: dict[str, list[dict[str, str]]] = {}
        for one in self.happened:
            about.setdefault(one["_文号"], []).append(one | {"文书号": one["_文号"]})
        return {row["文号"] for row in self.rows if may_be_shown(row, about.get(row["文号"], []), today)}


PARTIES = [f"黑河{a}{b}商贸有限公司" for a in "甲乙丙丁戊己庚辛" for b in "子丑寅卯辰巳午未申酉"]


def live(root: Path, weeks: int, records: int, whole: int, seed: int) -> None:
    """Let weeks go by; every so many weeks build the whole site and count in its pages, else decide alone."""
    city = City(random.Random(seed))
    start(root, "small")
    write(root, NOTICES | {"data/rules/publicity.yaml": TABLE})
    for _ in range(records // 2):
        city.decide(MONDAY)
    for week in range(weeks):
        today = MONDAY + datetime.timedelta(7 * week)
        for _ in range(records // 2 // weeks + 1):
            city.decide(today)
            if city.dice.random() < 0.6:
                city.happen(today)
        write(root, city.files())
        expected = city.expected(today)
        if week % whole:
            studio, accounts = build.prepare(root, today, 1, [])
            with closing(open_world(studio).store) as store:
                shown = {json.loads(values)[2] for (values,) in store.execute("SELECT vals FROM disclosed")}
                tallied = store.execute("SELECT sum(count) FROM tally").fetchone()[0] or 0
            assert sum(account.shown for account in accounts) == tallied == len(expected), today
        else:
            assert build.main(["--root", str(root), "--as-of", str(today), "--jobs", "1"]) == 0
            shown = in_pages(root, len(expected))
        assert shown - expected == set(), f"{today}: shown past its day"
        assert expected - shown == set(), f"{today}: missing within its days"


def in_pages(root: Path, count: int) -> set[str]:
    """Return the document numbers in the entities' pages of a release; every figure must be that count."""
    public = root / "public"
    pages = [path.read_text(encoding="utf-8") for path in public.glob("entity/*/*.html")]
    records = [number for page in pages for number in re.findall(r'<h4 id="[^"]+-title">([^<]+)</h4>', page)]
    assert len(records) == len(set(records)) == count
    listing = (public / "list/notice/index.html").read_text(encoding="utf-8")
    assert f"共 {count:,} 条" in listing
    assert f">{count:,}<" in (public / "index.html").read_text(encoding="utf-8") or count == 0
    badges = [int(n) for page in pages for n in re.findall(r'<h2 id="s\d-title">[^<]* <small[^>]*>(\d+) 条', page)]
    assert sum(badges) == count
    with (root / "state/intake.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert int(list(csv.DictReader(stream))[-1]["公示"]) == count
    facts = json.loads((public / "release.json").read_text(encoding="utf-8"))
    assert facts["next"] > facts["as_of"]
    return set(records)


def test_a_year_of_weeks(tmp_path: Path) -> None:
    live(tmp_path / "root", weeks=52, records=260, whole=17, seed=1)


@pytest.mark.long
def test_five_years_of_weeks_over_two_thousand_records(tmp_path: Path) -> None:
    live(tmp_path / "root", weeks=260, records=2000, whole=10, seed=2)
