"""The batch check in a real browser, from a server and from a disk: what is found, that nothing leaves, what is written."""

import csv
import random
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import SiteMaker, listed, serve
from frontdoor import credit_code, notice, notices
from playwright.sync_api import Page, Route, expect

from disclosure.search import Listed


def check(page: Page, address: str, text: str) -> list[dict[str, str]]:
    """Paste a list, check it, and return the rows of the table: number, list, state, entity, counts, and first link."""
    page.goto(f"{address}batch.html")
    page.evaluate("text => { document.getElementById('batch-list').value = text; }", text)
    page.locator("#batch-start").click()
    return rows(page)


def rows(page: Page) -> list[dict[str, str]]:
    """Wait for the result and return all rows of the table."""
    expect(page.locator("#batch-result")).to_be_visible(timeout=60000)
    expect(page.locator("#batch-working")).to_be_hidden()
    while page.locator("#batch-more").is_visible():
        page.locator("#batch-more").click()
    read = """rows => rows.map(row => Object.assign(
      Object.fromEntries([...row.children].map(cell => [cell.dataset.title, cell.textContent])),
      {link: (row.querySelector("a") || {getAttribute: () => ""}).getAttribute("href")}))"""
    found: list[dict[str, str]] = page.eval_on_selector_all("#batch-rows tr", read)
    return found


def table_of(page: Page) -> tuple[str, list[dict[str, str]], bytes]:
    """Download the table: its file name, its rows, its bytes."""
    with page.expect_download() as waiting:
        page.locator("#batch-csv").click()
    data = Path(waiting.value.path()).read_bytes()
    lines = data.decode("utf-8-sig").splitlines()
    return waiting.value.suggested_filename, list(csv.DictReader(lines)), data


def alone(site: Path, count: int, seed: int) -> list[Listed]:
    """Entities with a code whose name no other has."""
    everyone = listed(site)
    names = [name for one in everyone for name in (one.name, *one.former)]
    return random.Random(seed).sample([one for one in everyone if one.code and names.count(one.name) == 1], count)


def test_names_and_codes_are_found_and_others_are_not(page: Page, address: str, demo_site: Path) -> None:
    """Full name, former name, code, other brackets and width lead to the entity; a part of a name is only near."""
    one, other, third = alone(demo_site, 3, 1)
    former = next(entity for entity in listed(demo_site) if entity.former)
    bracketed = next(entity for entity in listed(demo_site) if "（" in entity.name and entity.code)
    wide = third.code.lower().translate({sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)})
    asked = [
        (one.name, "查到", one),
        (other.code, "查到", other),
        (wide, "查到", third),
        (former.former[0], "查到", former),
        (bracketed.name.replace("（", "(").replace("）", ")"), "查到", bracketed),
        (one.name[:-1], "相近", one),
        ("绝无此名甲乙丙丁", "未查到", None),
        ("甲", "太短", None),
    ]
    found = check(page, address, "\n".join(text for text, _, _ in asked))
    for (text, state, entity), row in zip(asked, found, strict=True):
        assert row["结果"] == state, (text, row)
        if entity:
            assert row["link"] == entity.address, text
    assert sum(one.counts) == sum(map(int, re.findall(r" (\d+) 条", found[0]["公示信息"])))
    labels = [label.partition(":")[2] for label in one.labels]
    assert all(label in found[0]["信用主体"] for label in labels)
    drawn = page.eval_on_selector_all(
        ".result-label", "labels => labels.map((one) => getComputedStyle(one).borderTopStyle)"
    )
    assert set(drawn) <= {"solid"}, "labels look as they do among the results of the search"
    assert ["曾用名" in row["信用主体"] for row in found] == [False, False, False, True, False, False, False, False]
    assert page.text_content("#batch-summary") == "共 8 条：查到 5 条，相近 1 条，未查到 1 条，太短 1 条。"


def test_day_and_release_are_said_or_said_to_be_missing(page: Page, demo_site: Path, demo_address: str) -> None:
    """Over HTTP both come from release.json and stand in the file's name and in every row; from a disk it is said that they are unknown."""
    found = check(page, demo_address, "绝无此名甲乙丙丁")
    assert "截至 2026年11月22日 未查到" in found[0]["信用主体"]
    told = page.text_content("#batch-release") or ""
    release = re.search(r"发布版本 (\w+)", told)
    assert release and "2026年11月22日" in told
    name, lines, _ = table_of(page)
    assert name == f"批量核查-2026-11-22-{release[1]}.csv"
    assert (lines[0]["数据截至"], lines[0]["发布版本"]) == ("2026-11-22", release[1])
    assert lines[0]["说明"] == "截至 2026年11月22日 未查到"
    found = check(page, demo_site.as_uri() + "/", "绝无此名甲乙丙丁")
    assert "数据截至哪天不明" in found[0]["信用主体"]
    assert "从硬盘打开" in (page.text_content("#batch-release") or "")
    name, lines, _ = table_of(page)
    assert (name, lines[0]["数据截至"], lines[0]["发布版本"]) == ("批量核查.csv", "不明", "不明")


