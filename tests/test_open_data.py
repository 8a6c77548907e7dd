"""Open data as others open it: frictionless, Datasette and LibreOffice; no cell of any field is a formula there."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from datasette.app import Datasette  # type: ignore[import-untyped]
from datasette.utils import tilde_encode  # type: ignore[import-untyped]
from frictionless import Package
from frontdoor import Outcome, credit_code, leads_to, links, notice, notices, start, table
from selectolax.lexbor import LexborHTMLParser

from disclosure.audit.desk import Written

# What spreadsheets run, cut or turn into something else: OWASP's CSV Injection, DDE, full width, white space before, quotes.
PAYLOADS = [
    "=1+1",
    "=SUM(A1:A9)",
    '=HYPERLINK("http://x.example","点")',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    '=WEBSERVICE("http://x.example")',
    '=IMPORTXML("http://x.example";"//a")',
    "+1+2",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "-cmd|' /C calc'!A0",
    "@SUM(1)",
    "@cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    "1;=1+1",
    "甲,=1+1",
]
KINDS = ["text", "name", "identifier", "document_number"]  # every kind whose values a file may choose freely
DECLARED = """
label: 各种字段
badge: 各种
section: 其他
order: 9
party: 名称
key: [号]
columns: [名称]
fields:
  名称: {kind: name, required: true}
  号: {kind: identifier, required: true}
""" + "".join(f"  文{number}: {{kind: {kind}}}\n" for number, kind in enumerate(KINDS))
EVERY = [
    {"名称": "黑河各种商贸有限公司", "号": f"N{at}"} | {f"文{number}": payload for number in range(len(KINDS))}
    for at, payload in enumerate(PAYLOADS)
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("opened") / "site"
    start(root, "small")
    files = {"data/every/register.yaml": DECLARED, "data/every/all.csv": table(EVERY)}
    return (
        Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15", files=files | notices(notice())).good()
    )


def test_the_package_and_its_tables_are_valid(site: Outcome) -> None:
    report = Package(str(site.out / "data/datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    assert {task.labels[0] for task in report.tasks} == {"名称"} and len(report.tasks) == 2
    assert {task.stats["rows"] for task in report.tasks} == {1, len(PAYLOADS)}


def test_datasette_answers_from_the_database(site: Outcome) -> None:
    async def asked(*paths: str) -> list[dict[str, object]]:
        served = Datasette(files=[], immutables=[str(site.out / "data/_all/all.sqlite")])
        await served.invoke_startup()
        answers = [await served.client.get(path) for path in paths]
        assert [answer.status_code for answer in answers] == [200] * len(paths)
        return [answer.json() for answer in answers]

    of_table = f"/all/{tilde_encode('各种字段')}.json?_shape=objects"
    paths = ("/all.json?sql=select+count(*)+as+n+from+各种字段", of_table)
    with ThreadPoolExecutor(1) as apart:  # a browser of another test may have a loop of its own here
        counted, rows = apart.submit(lambda: asyncio.run(asked(*paths))).result()
    assert counted["rows"] == [[len(PAYLOADS)]]
    assert rows["filtered_table_rows_count"] == len(PAYLOADS)
    assert {row["文0"] for row in rows["rows"]} == set(PAYLOADS)  # type: ignore[attr-defined]


def sheets(files: list[Path], into: Path) -> Iterator[str]:
    """Open files in LibreOffice, CSV with everything on that makes formulas, and return each as flat XML."""
    csv_options = "CSV:44,34,76,1,,,false,true,false,false,false,0,true"
    office = ["soffice", f"-env:UserInstallation=file://{into}/profile", "--headless", f"--infilter={csv_options}"]
    for suffix in (".csv", ".xlsx"):
        ours = [str(path) for path in files if path.suffix == suffix]
        command = [
            *office[: 4 if suffix == ".csv" else 3],
            "--convert-to",
            "fods",
            "--outdir",
            str(into / suffix),
            *ours,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        for path in ours:
            yield (into / suffix / Path(path).with_suffix(".fods").name).read_text(encoding="utf-8")


@pytest.mark.long  # LibreOffice is installed for these alone
def test_no_cell_is_a_formula_in_libreoffice(site: Outcome, tmp_path: Path) -> None:
    bare = tmp_path / "bare.csv"
    with bare.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([[payload] for payload in PAYLOADS])
    ours = site.out / "data/every"
    unguarded, *opened = sheets([bare, ours / "every.csv", ours / "every.xlsx"], tmp_path)
    assert unguarded.count("table:formula=") >= 7, "LibreOffice runs them where nothing guards"
    for text in opened:
        assert "table:formula=" not in text and "<text:a " not in text
        cells = {unescape(cell) for cell in re.findall(r"<text:p>([^<]*)", text)}
        assert {payload for payload in PAYLOADS if not {payload, f"'{payload}"} & cells} == set()


def test_every_cell_is_guarded_in_the_bytes(site: Outcome) -> None:
    with (site.out / "data/every/every.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [row[f"文{number}"] for row in csv.DictReader(stream) for number in range(len(KINDS))]
    assert len(cells) == len(KINDS) * len(PAYLOADS)
    assert {cell for cell in cells if cell[0] in "=+-@＝＋－＠\t\r\n"} == set()
    assert {cell.removeprefix("'") for cell in cells} >= set(PAYLOADS) - {"'=1+1"}


ODD_NAME = "黑河</script><b>\"甲&'乙\\商贸有限公司"


def linked(page: str) -> Any:
    """Return the JSON-LD of a page, as a browser's parser finds it."""
    (script,) = LexborHTMLParser(page).css('script[type="application/ld+json"]')
    return json.loads(script.text())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("told") / "site"
    start(root, "small")
    rows = [
        notice(),
        notice(名称=ODD_NAME, 代码=credit_code(7), 文号="黑甲〔2026〕7号", 日期="2026-05-08", 截止="2026-07-01"),
    ]
    rows += [notice(名称="黑河无代码商贸有限公司", 代码="", 文号="黑甲〔2026〕8号")]
    return Outcome(root, root / "public", 0, "", "").build("--as-of", "2026-06-15", files=notices(*rows)).good()


