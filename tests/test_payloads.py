"""Scripts in the data: every payload in every free field of every register, in articles and events; none runs in a browser.

Each page that shows one is opened in Chromium, from a plain server and from nginx with the strict policy: nothing runs, and
the policy has nothing to report.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import serve
from frontdoor import PROJECT, Outcome, credit_code, start, table
from playwright.sync_api import Browser, Page, ViewportSize, expect
from test_server import free_port, nginx

from disclosure.declarations import load_registers
from disclosure.events import MERGED, OBJECTION, RENAMED, SORTS
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
NUMBER, CODE = "行政处罚决定书文号", REGISTERS["penalty"].code
SORT = re.compile(r'<body class="page-([\w-]+)"')
CONTROL, TABS, SMALL = "control.html", 6, ViewportSize(width=320, height=240)
WATCH = """window.ran = [];
for (const way of ["alert", "confirm", "prompt"]) window[way] = (x) => ran.push(String(x));
addEventListener("securitypolicyviolation", (e) => ran.push(`${e.violatedDirective} ${e.blockedURI}`));"""

# Also of a page that leads on at once, and as it is printed.
HEARD = """ran.push = (what) => heard(what);
addEventListener("load", () => ["beforeprint", "afterprint"].forEach((when) => dispatchEvent(new Event(when))));"""


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


def doubtful(name: str, payloads: Iterator[str]) -> list[dict[str, str]]:
    """Return a row of a register for each field that is held against something (a code, a day, an address), a payload in it."""
    [row], fields = spoilt(name, ("甲乙丙",)), REGISTERS[name].fields
    return [row | {title: next(payloads)} for title in fields if row.get(title) and fields[title].kind not in FREE]


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Outcome:
    """A site with the project's registers, so many payloads in each, other ones in each; articles, answers, events with some."""
    root = tmp_path / "root"
    start(root, "standard")
    turn = itertools.cycle(PAYLOADS)
    files: dict[str, str] = {}
    for name in REGISTERS:
        made = spoilt(name, tuple(itertools.islice(turn, request.param)))
        if name == "penalty":
            undone = spoilt(name, tuple(itertools.islice(turn, len(SORTS))))
            made += [
                row | {NUMBER: f"黑市罚〔2026〕{at}号", CODE: credit_code(9000 + at)} for at, row in enumerate(undone)
            ]
            happen = zip(itertools.chain([OBJECTION] * request.param, SORTS), made, strict=True)
            files["data/events/all.csv"] = table([happened(sort, row, made[0]) for sort, row in happen])
        files[f"data/{name}/all.csv"] = table(made)
        files[f"data/{name}/doubtful.csv"] = table(doubtful(name, turn))
    body = "\n\n".join([*PAYLOADS, "[点](javascript:alert(1))", "[点](../index.html){onclick=alert(1)}"])
    said = "\n".join(f"{key}: {json.dumps(next(turn))}" for key in ("title", "source", "author", "summary", "keywords"))
    files["content/news/a.md"] = f"---\n{said}\ndate: 2026-05-06\n---\n{body}\n"
    files |= {f"data/questionnaire/{file}.yaml": json.dumps(told) for file, told in questionnaire(turn).items()}
    files["site.yaml"] = (root / "site.yaml").read_text(encoding="utf-8") + "faults: set-aside\n"
    made_of = Outcome(root, root / "public", 0, "", "").build(files=files).good()
    (made_of.out.resolve() / CONTROL).write_text(f"<!doctype html><title>x</title><script>{RUN}</script>", "utf-8")
    return made_of


