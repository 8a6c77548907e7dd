"""Scripts in the data: every payload in every free field of every register, in articles and events; none runs in a browser.

Each page that shows one is opened in Chromium, from a plain server and from nginx with the strict policy: nothing runs, and
the policy has nothing to report.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import serve
from frontdoor import PROJECT, Outcome, start, table
from playwright.sync_api import Browser
from test_server import free_port, nginx

from disclosure.declarations import load_registers
from disclosure.server import FOLDER
from disclosure.source import read_tables

RUN = "alert(1)"
BREAKS = ("", '">', "'>", "</script>", "</title>", "-->", "]]>")
TAGS = (
    f"<script>{RUN}</script>",
    f"<img src=data:,x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:parent.{RUN}></iframe>",
    f"<video><source onerror={RUN}></video>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={RUN}>",
    f"<math><mtext><table><mglyph><style><img src=data:,x onerror={RUN}></style>",
)
ALONE = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"&#106;avascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f'" autofocus onfocus={RUN} x="',
    f"' autofocus onfocus={RUN} x='",
    f"x onfocus={RUN} autofocus",
    f"{{{{ {RUN} }}}}",
    f"{{{{ ''.__class__ }}}}{{% for x in y %}}{RUN}",
    f"${{{RUN}}}",
    f"`${{{RUN}}}`",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&lt;img src=data:,x onerror={RUN}&gt;",
    f'"}};{RUN};//',
    f"'}};{RUN};//",
    f'");{RUN};//',
    f"');{RUN};//",
    f'"]);{RUN};//',
    f'\\");{RUN};//',
    f"*/{RUN}/*",
    f"<!--<script>{RUN}//-->",
    f"[点这里](javascript:{RUN})",
)
PAYLOADS = (*(f"{breaks}{tag}" for breaks in BREAKS for tag in TAGS), *ALONE)
REGISTERS = load_registers(PROJECT / "data", PROJECT)[0]
FREE = ("text", "name", "identifier", "document_number")
CONTROL = "control.html"
WATCH = """window.ran = [];
for (const way of ["alert", "confirm", "prompt"]) window[way] = (x) => ran.push(String(x));
addEventListener("securitypolicyviolation", (e) => ran.push(`${e.violatedDirective} ${e.blockedURI}`));"""


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the demonstration's rows of a register."""
    for path in sorted((PROJECT / "data" / name).iterdir()):
        if path.name not in ("register.yaml", "mend.yaml"):
            for read in read_tables(path, path.name)[0]:
                for row in read.rows:
                    yield dict(zip(read.titles, row.values, strict=False))


def spoilt(name: str, payloads: tuple[str, ...]) -> list[dict[str, str]]:
    """Return one row of a register for each payload, which stands in each of its free fields."""
    register = REGISTERS[name]
    kept = {*register.refers, register.department, register.source}
    free = {title for title, field in register.fields.items() if field.kind in FREE and title not in kept}
    pages = dict.fromkeys(register.leading, "index.html")
    newest = sorted(rows(name), key=lambda row: row.get(register.date, ""), reverse=True)
    return [
        {title: payload if title in free and value else value for title, value in row.items()} | pages
        for payload, row in zip(payloads, itertools.cycle(newest), strict=False)
    ]


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Outcome:
    """A site with the project's registers, so many payloads in each, other ones in each; an article and events with some."""
    root = tmp_path / "root"
    start(root, "standard")
    turn = itertools.cycle(PAYLOADS)
    files: dict[str, str] = {}
    for name in REGISTERS:
        made = spoilt(name, tuple(itertools.islice(turn, request.param)))
        files[f"data/{name}/all.csv"] = table(made)
        if name == "penalty":
            files["data/events/all.csv"] = table([happened(row) for row in made])
    body = "\n\n".join([*PAYLOADS, "[点](javascript:alert(1))", "[点](../index.html){onclick=alert(1)}"])
    said = json.dumps(PAYLOADS[0])
    files["content/news/a.md"] = f"---\ntitle: {said}\ndate: 2026-05-06\nsource: {said}\n---\n{body}\n"
    files["site.yaml"] = (root / "site.yaml").read_text(encoding="utf-8") + "faults: set-aside\n"
    made_of = Outcome(root, root / "public", 0, "", "").build(files=files).good()
    (made_of.out.resolve() / CONTROL).write_text(f"<!doctype html><title>x</title><script>{RUN}</script>", "utf-8")
    return made_of


def happened(row: dict[str, str]) -> dict[str, str]:
    """Return an objection to a penalty, the payload its reason."""
    return {
        "事件类型": "异议提出",
        "名录": "行政处罚",
        "文书号": row["行政处罚决定书文号"],
        "机关": row["处罚机关"],
        "相对人": row["行政相对人名称"],
        "日期": "2026-11-20",
        "原因": row["违法事实"],
    }


def showing(out: Path) -> list[str]:
    """Return the addresses of everything a browser draws in which a payload stands."""
    drawn = [path for path in out.rglob("*") if path.suffix in (".html", ".xml", ".svg")]
    return sorted(path.relative_to(out).as_posix() for path in drawn if RUN in path.read_text(encoding="utf-8"))


def ran(browser: Browser, address: str, pages: list[str]) -> dict[str, list[str]]:
    """Open pages one after the other, and return by page what ran there or what its policy reported."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    opened, found = context.new_page(), {}
    for name in pages:
        opened.goto(address + name)
        if "search.html" in name:
            opened.locator("#results a").first.wait_for()
        elif name == "batch.html":
            opened.get_by_role("textbox").fill("\n".join(PAYLOADS))
            opened.locator("#batch-start").click()
            opened.locator("#batch-result").wait_for()
        opened.wait_for_timeout(20)
        if told := opened.evaluate("window.ran"):
            found[name] = told
    context.close()
    return found


@pytest.mark.parametrize(
    "site", [pytest.param(3, id="3"), pytest.param(100, id="100", marks=pytest.mark.long)], indirect=True
)
def test_no_script_of_the_data_runs(site: Outcome, tmp_path: Path, browser: Browser) -> None:
    out = site.out.resolve()
    pages = showing(out)
    assert CONTROL in pages
    for name in (name for name, register in REGISTERS.items() if register.section or not register.party):
        assert RUN in site.page(f"data/{name}/{name}.csv"), name
    step = 1 if len(pages) > 1000 else 9
    asked = [CONTROL, *pages[::step], "search.html?q=alert", "search.html?q=script", "batch.html"]
    for address in serve(out):
        assert ran(browser, address, asked) == {CONTROL: ["1"]}
    with nginx(site.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as server:
        ours = [name for name in asked if not name.endswith(".xml")]  # a browser's own view of XML breaks any policy
        assert ran(browser, server.address, ours) == {CONTROL: ["script-src-elem inline"]}
