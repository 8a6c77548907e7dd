"""Read as a stranger would: what home and statistics say is what counting the linked list's download gives."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from frontdoor import Outcome, credit_code, leads_to, notice, notices, start
from selectolax.lexbor import LexborHTMLParser

from disclosure.audit import figures
from disclosure.audit.desk import Measure, Written

DEPARTMENTS = """- name: 黑河市甲局
  code: '112311009000138788'
  district: '231100'
- name: 爱辉区乙局
  district: '231102'
"""
ORGANS = {"黑河市甲局": "231100", "爱辉区乙局": "231102"}
ROWS = [
    notice(
        文号=f"黑甲〔2026〕{n}号",
        代码=credit_code(n + 1),
        名称=f"黑河第{n}商贸有限公司",
        日期=f"2026-0{n % 5 + 1}-1{n % 7}",
        机关=list(ORGANS)[n % 3 == 0],
        类别=["警告", "罚款", "警告、罚款"][n % 3],
    )
    for n in range(24)
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("statistics") / "site"
    start(root, "small")
    settings = (root / "site.yaml").read_text(encoding="utf-8")
    if "districts:" not in settings:
        settings += 'districts: {"231100": 市本级, "231102": 爱辉区}\n'
    files = notices(*ROWS) | {"data/departments.yaml": DEPARTMENTS, "site.yaml": settings}
    return Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15", files=files).good()


def downloaded(site: Outcome, address: str) -> int:
    """Count the rows of downloads that a list is of."""
    parts = Path(address).with_suffix("").parts
    names = [one.name for one in (site.out / "data").iterdir() if one.is_dir() and not one.name.startswith("_")]
    wanted = names if parts == ("list", "index") else [parts[1]]
    facet, value = parts[2:4] if len(parts) == 5 else ("", "")
    organ = LexborHTMLParser(site.page(f"department/{value}.html")).css("h1")[0].text() if facet == "department" else ""
    count = 0
    for name in wanted:
        for line in site.page(f"data/{name}/{name}.jsonl").splitlines():
            row = json.loads(line)
            inside = {"": True, "department": row["机关"] == organ, "district": ORGANS[row["机关"]] == value}[facet]
            count += inside and row["日期"].startswith(parts[-1].replace("index", ""))
    return count


OF_REGISTER = "statistics/notice.html"


@pytest.mark.parametrize("page", ["index.html", "statistics.html", OF_REGISTER])
def test_every_linked_number_is_what_counting_the_download_gives(site: Outcome, page: str) -> None:
    tree = LexborHTMLParser(site.page(page))
    counted = 0
    for node in tree.css("a[href]"):
        number = re.search(r"[0-9][0-9,]*", node.text()) if node.css("[data-count]") else None
        address = leads_to(site.out, page, node.attributes["href"] or "")
        if number and address:
            marked = node.css("[data-count]")[0].text()
            said = int(re.sub(r"[^0-9]", "", marked))
            assert said == downloaded(site, address.relative_to(site.out.resolve()).as_posix()), node.html
            counted += 1
    assert counted >= 2


@pytest.mark.parametrize(
    ("page", "tables"),
    [
        ("statistics.html", {"month", "department", "district", "notice-3"}),
        (OF_REGISTER, {"notice-month", "notice-department", "notice-district", "notice-3"}),
    ],
)
def test_every_table_of_the_statistics_is_a_download_with_its_lists(site: Outcome, page: str, tables: set[str]) -> None:
    tree = LexborHTMLParser(site.page(page))
    sections = tree.css("section.card")
    assert tables <= {section.id for section in sections}
    for section in sections:
        (link,) = [node.attributes["href"] or "" for node in section.css("a[download]")]
        text = (leads_to(site.out, page, link) or site.out).read_text(encoding="utf-8").removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        cells = [cell.text().strip().replace(",", "") for cell in section.css("td") if not cell.css("[data-sum]")]
        assert [row["条数"] for row in rows] == cells
        for row in rows:
            place = row["列表网址"]
            if place == "仅统计":
                assert row["条数"] == "0" or "仅统计" in section.text()
            else:
                assert downloaded(site, place.removeprefix("https://credit.example/")) == int(row["条数"])


OTHERS = """
label: 清单
badge: 清单
order: 50
key: [编号]
date: 日期
columns: [编号, 日期]
featured: false
group: 其他
counted: [类别]
fields:
  编号: {kind: identifier, required: true}
  日期: date
  类别: text
"""


def test_registers_that_are_not_featured_stand_together_and_have_pages_of_their_own(
    site: Outcome, tmp_path: Path
) -> None:
    rows = "编号,日期,类别\n" + "".join(f"Q{n},2026-05-1{n},甲\n" for n in range(3))
    files = {"data/list/register.yaml": OTHERS, "data/list/a.csv": rows}
    both = Outcome(site.root, tmp_path / "public", 0, "", "").build("--as-of", "2026-06-15", files=files).good()
    page = LexborHTMLParser(both.page("statistics.html"))
    titles = [cell.text() for cell in page.css("#month thead th")]
    assert titles == ["月份", "通知", "其余名录（仅统计）", "合计"]
    assert [len(line.css("li")) for line in page.css(".chart figcaption")][:1] == [1], "one colour a featured register"
    for row in page.css("#month tbody tr"):
        *_, ours, rest, total = [int(cell.text().replace(",", "")) for cell in row.css("td")]
        assert ours + rest == total
    groups = [row.text(strip=True) for row in page.css("#register tr.figures-group")]
    assert groups == ["其他"]
    assert "statistics/list.html" in {link.attributes["href"] for link in page.css("#register a")}
    assert {"list-month", "list-2"} <= {
        one.id for one in LexborHTMLParser(both.page("statistics/list.html")).css("section")
    }
    for name in ("data/list/register.yaml", "data/list/a.csv"):
        (site.root / name).unlink()


def test_a_sum_is_what_the_store_counts(tmp_path: Path) -> None:
    page = '<main><table><tr><td data-count="a">2</td><td data-sum="month/2026-05">2</td></tr></table></main>'
    (tmp_path / "statistics.html").write_text(page, encoding="utf-8")
    for true, faults in ((2, 0), (3, 1)):
        held = Measure(home="https://a.example/", figures={"a": 2, "month/2026-05": true})
        assert len(list(figures.counts(Written(tmp_path, "statistics.html"), held))) == faults


def test_the_audit_holds_the_numbers_of_tables(tmp_path: Path) -> None:
    (tmp_path / "statistics").mkdir()
    (tmp_path / "statistics/a.csv").write_text("项目,数的是什么,条数,列表网址\n甲,乙,3,https://a.example/list/a.html\n")
    for true, faults in ((3, 0), (4, 1)):
        held = Measure(home="https://a.example/", figures={"list/a.html": true})
        assert len(list(figures.counts(Written(tmp_path, "statistics/a.csv"), held))) == faults