def happened(sort: str, row: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """Return what happened to a penalty, or to whom it concerns, the payload its reason, its document and its new name."""
    payload, of_whom = row["违法事实"], sort in (MERGED, RENAMED)
    return {
        "事件类型": sort,
        "名录": "" if of_whom else "行政处罚",
        "文书号": "" if of_whom else row[NUMBER],
        "机关": row["处罚机关"],
        "相对人": row["行政相对人名称"],
        "统一社会信用代码": row[CODE],
        "决定文书号": payload,
        "日期": "2026-11-20",
        "原因": f"{payload}{sort}",
        "新名称": f"{payload}新" if sort == RENAMED else "",
        "新代码": other[CODE] if sort == MERGED else "",
    }


def questionnaire(payloads: Iterator[str]) -> dict[str, object]:
    """Return the questions of an annex and what one unit returned, a payload wherever there may be text."""
    word = payloads.__next__
    unit, short = word(), word()
    asked = [{"question": word(), "units": [unit]}, {"question": word(), "units": [unit], "honours": True}]
    sheet = {"name": word(), "short": short, "proof": word(), "questions": asked}
    proof = {"evidence": [{"label": word(), "address": "index.html"}], "note": word()}
    honour = {"who": word(), "what": word(), "by": word(), "year": 2026}
    answers = [
        {"question": f"{short} 1", "answer": "是", **proof},
        {"question": f"{short} 2", "honours": [honour], **proof},
    ]
    about = {"title": word(), "basis": word(), "summary": word(), "due": "2026-11-20", "tables": [sheet]}
    return {
        "questions": about,
        "one": {"unit": unit, "by": word(), "signed": word(), "date": "2026-11-18", "answers": answers},
    }


def showing(out: Path) -> list[str]:
    """Return the addresses of everything a browser draws in which a payload stands."""
    drawn = [path for path in out.rglob("*") if path.suffix in (".html", ".xml", ".svg")]
    return sorted(path.relative_to(out).as_posix() for path in drawn if RUN in path.read_text(encoding="utf-8"))


def ran(browser: Browser, address: str, pages: list[str]) -> dict[str, list[str]]:
    """Open pages, some at a time, also as they are printed; return by page what ran there or what its policy reported."""
    context, found, shown = browser.new_context(viewport=SMALL), defaultdict[str, list[str]](list), dict[Page, str]()
    context.expose_binding("heard", lambda source, what: found[shown[source["page"]]].append(what))
    context.add_init_script(WATCH + HEARD)
    tabs = [context.new_page() for _ in range(TABS)]
    for at in range(0, len(pages), TABS):
        for tab, name in zip(tabs, pages[at : at + TABS], strict=False):
            shown[tab] = name
            tab.goto(address + name, wait_until="commit")
        for tab, name in zip(tabs, pages[at : at + TABS], strict=False):
            tab.wait_for_load_state()
            use(tab, name)
        tabs[0].wait_for_timeout(20)
    context.close()
    return dict(found)


def use(tab: Page, name: str) -> None:
    """Wait for what is searched, and check a batch where a page does so."""
    if "search.html" in name:
        for part in ("#results", "#fulltext"):
            expect(tab.locator(part)).to_have_attribute("aria-busy", "false", timeout=30000)
        assert RUN in tab.locator("#results").inner_text() and RUN in tab.locator("#fulltext").inner_text()
    elif name == "batch.html":
        tab.get_by_role("textbox").fill("\n".join(PAYLOADS))
        tab.locator("#batch-start").click()
        tab.locator("#batch-result").wait_for()


@pytest.mark.parametrize(
    "site", [pytest.param(3, id="3"), pytest.param(100, id="100", marks=pytest.mark.long)], indirect=True
)
def test_no_script_of_the_data_runs(site: Outcome, tmp_path: Path, browser: Browser) -> None:
    out = site.out.resolve()
    pages = showing(out)
    assert CONTROL in pages
    for name in (name for name, register in REGISTERS.items() if register.section or not register.party):
        assert RUN in site.page(f"data/{name}/{name}.csv"), name
    sorts = {"".join(SORT.findall((out / name).read_text(encoding="utf-8"))): name for name in pages}
    assert sorts.keys() > {"entity", "record", "withdrawn", "article", "questionnaire", "list", "moved", "department"}
    used = ["search.html?q=alert", "search.html?q=script", "batch.html"]
    few = dict.fromkeys([CONTROL, *sorts.values(), *pages[::9]])
    opened = [*(few if len(pages) < 1000 else pages), *used]
    for address in serve(out):
        assert ran(browser, address, opened) == {CONTROL: ["1"]}
    site.run("report").good()
    answers = [name for name in showing(site.root / "state/reports") if name.endswith(".html")]
    assert answers
    for address in serve(site.root / "state/reports"):
        assert ran(browser, address, [quote(name) for name in answers]) == {}
    with nginx(site.root / FOLDER / "nginx.conf", tmp_path / "nginx", free_port()) as server:
        ours = [name for name in opened if not name.endswith(".xml")]  # a browser's own view of XML breaks any policy
        assert ran(browser, server.address, ours) == {CONTROL: ["script-src-elem inline"]}
