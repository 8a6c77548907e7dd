"""The registers of the plan, as the demonstration has them: enough records, every state, a list, a way there, downloads."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from frontdoor import PROJECT, Outcome, leads_to, links

from bench.plan import PLAN
from disclosure.declarations import load_registers

REGISTERS = load_registers(PROJECT / "data", PROJECT)[0]
LEAST = 30


@pytest.fixture(scope="module")
def site(demo_site: Path) -> Outcome:
    """The demonstration, as other tests have built it."""
    return Outcome(demo_site.parent, demo_site, 0, "", "")


def rows(site: Outcome, name: str) -> list[dict[str, str]]:
    """Return the rows of a register's download."""
    with (site.out / "data" / name / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def sent(name: str) -> list[dict[str, str]]:
    """Return the rows that the demonstration has of a register."""
    file = PLAN[name].get("file", "all")
    with (PROJECT / "data" / name / f"{file}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def near(site: Outcome) -> set[Path]:
    """Every page that is at most three clicks from home."""
    out = site.out.resolve()
    reached, edge = {out / "index.html"}, {out / "index.html"}
    for _ in range(3):
        found = set()
        for page in edge:
            address = page.relative_to(out).as_posix()
            for link in links(page.read_text(encoding="utf-8")):
                target = leads_to(out, address, link)
                if target and target.suffix == ".html" and target.exists():
                    found.add(target)
        edge = found - reached
        reached |= found
    return reached


@pytest.mark.parametrize("name", [*PLAN])
def test_a_register_of_the_plan_is_whole(site: Outcome, near: set[Path], name: str) -> None:
    register = REGISTERS[name]
    shown, all_of_them = rows(site, name), sent(name)
    assert len(all_of_them) >= LEAST
    assert len(shown) >= LEAST
    assert register.group
    for field, spec in register.fields.items():
        states = {row[field] for row in all_of_them}
        if name == "blacklist":
            states |= set(re.findall(rf"{field}: '([^']*)'", (PROJECT / "data/blacklist/all.yaml").read_text("utf-8")))
        assert set(spec.choices) <= states, field
    out = site.out.resolve()
    assert out / "list" / name / "index.html" in near
    for theme in register.themes.values():
        assert out / "list" / name / "theme" / theme.name / "index.html" in near, theme.name
    assert f'href="list/{name}/' in site.page("statistics.html")
    for form in ("csv", "jsonl", "xlsx"):
        assert (out / "data" / name / f"{name}.{form}").exists()
    assert len(site.page(f"data/{name}/{name}.jsonl").splitlines()) == len(shown)
    address = shown[0]["公示网址"].partition(".example/")[2]
    page = site.page(address.partition("#")[0])
    assert f'id="{address.partition("#")[2]}"' in page
    if register.section:
        assert f">{register.section} <small" in page
        assert address.startswith("entity/")
    else:
        assert address.startswith(f"record/{name}/")
    if register.basis:
        assert register.basis in site.page(f"list/{name}/index.html")


def test_home_and_statistics_say_what_the_downloads_hold(site: Outcome) -> None:
    """Read as a stranger would: what a number links to is counted in its download."""
    seen = 0
    for page in ("index.html", "list/index.html", "statistics.html"):
        pattern = r'<a href="(?:\.\./)?(?:list/)?([a-z-]+)/([a-z0-9/-]+)\.html"(?: data-count)?>(.*?)</a>'
        for name, span, words in re.findall(pattern, site.page(page), re.S):
            number = re.search(r"(?:data-count>|^)([0-9,]+)", words)
            if name not in REGISTERS or not number or "/" in span or "本月" in words:
                continue
            date = REGISTERS[name].date
            counted = [row for row in rows(site, name) if span == "index" or row[date].startswith(span)]
            assert int(number[1].replace(",", "")) == len(counted), (page, name, span)
            seen += 1
    assert seen > 40


def test_what_is_not_open_to_the_public_is_nowhere(site: Outcome) -> None:
    hidden = [row for row in sent("promise") if row["公开类型"] != "可向社会公开"]
    numbers = {row["承诺编码"] for row in hidden}
    assert len(numbers) > 5
    said = site.everything()
    assert [number for number in sorted(numbers) if number.encode() in said] == []
    counted = [json.loads(line) for line in site.page("counted.jsonl").splitlines()]
    told = {one["why"]: one["count"] for one in counted if one["register"] == "promise"}
    assert told["不向社会公开"] == len(hidden)
    assert told["自然人不公示"] > 0


def test_checks_lead_to_their_item_and_their_list(site: Outcome) -> None:
    for row in rows(site, "supervise-act")[:3]:
        address = row["公示网址"].partition(".example/")[2].partition("#")[0]
        page = site.page(address)
        assert "record/supervise-item/" in page
        assert "record/supervise-list/" in page


def test_coverage_and_measures_are_there(site: Outcome, near: set[Path]) -> None:
    out = site.out.resolve()
    assert {out / "coverage.html", out / "measures.html"} <= near
    assert "行业限期禁入" in site.text("measures.html")
    assert "已覆盖" in site.text("coverage.html")
