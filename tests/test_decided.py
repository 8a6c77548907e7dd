"""What is decided of every row on the day: fates, seats, counts, entities, and what changes when one of them does."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from frontdoor import Files, credit_code, notice, notices, start, table, write
from test_events import event, events
from test_refers import CHECKS, ITEM_ROWS, ITEMS, row
from test_rules import SMALL, law

import build
from disclosure import store
from disclosure.declarations import load_registers
from disclosure.disclose import Account, accounts_of, count_cells, disclose, seat
from disclosure.effects import Effects
from disclosure.problems import FAULT, NOTICE, Place, Problem, Refused
from disclosure.publicity import load_rules
from disclosure.site import load_departments, load_site

ONE, TWO, THREE = credit_code(1), credit_code(2), credit_code(3, "231181")
NAMES = """\
label: 登记信息
badge: 登记
party: 名称
code: 代码
key: [代码, 日期]
date: 日期
title: [名称]
columns: [名称]
former: 曾用名
fields:
  名称: {kind: name, required: true}
  代码: credit_code
  日期: date
  曾用名: text
"""
GOODS = """\
label: 货品
badge: 货品
group: 互联网+监管
key: [编号]
title: [编号]
columns: [编号]
theme: 领域
themes: {食品: {name: fare}, 药品: {name: drug}}
fields:
  编号: {kind: identifier, required: true}
  说明: text
  说明二: text
  领域: {kind: choice, choices: [食品, 药品]}