def test_nothing_leaves_the_machine(page: Page, demo_site: Path, demo_address: str) -> None:
    """Only the site's own files are asked for, by reading alone, and no address has anything of the list in it."""
    texts = (
        [one.name for one in alone(demo_site, 20, 2)]
        + [one.code for one in alone(demo_site, 5, 3)]
        + ["绝无此名甲乙丙丁"]
    )
    asked: list[tuple[str, str, str | None]] = []
    page.on("request", lambda request: asked.append((request.method, unquote(request.url), request.post_data)))
    check(page, demo_address, "\n".join(texts))
    table_of(page)
    own = re.compile(
        re.escape(demo_address) + r"(?:batch\.html|assets/[\w.-]+|search/[\w/.-]+|release\.json)$|^blob:|^data:,"
    )
    assert [url for method, url, sent in asked if method != "GET" or sent or not own.match(url)] == []
    parts = {text[at : at + 4] for text in texts for at in range(len(text) - 3)}
    assert [url for _, url, _ in asked for part in parts if part in url.rpartition("/")[2]] == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_list_is_read_as_table_or_lines(page: Page, demo_address: str, demo_site: Path) -> None:
    """Columns by their heading, tabs from a spreadsheet, quotes, a leading apostrophe; without a heading the code is known by its form."""
    one, other, third = alone(demo_site, 3, 4)
    lists = {
        f"序号,企业名称,统一社会信用代码\r\n1,{one.name},{one.code}\r\n2,,{other.code}\r\n3,{third.name},\r\n": 3,
        f"单位名称\t备注\n{one.name}\t无\n{other.name}\t\n{third.name}\t": 3,
        f'"{one.name}","{one.code}"\n{other.name}\n\n\'{third.code}\n': 3,
    }
    for text, count in lists.items():
        found = check(page, demo_address, text)
        assert [row["结果"] for row in found] == ["查到"] * count, text
        assert [row["link"] for row in found] == [entity.address for entity in (one, other, third)]


def test_a_code_that_is_another_s_is_not_found_by_its_name(page: Page, demo_address: str, demo_site: Path) -> None:
    """Where a code stands beside a name, the code decides: another code is near at most, another name is said."""
    one, other = alone(demo_site, 2, 5)
    found = check(page, demo_address, f"名称,代码\n{one.name},91231100MA0000000X\n{one.name},{other.code}\n")
    assert [row["结果"] for row in found] == ["相近", "查到"]
    assert "代码与名单里的不同" in found[0]["信用主体"]
    assert found[1]["link"] == other.address and "名称与名单里的不同" in found[1]["信用主体"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_its_encoding(
    page: Page, demo_address: str, demo_site: Path, tmp_path: Path, encoding: str
) -> None:
    """A file chosen is shown in the box and found, whatever a Chinese machine wrote it in."""
    entities = alone(demo_site, 4, 6)
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(["名称", *(one.name for one in entities)]).encode(encoding))
    page.goto(f"{demo_address}batch.html")
    page.locator("#batch-file").set_input_files(path)
    expect(page.locator("#batch-status")).to_have_text("已读入 名单.csv：4 条。")
    page.locator("#batch-start").click()
    assert [row["link"] for row in rows(page)] == [one.address for one in entities]


