"""Exchange: what is exported in a standard's columns and codes is read again by our own import as the same records."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from frontdoor import Outcome, credit_code, licence, notice, notices, penalty, start, table
from python_calamine import CalamineWorkbook

from disclosure.exchange import standard

SOLE = {
    "行政相对人名称": "爱辉区甲乙小吃店",
    "行政相对人类别": "个体工商户",
    "行政相对人代码_1(统一社会信用代码)": credit_code(5, head="92"),
    "法定代表人": "",
}
LICENCES = [
    licence(),
    licence(行政许可决定文书号="黑甲许〔2026〕2号", 有效期至="2027-05-05", 许可内容="=1+1", 备注="备注"),
    licence(行政许可决定文书号="黑甲许〔2026〕3号") | SOLE,
]
PENALTIES = [
    penalty(),
    penalty({"罚款金额（万元）": ""}, 行政处罚决定书文号="黑甲罚〔2026〕2号", 处罚类别="没收违法所得", 处罚内容="没收")
    | SOLE,
]
BOOKS = {"licence": "行政许可.xlsx", "penalty": "行政处罚.xlsx"}
OF = {"检查时间": "date", "监管对象名称": "name", "实施机构": "name", "统一社会信用代码": "credit_code"}
ACT = """
label: 行政检查行为
badge: 检查
section: 行政管理
party: 监管对象名称
code: 统一社会信用代码
key: [检查行为编号]
date: 检查时间
department: 实施机构
columns: [监管对象名称, 检查时间]
fields:
""" + "".join(
    f"  {column.title}: {{kind: {OF.get(column.title, 'text')}}}\n"
    for column in standard("supervision").tables[2].columns
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("exchange") / "site"
    start(root, "licence penalty")
    rows = {"data/licence/a.csv": table(LICENCES), "data/penalty/a.csv": table(PENALTIES)}
    return Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15", files=rows).good()


def shown(site: Outcome) -> dict[tuple[str, str], list[str]]:
    """Return the values of every record shown, by register and key."""
    base = sqlite3.connect(site.root / ".cache/store.sqlite")
    found = {
        (name, key): json.loads(values)
        for name, key, values in base.execute("SELECT register, key, vals FROM disclosed")
    }
    base.close()
    return found


def again(site: Outcome, into: Path, root: Path, mend: dict[str, set[str]]) -> Outcome:
    """Build another site from what was exported; fields in `mend` are not required of it."""
    start(root, "licence penalty")
    for register, book in BOOKS.items():
        declared = root / "data" / register / "register.yaml"
        text = declared.read_text(encoding="utf-8")
        for field in mend.get(register, ()):
            text = re.sub(rf"^(  {re.escape(field)}:.*?)required: true", r"\1required: false", text, flags=re.M)
            text = re.sub(rf"^(  {re.escape(field)}: {{kind: \w+), required_when: {{[^}}]*}}", r"\1", text, flags=re.M)
        declared.write_text(text, encoding="utf-8")
        (declared.parent / "again.xlsx").write_bytes((into / book).read_bytes())
    return Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15").good()


def heads(path: Path) -> list[list[Any]]:
    with CalamineWorkbook.from_path(path) as book:
        return list(book.get_sheet_by_index(0).to_python())[:2]


def test_what_goes_out_by_the_standard_of_2018_comes_back_the_same(site: Outcome, tmp_path: Path) -> None:
    into = tmp_path / "2018"
    said = site.run("export", "--standard", "2018", "--into", str(into), "--as-of", "2026-06-15").good().stdout
    assert "行政许可：3 条" in said and "行政处罚：2 条" in said and "没有导出" not in said
    for table_of in standard("2018").tables:
        titles, codes = heads(into / f"{table_of.name}.xlsx")
        assert titles == [column.title for column in table_of.columns]
        assert codes == [column.code for column in table_of.columns]
    assert shown(again(site, into, tmp_path / "again", {})) == shown(site)


def test_what_goes_out_by_the_template_of_2016_comes_back_where_it_has_columns(site: Outcome, tmp_path: Path) -> None:
    into = tmp_path / "2016"
    said = site.run("export", "--standard", "2016", "--into", str(into), "--as-of", "2026-06-15").good().stdout
    assert "行政相对人类别 3 条" in said, "what the template has no column for is said"
    fields = {name: list(next(iter(rows))) for name, rows in {"licence": LICENCES, "penalty": PENALTIES}.items()}
    kept = {
        of.register: {column.source.partition("#")[0] for column in of.columns} - {""} for of in standard("2016").tables
    }
    left = {name: set(titles) - kept[name] for name, titles in fields.items()}
    second = again(site, into, tmp_path / "again", left)
    back = shown(second)
    before = shown(site)
    assert back.keys() == before.keys()
    order = {}
    for register in BOOKS:
        text = (site.root / "data" / register / "register.yaml").read_text(encoding="utf-8")
        order[register] = re.findall(
            r"^  ([^\s#-][^:]*):", text.partition("\nfields:\n")[2].partition("\nwithheld:")[0], re.M
        )
    for (register, key), values in before.items():
        told = dict(zip(order[register], values, strict=False))
        came = dict(zip(order[register], back[register, key], strict=False))
        assert {name: came[name] for name in kept[register] if name in told} == {
            name: told[name] for name in kept[register] if name in told
        }
    # What has nothing beside the template's columns comes back the same, whole.
    second.run("export", "--standard", "2016", "--into", str(into), "--as-of", "2026-06-15").good()
    assert shown(again(second, into, tmp_path / "thrice", left)) == back


def test_inspections_go_out_and_come_back(tmp_path: Path) -> None:
    act = {column.title: f"{column.title}甲" for column in standard("supervision").tables[2].columns}
    act |= {"监管对象名称": "黑河甲乙商贸有限公司", "统一社会信用代码": credit_code(1), "检查时间": "2026-05-06"}
    act |= {"实施机构": "黑河市甲局"}
    roots = [tmp_path / "one", tmp_path / "two"]
    for root in roots:
        start(root, "small")
    declared = {"data/supervise-act/register.yaml": ACT}
    rows = notices(notice())
    one = Outcome(roots[0], roots[0] / "public", 0, "", "").build(
        "--as-of", "2026-06-15", files=rows | declared | {"data/supervise-act/a.csv": table([act])}
    )
    into = tmp_path / "out"
    said = one.good().run("export", "--standard", "supervision", "--into", str(into), "--as-of", "2026-06-15").good()
    assert "行政检查行为：1 条" in said.stdout and "监管事项目录清单：没有这个名录" in said.stdout
    book: dict[str, str | bytes] = {"data/supervise-act/a.xlsx": (into / "行政检查行为.xlsx").read_bytes()}
    two = Outcome(roots[1], roots[1] / "public", 0, "", "").build(
        "--as-of", "2026-06-15", files={**rows, **declared, **book}
    )
    assert shown(two.good()) == shown(one)


def test_what_ended_and_what_was_taken_down_does_not_go_out(site: Outcome, tmp_path: Path) -> None:
    root = tmp_path / "site"
    start(root, "licence penalty")
    rows = {"data/penalty/a.csv": table(PENALTIES), "data/licence/a.csv": table(LICENCES)}
    one = Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15", files=rows).good()
    one.run("take-down", "黑甲罚〔2026〕1号", "--reason", "依申请", "--by", "甲", "--as-of", "2026-06-15").good()
    said = one.run("export", "--standard", "2018", "--as-of", "2029-01-01").good().stdout
    assert "行政处罚：0 条" in said and "撤回清单：1 条" in said
    into = root / "exchange" / "2018"
    assert not (into / "行政处罚.xlsx").exists()
    with (into / "撤回清单.csv").open(encoding="utf-8-sig", newline="") as stream:
        (gone,) = csv.DictReader(stream)
    assert gone["文书号"] == "黑甲罚〔2026〕1号"
    assert not [path for path in into.iterdir() if path.stat().st_mode & 0o077]


def test_nothing_is_exported_where_it_would_be_public(site: Outcome) -> None:
    site.run("export", "--standard", "2018", "--into", str(site.root / "data/x")).refused("report-in-public")