"""
TABLES = ("fate", "shown", "entity", "tally", "counted", "stone", "moved", "fitted", "rule", "referred")


@dataclass(frozen=True)
class Decided:
    """What was decided of a root: the rows of each table, by the names of their columns, the accounts, what was noticed."""

    tables: dict[str, list[dict[str, object]]]
    accounts: list[Account]
    notices: list[Problem]

    def rows(self, name: str, *columns: str) -> list[tuple[object, ...]]:
        """Some columns of a table, in order."""
        return sorted(tuple(one[column] for column in columns) for one in self.tables[name])

    def entity(self, key: str) -> dict[str, object]:
        """What is known of an entity."""
        (found,) = (one for one in self.tables["entity"] if one["key"] == key)
        return found

    def prints(self) -> dict[object, object]:
        """What changes when one of the rows of an entity does, by entity."""
        return {one["key"]: one["fingerprint"] for one in self.tables["entity"]}


def decided(root: Path, files: Files, day: str = "2026-11-22") -> Decided:
    """Take a root in, beginning with the small site, and decide it."""
    if not root.exists():
        start(root, "small")
    write(root, files)
    shutil.rmtree(root / ".cache", ignore_errors=True)
    noticed: list[Problem] = []
    _, accounts = build.prepare(root, datetime.date.fromisoformat(day), 1, noticed)
    with closing(sqlite3.connect(store.working_copy(root / build.STORE))) as rows:
        rows.row_factory = sqlite3.Row
        found = {name: [dict(one) for one in rows.execute(f"SELECT * FROM {name}").fetchall()] for name in TABLES}
    return Decided(found, accounts, noticed)


def hashed(name: str) -> str:
    """The part of an address that stands for an organ without a code."""
    return hashlib.blake2b(name.encode(), digest_size=5).hexdigest()


OF_ITEMS = {"data/items/register.yaml": ITEMS, "data/items/2026.csv": ITEM_ROWS}


def test_what_is_shown_stands_with_its_seat_and_its_theme(tmp_path: Path) -> None:
    rows = [
        notice(文号="1号"),
        notice(文号="2号", 机关="甲局", 截止=""),
        notice(文号="3号", 机关="北安市丙局", 日期="2026-07-01"),
        notice(文号="4号", 机关="查无此局"),
        notice(文号="5号", 截止="2026-11-21"),
    ]
    goods = "编号,说明,说明二,领域\nB1,药品,药品,食品\n"
    files = notices(*rows) | OF_ITEMS | {"data/goods/register.yaml": GOODS, "data/goods/2026.csv": goods}
    found = decided(tmp_path / "root", files)
    columns = ("register", "date", "organ", "ends", "set_by", "department", "district", "theme")
    of_notices = [one for one in found.rows("shown", *columns) if one[0] == "notice"]
    assert of_notices == [
        ("notice", "2026-05-06", "查无此局", "2027-05-06", "file", hashed("查无此局"), "", ""),
        ("notice", "2026-05-06", "甲局", "", "", "11231100000000001A", "231100", ""),
        ("notice", "2026-05-06", "黑河市甲局", "2027-05-06", "file", "11231100000000001A", "231100", ""),
        ("notice", "2026-07-01", "北安市丙局", "2027-05-06", "file", hashed("北安市丙局"), "231181", ""),
    ]
    assert found.rows("shown", "register", "theme")[:3] == [("goods", "fare"), ("items", "drug"), ("items", "food")]
    numbers = [int(str(one["row"])) for one in found.tables["shown"]]
    assert numbers == sorted(numbers) and {*found.rows("shown", "entity")} == {*found.rows("entity", "key")}
    assert [one["reason"] for one in found.tables["fate"]].count("ended") == 1
    assert found.accounts == [
        Account("data/goods/2026.csv", 1, {"shown": 1}, 0),
        Account("data/items/2026.csv", 2, {"shown": 2}, 0),
        Account("data/notice/2026.csv", 5, {"shown": 4, "ended": 1}, 0),
    ]
    assert [account.shown for account in found.accounts] == [1, 2, 4]


def test_a_department_sits_at_its_code_or_at_a_hash_of_its_name(tmp_path: Path) -> None:
    start(tmp_path / "root", "small")
    departments, _ = load_departments(tmp_path / "root")
    assert seat("", None) == ("", "")
    assert seat("甲局", departments.find("甲局")) == ("11231100000000001A", "231100")
    assert seat("丙", departments.find("北安市丙局")) == (hashed("北安市丙局"), "231181")
    assert seat("查无此局", None) == (hashed("查无此局"), "")


def test_the_rules_of_the_law_stand_beside_the_records_that_they_decide(tmp_path: Path) -> None:
    rules = law("one; from: 2020-01-01; otherwise: true; minimum: 3; maximum: 12", confirmed="false")
    found = decided(tmp_path / "root", rules | notices(notice(截止=""), notice(文号="2号", 截止="2026-12-01")))
    (rule,) = found.tables["rule"]
    assert rule["id"] == "one" and not rule["confirmed"] and "最长1年" in str(rule["said"])
    assert found.rows("shown", "ends", "set_by", "rule", "repair") == [
        ("2026-12-01", "file", "one", "2026-08-07"),
        ("2027-05-06", "rule", "one", "2026-08-07"),
    ]


def test_a_matter_that_is_late_says_so(tmp_path: Path) -> None:
    late = SMALL + "deadline: {date: 截止, done: {类别: [其他]}}\n"
    rows = notices(notice(截止="2026-11-20"), notice(文号="2号", 截止="2026-11-22"))
    declared = late.replace("ends: 截止\n", "").replace("截止: end_date", "截止: date")
    found = decided(tmp_path / "root", {"data/notice/register.yaml": declared} | rows)
    assert sorted(str(one["notes"])[:20] for one in found.tables["shown"]) == ["", '[{"tag": "逾期 2 天", "']
    assert [one["notes"] for one in found.tables["shown"]] == [one["notes"] for one in found.tables["fate"]]


def cells(found: Decided) -> dict[tuple[str, ...], tuple[object, object]]:
    """How many records every cell has, and what changes when one of them does."""
    columns = ("register", "month", "department", "district", "theme")
    counted = {tuple(str(one[name]) for name in columns): (one["count"], one["print"]) for one in found.tables["tally"]}
    assert len(counted) == len(found.tables["tally"]) and [*counted] == sorted(counted)
    assert {len(str(mark)) for _, mark in counted.values()} == {16}
    return counted


A, C = ("11231100000000001A", "231100", ""), (hashed("北安市丙局"), "231181", "")
ROWS = [
    notice(文号="1号"),
    notice(文号="2号", 日期="2026-05-31", 代码=TWO, 名称="黑河乙乙商贸有限公司"),
    notice(文号="3号", 日期="2026-06-01", 代码=TWO, 名称="黑河乙乙商贸有限公司", 截止="2026-12-31"),
    notice(文号="4号", 机关="北安市丙局"),
    notice(文号="5号", 日期="2026-06-01", 截止="2026-06-30"),
]


def test_what_is_shown_is_counted_by_cell(tmp_path: Path) -> None:
    counted = cells(decided(tmp_path / "root", notices(*ROWS) | OF_ITEMS))
    assert {cell: count for cell, (count, _) in counted.items()} == {
        ("items", "", "", "", "drug"): 1,
        ("items", "", "", "", "food"): 1,
        ("notice", "2026-05", *A): 2,
        ("notice", "2026-05", *C): 1,
        ("notice", "2026-06", *A): 1,
    }
    assert len({mark for _, mark in counted.values()}) == 5


@pytest.mark.parametrize(
    "edit",
    [
        {"data/notice/2026.csv": table([ROWS[0] | {"说明": "改过"}, *ROWS[1:]])},
        {"data/notice/2026.csv": table([ROWS[0] | {"文号": "9号"}, *ROWS[1:]])},
        {"data/notice/2026.csv": table([ROWS[0] | {"截止": "2027-05-07"}, *ROWS[1:]])},
        events(event(事件类型="异议提出", 文书号="1号", 决定文书号="")),
        {"data/notice/2026.csv": table([ROWS[0] | {"代码": THREE}, *ROWS[1:]])},
    ],
    ids=["content", "key", "ends", "notes", "address"],
)
def test_a_cell_is_another_when_one_of_its_records_is(tmp_path: Path, edit: dict[str, str]) -> None:
    before = cells(decided(tmp_path / "root", notices(*ROWS)))
    after = cells(decided(tmp_path / "root", edit))
    assert before.keys() == after.keys()
    assert [cell for cell in before if before[cell] != after[cell]] == [("notice", "2026-05", *A)]


def test_a_cell_is_another_when_its_records_are_of_another_entity(tmp_path: Path) -> None:
    before = cells(decided(tmp_path / "root", notices(*ROWS)))
    merged = event(事件类型="合并", 名录="", 文书号="", 机关="", 决定文书号="", 统一社会信用代码=TWO, 新代码=ONE)
    after = cells(decided(tmp_path / "root", events(merged)))
    assert {cell for cell in before if before[cell] != after[cell]} == {
        ("notice", "2026-05", *A),
        ("notice", "2026-06", *A),
    }


def test_where_its_records_stand_makes_a_cell_no_other(tmp_path: Path) -> None:
    before = decided(tmp_path / "root", notices(*ROWS) | OF_ITEMS)
    after = decided(tmp_path / "root", notices(*reversed(ROWS)))
    assert cells(before) == cells(after)
    assert before.prints() == after.prints()


def test_cells_are_counted_again_where_that_is_asked_and_others_stand(tmp_path: Path) -> None:
    before = cells(decided(tmp_path / "root", notices(*ROWS) | OF_ITEMS))
    with closing(sqlite3.connect(store.working_copy(tmp_path / "root" / build.STORE))) as rows:
        rows.execute("UPDATE tally SET count = 9")
        asked = "SELECT register, month, department, district, theme FROM tally WHERE month = '2026-05'"
        count_cells(rows, asked)
        columns = "register, month, department, district, theme, count, print"
        after = [tuple(one) for one in rows.execute(f"SELECT {columns} FROM tally")]
    expected = [(*cell, count if "2026-05" in cell else 9, mark) for cell, (count, mark) in before.items()]
    assert after == sorted(expected)


def test_what_is_not_shown_is_counted_without_a_word_of_it(tmp_path: Path) -> None:
    person = notice(名称="郗景行", 代码="")
    rows = [
        person,
        person | {"文号": "2号", "日期": "2026-11-22"},
        person | {"文号": "3号", "日期": "2026-11-23"},
        notice(文号="4号", 类别="其他"),
        notice(文号="5号", 截止="2026-06-30"),
        notice(文号="6号"),
    ]
    rules = law(
        "hidden; from: 2020-01-01; when: {类别: {only: [其他]}}; show: no",
        "plain; from: 2020-01-01; otherwise: true; maximum: 36",
    )
    checks = {"data/checks/register.yaml": CHECKS, "data/checks/2026.csv": table([row("J1", "A1", "不可公开")])}
    found = decided(tmp_path / "root", rules | notices(*rows) | checks | OF_ITEMS)
    counted = [(one["register"], one["reason"], one["count"]) for one in found.tables["counted"]]
    assert counted == [("checks", "restricted", 1), ("notice", "perhaps-person", 2), ("notice", "unpublished", 1)]


MARKED = SMALL + "mark: 有通知 {count} 条\n"
LISTS = {"data/names/register.yaml": NAMES, "data/notice/register.yaml": MARKED}


def test_an_entity_is_what_its_rows_say_of_it(tmp_path: Path) -> None:
    rows = [
        notice(文号="1号", 名称="黑河旧名商贸有限公司", 日期="2025-01-01"),
        notice(文号="2号", 名称="黑河新名商贸有限公司", 日期="2026-06-01"),
        notice(文号="3号", 名称="个体工商户", 日期="2026-08-01"),
        notice(文号="4号", 代码=THREE, 名称="北安三三商贸有限公司", 日期="2026-07-01"),
        notice(文号="5号", 代码="", 名称="北安无码商贸有限公司", 机关="北安市丙局"),
        notice(文号="6号", 代码="", 名称="黑河无名商贸有限公司", 机关="查无此局", 日期="2026-01-02"),
    ]
    names = [
        {
            "名称": "黑河新名商贸有限公司",
            "代码": ONE,
            "日期": "2026-02-01",
            "曾用名": "甲公司；乙公司、、甲公司、黑河新名商贸有限公司",
        }
    ]
    found = decided(tmp_path / "root", notices(*rows) | LISTS | {"data/names/a.csv": table(names)})
    one = found.entity(ONE)
    assert one["fingerprint"] and len(str(one["fingerprint"])) == 24
    assert {name: value for name, value in one.items() if name != "fingerprint"} == {
        "key": ONE,
        "address": f"entity/{ONE[-2:]}/{ONE}.html",
        "name": "黑河新名商贸有限公司",
        "code": ONE,
        "district": "231102",
        "former": '["黑河旧名商贸有限公司", "甲公司", "乙公司"]',
        "counts": '{"names": 1, "notice": 3}',
        "marks": '[{"text": "有通知 3 条", "tone": "licence"}]',
        "updated": "2026-08-01",
    }
    assert found.entity(THREE)["district"] == "231181"
    others = {str(each["name"]): each for each in found.tables["entity"] if not each["code"]}
    assert {name: (each["district"], each["updated"]) for name, each in others.items()} == {
        "北安无码商贸有限公司": ("231181", "2026-05-06"),
        "黑河无名商贸有限公司": ("", "2026-01-02"),
    }
    keys = [str(each["key"]) for each in found.tables["entity"]]
    assert keys == sorted(keys) and all(str(each["key"]).startswith("name:") for each in others.values())


def test_an_entity_without_records_of_a_register_bears_no_mark_of_it(tmp_path: Path) -> None:
    names = [{"名称": "黑河甲乙商贸有限公司", "代码": ONE, "日期": "2026-02-01", "曾用名": ""}]
    one = decided(tmp_path / "root", LISTS | {"data/names/a.csv": table(names)}).entity(ONE)
    assert (one["marks"], one["counts"], one["former"]) == ("[]", '{"names": 1}', "[]")


def two_names(root: Path, *rows: dict[str, str], more: Files | None = None) -> list[Problem]:
    """What is noticed of the names of one code."""
    found = decided(root, notices(*rows) | dict(more or {}))
    return [problem for problem in found.notices if problem.name == "names-of-one-code"]


def test_two_names_of_one_code_are_told_where_the_first_stands(tmp_path: Path) -> None:
    rows = [
        notice(文号="1号", 名称="黑河二二商贸有限公司", 日期="2024-02-01", 截止=""),
        notice(文号="2号", 名称="黑河一一商贸有限公司", 日期="2026-06-01"),
        notice(文号="3号", 名称="黑河二二商贸有限公司", 日期="2025-01-01"),
        notice(文号="4号", 名称="黑河三三商贸有限公司", 日期="2024-01-01", 截止=""),
        notice(文号="5号", 名称="黑河四四商贸有限公司", 日期="2023-01-01", 截止=""),
        notice(文号="6号", 名称="黑河五五商贸有限公司", 日期="2022-01-01", 截止=""),
        notice(文号="7号", 名称="黑河一一商贸有限公司 ", 日期="2021-01-01", 截止=""),
        notice(文号="8号", 名称="个体工商户", 日期="2021-01-01", 截止=""),
    ]
    (problem,) = two_names(tmp_path / "root", *rows)
    names = "、".join(f"黑河{name}商贸有限公司" for name in ("一一", "二二", "三三", "四四"))
    assert problem == Problem(
        "names-of-one-code",
        Place("data/notice/2026.csv", 2),
        f"代码 {ONE} 有 5 个名称：{names}",
        "以日期最近的「黑河一一商贸有限公司」为现名，其余列为曾用名",
        "核对名称；若不是更名而是写错，请报送单位更正",
        NOTICE,
    )
    assert two_names(tmp_path / "root", rows[1], rows[6], rows[7]) == []
    renamed = event(
        事件类型="更名", 名录="", 文书号="", 机关="", 决定文书号="", 统一社会信用代码=ONE, 新名称="黑河二二商贸有限公司"
    )
    assert two_names(tmp_path / "root", *rows, more=events(renamed)) == []


def test_a_name_that_a_merger_brought_is_no_second_name_of_the_code(tmp_path: Path) -> None:
    merged = event(事件类型="合并", 名录="", 文书号="", 机关="", 决定文书号="", 统一社会信用代码=TWO, 新代码=ONE)
    rows = [notice(文号="1号"), notice(文号="2号", 代码=TWO, 名称="黑河乙乙商贸有限公司", 日期="2026-06-01")]
    assert two_names(tmp_path / "root", *rows, more=events(merged)) == []
    one = decided(tmp_path / "root", {}).entity(ONE)
    assert (one["name"], one["former"]) == ("黑河甲乙商贸有限公司", '["黑河乙乙商贸有限公司"]')
    own = notice(文号="3号", 名称="黑河乙乙商贸有限公司", 日期="2024-06-01", 截止="")
    (problem,) = two_names(tmp_path / "root", *rows, own)
    assert problem.place.line == 2 and problem.what.endswith("黑河乙乙商贸有限公司、黑河甲乙商贸有限公司")
    assert decided(tmp_path / "root", {}).entity(ONE)["name"] == "黑河乙乙商贸有限公司"


def test_a_name_without_a_code_is_its_entity_s_own(tmp_path: Path) -> None:
    rows = [notice(文号="1号"), notice(文号="2号", 代码="", 名称="黑河甲乙商贸有限公司", 日期="2026-06-01")]
    rows.append(notice(文号="3号", 名称="黑河丙丙商贸有限公司", 日期="2024-06-01", 截止=""))
    (problem,) = two_names(tmp_path / "root", *rows)
    assert problem.what.endswith("有 2 个名称：黑河甲乙商贸有限公司、黑河丙丙商贸有限公司")
    spelt = ("北安无码商贸（集团）有限公司", "北安无码商贸(集团)有限公司")
    uncoded = [notice(代码="", 名称=name, 文号=f"{number}号") for number, name in enumerate(spelt)]
    assert two_names(tmp_path / "root", *uncoded) == []


def test_an_uncoded_row_that_joined_may_bring_a_name_of_the_code(tmp_path: Path) -> None:
    rows = [
        notice(文号="1号", 名称="黑河甲乙商贸（集团）有限公司", 日期="2025-01-01"),
        notice(文号="2号", 名称="黑河丁丁商贸有限公司", 日期="2026-06-01"),
        notice(文号="3号", 名称="黑河甲乙商贸(集团)有限公司", 代码="", 日期="2025-02-01"),
    ]
    (problem,) = two_names(tmp_path / "root", *rows)
    assert problem.what.startswith(f"代码 {ONE} 有 3 个名称")


def test_of_two_names_of_one_day_the_same_stands_wherever_their_rows_stand(tmp_path: Path) -> None:
    rows = [notice(文号=f"{number}号", 名称=f"黑河{name}商贸有限公司") for number, name in enumerate(("乙乙", "甲甲"))]
    for ordered in (rows, rows[::-1]):
        (problem,) = two_names(tmp_path / "root", *ordered)
        assert problem.what.endswith("黑河乙乙商贸有限公司、黑河甲甲商贸有限公司")


def test_every_row_may_declare_former_names(tmp_path: Path) -> None:
    names = [
        {"名称": "黑河甲乙商贸有限公司", "代码": ONE, "日期": f"2026-02-0{day}", "曾用名": f"{name}公司"}
        for day, name in ((1, "丙"), (2, ""), (3, "丁"))
    ]
    one = decided(tmp_path / "root", LISTS | {"data/names/a.csv": table(names)}).entity(ONE)
    assert one["former"] == '["丙公司", "公司", "丁公司"]'


def test_where_all_names_are_nobody_s_the_newest_stands(tmp_path: Path) -> None:
    rows = [notice(文号="1号", 名称="个体户"), notice(文号="2号", 名称="个体工商户", 日期="2026-06-01")]
    one = decided(tmp_path / "root", notices(*rows)).entity(ONE)
    assert (one["name"], one["former"]) == ("个体工商户", "[]")


def test_an_entity_is_called_as_the_event_says(tmp_path: Path) -> None:
    renamed = event(
        事件类型="更名", 名录="", 文书号="", 机关="", 决定文书号="", 统一社会信用代码=ONE, 新名称="黑河新新商贸有限公司"
    )
    one = decided(tmp_path / "root", notices(notice()) | events(renamed)).entity(ONE)
    assert (one["name"], one["former"]) == ("黑河新新商贸有限公司", '["黑河甲乙商贸有限公司"]')


RULED = law("one; from: 2020-01-01; otherwise: true; minimum: 3; maximum: 12", confirmed="false")
SECOND = notice(文号="2号", 代码=TWO, 名称="黑河乙乙商贸有限公司")


@pytest.mark.parametrize(
    "edit",
    [
        notices(ROWS[0] | {"说明": "改过"}, SECOND),
        notices(ROWS[0] | {"文号": "9号"}, SECOND),
        notices(ROWS[0] | {"机关": "北安市丙局"}, SECOND),
        notices(ROWS[0] | {"截止": "2026-12-30"}, SECOND),
        notices(ROWS[0] | {"截止": ""}, SECOND),
        notices(ROWS[0], ROWS[0] | {"文号": "3号"}, SECOND),
        notices(ROWS[0] | {"名称": "黑河丁丁商贸有限公司"}, SECOND),
        events(event(事件类型="异议提出", 文书号="1号", 决定文书号="")),
        {"data/checks/2026.csv": table([row("J1", "A1")])},
        {"data/names/a.csv": table([{"名称": "黑河甲乙商贸有限公司", "代码": ONE, "日期": "2020-01-01", "曾用名": ""}])},
    ],
)  # fmt: skip
def test_an_entity_is_another_when_one_of_its_records_is(tmp_path: Path, edit: dict[str, str]) -> None:
    base = RULED | OF_ITEMS | {"data/checks/register.yaml": CHECKS, "data/names/register.yaml": NAMES}
    before = decided(tmp_path / "root", base | notices(ROWS[0], SECOND)).prints()
    after = decided(tmp_path / "root", edit).prints()
    assert before[ONE] != after[ONE] and before[TWO] == after[TWO]


@pytest.mark.parametrize(("key", "other"), [("minimum: 3", "minimum: 4"), ("label: one", "label: two")])
def test_an_entity_is_another_when_what_the_law_says_of_its_records_is(tmp_path: Path, key: str, other: str) -> None:
    before = decided(tmp_path / "root", RULED | notices(notice(截止="")) | OF_ITEMS).prints()
    text = RULED["data/rules/publicity.yaml"]
    after = decided(tmp_path / "root", {"data/rules/publicity.yaml": text.replace(key, other)}).prints()
    assert {of for of in before if before[of] != after[of]} == {ONE}


def test_those_that_name_each_other_change_together(tmp_path: Path) -> None:
    checks = [row("J1", "A1"), row("J2", "A1"), row("J3", "A2") | {"代码": TWO, "名称": "黑河乙乙商贸有限公司"}]
    files = OF_ITEMS | {"data/checks/register.yaml": CHECKS, "data/checks/2026.csv": table(checks)}
    before = decided(tmp_path / "root", files)
    assert len(before.tables["referred"]) == 3

    def changed(edit: dict[str, str]) -> set[object]:
        after = decided(tmp_path / "root", edit)
        names = {one["key"]: one["name"] for one in after.tables["entity"]}
        return {names[key] for key, mark in after.prints().items() if before.prints().get(key) != mark}

    checks[0] |= {"结果": "有问题"}
    assert changed({"data/checks/2026.csv": table(checks)}) == {"黑河甲乙商贸有限公司", "食品销售检查"}
    checks[0] |= {"结果": "未发现问题", "名称": "黑河甲甲商贸有限公司"}
    checks[1] |= {"名称": "黑河甲甲商贸有限公司"}
    assert changed({"data/checks/2026.csv": table(checks)}) == {"黑河甲甲商贸有限公司", "食品销售检查"}
    checks[0] |= {"名称": "黑河甲乙商贸有限公司"}
    checks[1] |= {"名称": "黑河甲乙商贸有限公司"}
    assert changed({"data/checks/2026.csv": table(checks)}) == set()
    assert changed({"data/items/2026.csv": ITEM_ROWS.replace("A2,药品储存检查", "A2,药品检查")}) == {"药品检查"}
    checks[2] |= {"清单编号": "A1"}
    assert changed({"data/checks/2026.csv": table(checks), "data/items/2026.csv": ITEM_ROWS}) == {
        "黑河乙乙商贸有限公司", "食品销售检查", "药品储存检查"
    }  # fmt: skip


def test_what_stands_where_an_entity_s_page_was(tmp_path: Path) -> None:
    four, five = credit_code(4), credit_code(5)
    rows = [
        notice(文号="1号"),
        notice(文号="2号", 代码=TWO, 名称="黑河乙乙商贸有限公司"),
        notice(文号="3号", 代码=THREE, 名称="北安三三商贸有限公司"),
        notice(文号="4号", 代码=THREE, 名称="北安三三商贸有限公司"),
        notice(文号="5号", 代码=four, 名称="黑河四四商贸有限公司"),
        notice(文号="6号", 代码=five, 名称="黑河五五商贸有限公司"),
    ]
    merged = event(事件类型="合并", 名录="", 文书号="", 机关="", 决定文书号="", 统一社会信用代码=four, 新代码=ONE)
    happened = [
        event(事件类型="撤销", 文书号="2号", 原因="复议"),
        event(事件类型="撤销", 文书号="3号"),
        merged | {"日期": "2026-11-01"},
        event(事件类型="撤销", 文书号="6号", 日期="2026-11-01"),
        event(事件类型="变更", 文书号="6号", 日期="2026-11-02"),
    ]
    found = decided(tmp_path / "root", notices(*rows) | events(*happened))
    page = {code: f"entity/{code[-2:]}/{code}.html" for code in (ONE, TWO, THREE, four, five)}
    columns = ("address", "fate", "day", "document", "reason")
    told = [tuple(one[name] for name in columns) for one in found.tables["stone"]]
    document = "黑甲修〔2026〕1号"
    assert told == sorted(
        [
            (page[TWO], "revoked", "2026-11-20", document, "复议"),
            (page[five], "revoked", "2026-11-01", document, "已纠正"),
            (page[five], "changed", "2026-11-02", document, "已纠正"),
        ]
    )
    assert found.tables["moved"] == [{"address": page[four], "new": page[ONE]}]
    fitted = found.rows("fitted", "register", "address", "day")
    assert fitted == sorted(
        [
            ("", page[four], "2026-11-01"),
            ("notice", page[five], "2026-11-01"),
            ("notice", page[five], "2026-11-02"),
            ("notice", page[THREE], "2026-11-20"),
            ("notice", page[TWO], "2026-11-20"),
        ]
    )
    marks = {str(one["mark"]) for one in found.tables["fitted"]}
    assert len(marks) == 5 and all(len(mark) == 20 for mark in marks)
    assert all(one["key"] for one in found.tables["fitted"] if one["register"])


def test_a_page_that_moved_has_no_stone(tmp_path: Path) -> None:
    rows = [notice(文号="1号"), notice(文号="2号", 代码=TWO, 名称="黑河乙乙商贸有限公司")]
    merged = event(事件类型="合并", 名录="", 文书号="", 机关="", 决定文书号="", 统一社会信用代码=TWO, 新代码=ONE)
    found = decided(tmp_path / "root", notices(*rows) | events(merged))
    page = f"entity/{TWO[-2:]}/{TWO}.html"
    assert [one["address"] for one in found.tables["moved"]] == [page]
    start(tmp_path / "again", "small")
    stone = (page, "revoked", "2026-11-20", "", "")
    known = Effects(stones=[stone, stone, (f"entity/{ONE[-2:]}/{ONE}.html", "revoked", "", "", "")], moved={page: ONE})
    again = disclosed(tmp_path / "root", known)
    assert again.tables["stone"] == [] and [one["address"] for one in again.tables["moved"]] == [page]
    known.moved = {page: THREE, f"entity/{ONE[-2:]}/{ONE}.html": ONE}
    again = disclosed(tmp_path / "root", known)
    assert [one["address"] for one in again.tables["stone"]] == [page], "once, and where no page is"
    assert again.tables["moved"] == [], "it leads to what is not shown"


def disclosed(
    root: Path, effects: Effects, among: set[tuple[str, str, str]] | None = None, faults: str = "refuse"
) -> Decided:
    """Decide again of the rows that a root was taken in with, under other effects."""
    site, _ = load_site(root)
    departments, _ = load_departments(root)
    registers, _ = load_registers(root / "data", root)
    law, _ = load_rules(root, registers)
    assert site is not None
    site = site.model_copy(update={"faults": faults})
    with closing(sqlite3.connect(store.working_copy(root / build.STORE), isolation_level=None)) as rows:
        day = datetime.date(2026, 11, 22)
        accounts, problems = disclose(rows, registers, departments, site, law, effects, day, among)
        assert not rows.in_transaction
        rows.row_factory = sqlite3.Row
        found = {name: [dict(one) for one in rows.execute(f"SELECT * FROM {name}").fetchall()] for name in TABLES}
    return Decided(found, accounts, problems)


def test_only_what_was_shown_before_is_shown_where_only_removals_are_wanted(tmp_path: Path) -> None:
    root = tmp_path / "root"
    rows = [notice(文号=f"{number}号") for number in (1, 2, 3)] + [notice(文号="4号", 截止="2026-11-21")]
    decided(root, notices(*rows))
    with closing(sqlite3.connect(store.working_copy(root / build.STORE))) as opened:
        known = [tuple(one) for one in opened.execute("SELECT register, key, hash FROM row ORDER BY id")]
    among = {known[0], (*known[1][:2], "another"), known[3]}
    found = disclosed(root, Effects(), among)
    assert [one["reason"] for one in found.tables["fate"]] == ["shown", "held", "held", "ended"]
    assert found.accounts == [Account("data/notice/2026.csv", 4, {"shown": 1, "held": 2, "ended": 1}, 0)]
    assert len(found.tables["shown"]) == 1
    assert len(disclosed(root, Effects()).tables["shown"]) == 3


@pytest.mark.parametrize(
    ("faults", "among", "severity"),
    [("refuse", None, FAULT), ("set-aside", None, NOTICE), ("refuse", set[tuple[str, str, str]](), NOTICE)],
)
def test_what_is_found_holds_up_a_build_that_refuses_faults(
    tmp_path: Path, faults: str, among: set[tuple[str, str, str]] | None, severity: str
) -> None:
    root = tmp_path / "root"
    checks = [row("J1", "A9")]
    files = OF_ITEMS | {"data/checks/register.yaml": CHECKS, "data/checks/2026.csv": table(checks)}
    with pytest.raises(Refused):
        decided(root, notices(notice(), notice(说明="别的")) | files)
    found = disclosed(root, Effects(), among, faults)
    assert [(problem.name, problem.severity) for problem in found.notices] == [
        ("conflicting-rows", severity),
        ("missing-target", severity),
    ]


def test_rows_that_nobody_knows_of_are_our_fault() -> None:
    def account(rows: int, aside: int, split: int, *reasons: str) -> list[Account]:
        with closing(sqlite3.connect(":memory:")) as base:
            base.executescript(store.SCHEMA)
            base.execute(
                "INSERT INTO file (id, path, rows, split, aside) VALUES (7, 'b.csv', ?, ?, ?), (8, 'a.csv', 0, 0, 0)",
                (rows, split, aside),
            )
            for number, reason in enumerate(reasons):
                base.execute("INSERT INTO row (id, file) VALUES (?, 7)", (number,))
                base.execute("INSERT INTO fate (row, reason) VALUES (?, ?)", (number, reason))
            return list(accounts_of(base))

    empty = Account("a.csv", 0, {}, 0)
    assert account(3, 2, 1, "shown", "ended") == [empty, Account("b.csv", 3, {"shown": 1, "ended": 1}, 2, 1)]
    assert account(2, 0, 0, "ended", "ended") == [empty, Account("b.csv", 2, {"ended": 2}, 0)]
    for rows in (2, 4):
        with pytest.raises(
            AssertionError, match=r"rows of b\.csv are not accounted for: Account\(path='b\.csv'.*b\.csv"
        ):
            account(rows, 2, 1, "shown", "ended")