def test_a_file_is_dropped_and_a_workbook_refused(page: Page, demo_address: str, demo_site: Path) -> None:
    """Dropping works as choosing does; an xlsx is told to be saved as CSV."""
    (one,) = alone(demo_site, 1, 7)
    drop = """([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      document.getElementById("batch-form").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    page.goto(f"{demo_address}batch.html")
    page.evaluate(drop, ["a.xlsx", list(b"PK\x03\x04")])
    expect(page.locator("#batch-status")).to_contain_text("另存为 CSV")
    page.evaluate(drop, ["a.txt", list(one.name.encode("gb18030"))])
    expect(page.locator("#batch-list")).to_have_value(one.name)


def test_no_cell_of_the_table_is_a_formula(page: Page, demo_address: str) -> None:
    """Whatever stands in the list, a spreadsheet takes it for text; the file has a mark of its encoding."""
    payloads = [
        "=1+1",
        "+1+1",
        "-1+1甲",
        "@SUM(A1)",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠甲乙",
        '"\t=1+1"',
        "231100199001011234567",
    ]
    check(page, demo_address, "\n".join(payloads))
    _, lines, data = table_of(page)
    assert data.startswith(b"\xef\xbb\xbf") and len(lines) == len(payloads)
    cells = [cell for line in lines for cell in line.values()]
    assert [cell for cell in cells if re.match(r"\s*[=+\-@＝＋－＠\t\r]", cell)] == []
    assert [cell for cell in cells if re.fullmatch(r"\d{12,}", cell)] == []


def test_several_of_one_name_are_all_shown(site_maker: SiteMaker, page: Page) -> None:
    """Two entities of one name: 多个, both with their codes, each a row of the file."""
    name = "黑河甲乙商贸有限公司"
    same = [
        notice(),
        notice(代码=credit_code(2, "231181"), 文号="黑甲〔2026〕2号"),
        notice(名称="北安丙丁商贸有限公司", 代码=credit_code(3), 文号="黑甲〔2026〕3号"),
    ]
    made = site_maker(notices(*same)).good()
    for address in serve(made.out):
        (row,) = check(page, address, name)
        assert row["结果"] == "多个"
        assert credit_code(1) in row["信用主体"] and credit_code(2, "231181") in row["信用主体"]
        _, lines, _ = table_of(page)
        assert {line["统一社会信用代码"] for line in lines} == {credit_code(1), credit_code(2, "231181")}
        break


def test_it_can_be_stopped_and_gone_on_with(page: Page, demo_address: str, demo_site: Path) -> None:
    """What was not looked up says so; the button looks up the rest."""
    texts = [one.name for one in alone(demo_site, 60, 8)]
    held: list[Route] = []
    open_now: list[bool] = []
    page.route("**/search/names/**", lambda route: route.continue_() if open_now else held.append(route))
    page.goto(f"{demo_address}batch.html")
    page.locator("#batch-list").fill("\n".join(texts))
    page.locator("#batch-start").click()
    expect(page.locator("#batch-progress")).to_be_visible()
    while not held:
        page.wait_for_timeout(20)
    page.locator("#batch-cancel").click()
    open_now.append(True)
    for route in held:
        route.continue_()
    states = [row["结果"] for row in rows(page)]
    assert "未核查" in states and len(states) == 60
    expect(page.locator("#batch-status")).to_contain_text("已停止")
    page.locator("#batch-again").click()
    expect(page.locator("#batch-status")).to_have_text("核查完毕。", timeout=60000)
    assert [row["结果"] for row in rows(page)] == ["查到"] * 60


def test_lost_shards_are_said_and_tried_again(page: Page, demo_address: str, demo_site: Path) -> None:
    """An entry whose shard cannot be had is not 未查到."""
    (one,) = alone(demo_site, 1, 9)
    page.route("**/search/names/**", lambda route: route.abort())
    (row,) = check(page, demo_address, one.name)
    assert row["结果"] == "没有查成"
    page.unroute_all()
    page.locator("#batch-again").click()
    expect(page.locator("#batch-rows .batch-state")).to_have_text("查到")


def test_a_list_too_long_is_cut_and_said(page: Page, demo_address: str) -> None:
    """Of 5,003 entries the first 5,000 are checked."""
    check(page, demo_address, "\n".join(["甲"] * 5003))
    expect(page.locator("#batch-cut")).to_contain_text("5003 条，一次最多 5000 条")
    assert (page.text_content("#batch-summary") or "").startswith("共 5000 条")


def test_by_keyboard_alone(page: Page, demo_address: str, demo_site: Path) -> None:
    """List, start, result, choices: all reached with the keyboard, and the result takes the focus."""
    (one,) = alone(demo_site, 1, 10)
    page.goto(f"{demo_address}batch.html")
    page.locator("#batch-list").focus()
    page.keyboard.insert_text(one.name + "\n绝无此名甲乙丙丁")
    for name in ("batch-file", "batch-start"):
        page.keyboard.press("Tab")
        expect(page.locator(f"#{name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#batch-result-title")).to_be_focused(timeout=20000)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#batch-rows tr")).to_have_count(1)
    expect(page.locator("#batch-choices [aria-pressed=true]")).to_have_text("查到 1")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_runs_over_the_side(page: Page, demo_address: str, demo_site: Path, width: int) -> None:
    """Long names and codes stay within the page."""
    page.set_viewport_size({"width": width, "height": 900})
    longest = max(listed(demo_site), key=lambda one: len(one.name))
    check(page, demo_address, f"{longest.name},{longest.code}\n{'甲' * 80}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_the_whole_site_is_checked(page: Page, demo_address: str, demo_site: Path) -> None:
    """Every name of the site, up to 5,000: all found, each with its own entity among them, every shard asked for once."""
    everyone = listed(demo_site)[:5000]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found = check(page, demo_address, "\n".join(one.name for one in everyone))
    assert {row["结果"] for row in found} <= {"查到", "多个"}
    shards = [url for url in asked if "/search/" in url]
    assert len(shards) == len(set(shards))