def test_an_entity_says_who_it_is_to_machines(told: Outcome) -> None:
    pages = [told.page(address) for address in told.entities()]
    said = [linked(page) for page in pages if "ld+json" in page]
    assert len(said) == 2, "one without a code says nothing"
    by_code = {one["identifier"]["value"]: one for one in said}
    assert by_code[credit_code(7)]["name"] == ODD_NAME and by_code[credit_code(7)]["@type"] == "Organization"
    assert not [page for page in pages if "</script><b>" in page]


def test_the_data_say_what_they_are_to_machines(told: Outcome) -> None:
    catalogue = linked(told.page("data/index.html"))
    assert [one["name"] for one in catalogue["dataset"]] == ["通知"]
    at = catalogue["dataset"][0]["url"].removeprefix("https://credit.example/")
    files = [one["contentUrl"] for one in linked(told.page(at))["distribution"]]
    assert files and all((told.out / file.removeprefix("https://credit.example/")).exists() for file in files)


def test_the_audit_reads_what_is_said_to_machines(tmp_path: Path) -> None:
    page = '<main>甲</main><script type="application/ld+json">{"a":"13900000000"}</script><script>x=1</script>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    said = Written(tmp_path, "a.html").said
    assert "13900000000" in said and "x=1" not in said


def feed(site: Outcome, address: str) -> dict[str, str]:
    """Return the ids of a feed's entries with their times."""
    root = ElementTree.fromstring(site.page(address))
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries = root.findall("a:entry", space)
    found = {e.findtext("a:id", "", space): e.findtext("a:updated", "", space) for e in entries}
    assert len(found) == len(entries) and root.findtext("a:updated", "", space) == max(found.values())
    return found


def test_every_register_and_department_has_a_feed_that_forgets(told: Outcome, tmp_path: Path) -> None:
    (department,) = [page for page in told.pages() if page.startswith("department/")]
    addresses = ["list/notice/feed.xml", department.replace(".html", "/feed.xml")]
    for address, page in zip(addresses, ["list/notice/index.html", department], strict=True):
        assert (told.out / address).resolve() in {leads_to(told.out, page, link) for link in links(told.page(page))}
        ids = feed(told, address)
        assert len(ids) == 3
        for place, time in ids.items():
            page, _, anchor = place.removeprefix("https://credit.example/").partition("#")
            assert f'id="{anchor}"' in told.page(page) and time.endswith("T00:00:00+08:00")
    before = {address: told.page(address) for address in addresses}
    same = Outcome(told.root, tmp_path / "same", 0, "", "").build("--as-of", "2026-06-16").good()
    assert {address: same.page(address) for address in addresses} == before
    later = Outcome(told.root, tmp_path / "later", 0, "", "").build("--as-of", "2026-07-02").good()
    for address in addresses:
        assert len(feed(later, address)) == 2
        assert "黑甲〔2026〕7号" not in later.page(address)
