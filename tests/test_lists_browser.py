"""A list is taken along as it is seen: the rows of the page as CSV, made in the browser, also from a disk; without scripts the whole register."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from conftest import SiteMaker
from frontdoor import Outcome, links, notice, notices
from playwright.sync_api import Browser, Page

WHOLE = "../../data/notice/notice.csv"


@pytest.fixture
def built(site_maker: SiteMaker) -> Outcome:
    """Three notices, two of them of May, one with a name that a spreadsheet would run, one objected to."""
    rows = [
        notice(文号="黑甲〔2026〕1号"),
        notice(名称="=黑河示例有限公司", 代码="", 文号="黑甲〔2026〕2号", 说明="", 金额="", 日期="2026-05-07"),
        notice(文号="黑甲〔2026〕3号", 日期="2026-06-08"),
    ]
    events = "事件类型,名录,文书号,日期,原因\n异议提出,通知,黑甲〔2026〕1号,2026-07-01,核实中\n".encode()
    return site_maker(notices(*rows) | {"data/events/2026.csv": events}, "--as-of", "2026-07-02").good()


def taken(page: Page) -> tuple[str, bytes]:
    """Press the button; return the name and the bytes of what is given."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载这一页（CSV）").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_the_rows_of_a_page_are_taken_along(built: Outcome, page: Page) -> None:
    """Of one month, named after register and month, from the folder itself, with where each record is."""
    page.goto((built.out / "list/notice/2026-05.html").as_uri())
    name, data = taken(page)
    assert name == "通知（2026年5月）.csv"
    assert data.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert list(first)[-2:] == ["公示标注", "公示网址"]
    assert (first["名称"], first["文号"], first["日期"]) == ("'=黑河示例有限公司", "黑甲〔2026〕2号", "2026年5月7日")
    assert (first["公示标注"], second["公示标注"]) == ("", "异议中")
    assert second["公示网址"].startswith(f"https://credit.example/{built.entities()[0].partition('/')[0]}/")
    assert "— —" not in data.decode()
    titles = [cell.strip() for cell in page.locator(".register thead th").all_text_contents()]
    assert list(first) == [*titles, "公示标注", "公示网址"]


def test_a_cell_is_guarded_as_the_downloads_guard_it(built: Outcome, page: Page) -> None:
    """The same name is written alike by the browser and by the build."""
    page.goto((built.out / "list/notice/2026-05.html").as_uri())
    whole = (built.out / "data/notice/notice.csv").read_text(encoding="utf-8-sig")
    seen = taken(page)[1].decode("utf-8-sig")
    assert {row["名称"] for row in csv.DictReader(io.StringIO(seen))} <= {
        row["名称"] for row in csv.DictReader(io.StringIO(whole))
    }


def test_without_scripts_the_whole_register_is_there(built: Outcome, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built.out / "list/notice/index.html").as_uri())
    assert not page.locator("[data-csv]").is_visible()
    assert page.get_by_text("下载整个名录（CSV）").is_visible()
    assert WHOLE in links(built.page("list/notice/index.html"))
    context.close()
