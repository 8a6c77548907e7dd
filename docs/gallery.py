"""Draws theme/parts.yaml, every part of the theme in every state, as one page: `python docs/gallery.py`, with --root for another site.

It is written below .cache, which is never published. The parts are drawn by the macros that draw the pages, with the
site's own theme; links lead to the site built in public, where there is one.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from disclosure.articles import html_of  # noqa: E402
from disclosure.problems import as_text  # noqa: E402
from disclosure.site import Site, load_site  # noqa: E402
from disclosure.templates import Templates  # noqa: E402
from disclosure.theme import gather, whole_style  # noqa: E402

PARTS, NAME, STYLE = "parts.yaml", "gallery.html", "gallery.css"
ABLE = re.compile(r"<(?:a|button|input|summary)\b")
SHOWN = {":focus-visible": '[data-look="focus"]', ":focus": '[data-look="focus"]', ":hover": '[data-look="hover"]'}


def declared(folders: Sequence[Path]) -> dict[str, Any]:
    """Return the parts.yaml of the first theme that has one."""
    path = next(path for folder in folders if (path := folder / PARTS).is_file())
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def style(folders: Sequence[Path]) -> str:
    """Return all styles of all pages as one sheet, in which a look can be asked for that else needs a hand."""
    text = whole_style(folders)
    for state, look in SHOWN.items():
        text = re.sub(rf"{state}(?![\w-])", f":is({state}, {look})", text)
    return text


def drawn(
    env: jinja2.Environment, around: dict[str, Any], name: str, part: dict[str, Any], state: dict[str, Any]
) -> Markup:
    """Return one part in one state, drawn by the macro or the template that draws it on pages."""
    around = around | {"site": around["site"].model_copy(update=state.get("site", {}))}
    given = state.get("given", {})
    if "template" in part:
        macros = {macro: _macro(env, around, macro, macro) for macro in ("facts", "badge", "notes")}
        made = Markup(env.get_template(part["template"]).render(**around, **macros, **given))
    else:
        inside = {"caller": lambda: _inside(env, around, state["inside"])} if "inside" in state else {}
        made = _macro(env, around, name, state.get("macro", name))(**given, **inside)
    look = state.get("look", "")
    if look == "unscripted":
        return Markup(re.sub("</?noscript>", "", made))
    asked = f" {look}" if look == "disabled" else f' data-look="{look}"'
    return Markup(ABLE.sub(lambda match: match[0] + asked, made, count=1) if look else made)


def _macro(env: jinja2.Environment, around: dict[str, Any], name: str, macro: str) -> Any:
    return getattr(env.get_template(f"parts/{name}.html").make_module(around), macro)


def _inside(env: jinja2.Environment, around: dict[str, Any], inside: Any) -> Markup | str:
    if isinstance(inside, str):
        return inside
    if "markdown" in inside:
        return Markup(html_of(inside["markdown"], NAME)[0])
    return Markup(_macro(env, around, inside["part"], inside["part"])(**inside["given"]))


def write_gallery(root: Path, site: Site, into: Path) -> Path:
    """Write the page with its styles and scripts into a folder; return its path."""
    folders = [folder for folder in dict.fromkeys((root / "theme", PROJECT / "theme")) if folder.is_dir()]
    assets = gather(folders)
    for address, data in assets.contents.items():
        (into / address).parent.mkdir(parents=True, exist_ok=True)
        (into / address).write_bytes(data)
    (into / STYLE).write_text(style(folders), encoding="utf-8")
    env, told = Templates(folders), declared(folders)
    env.globals["site"] = site
    env.globals["sheets"] = lambda kind: [STYLE]
    env.globals["asset"] = lambda name: assets.addresses.get(name, name)
    public = root / "public"
    page = {
        "title": "部件", "address": NAME, "root": f"{public.resolve().as_uri()}/" if public.exists() else "", "kind": "gallery",
        "place": "", "crumbs": [], "meta": {}, "robots": "noindex", "linked": "", "feed": "",
    }  # fmt: skip
    links = [{"label": link.label, "address": link.address, "current": False} for link in site.navigation]
    env.root = str(page["root"])
    around = {"site": site, "page": page, "nav": links}
    parts = [
        {"name": name, "said": part["said"], "card": part.get("card", False), "drawn_by": part.get("script") or "、".join(part.get("within", [])),
         "states": [{"label": state["state"], "html": drawn(env, around, name, part, state)} for state in part.get("states", [])]}
        for name, part in told["parts"].items()
    ]  # fmt: skip
    (into / NAME).write_text(
        env.draw("gallery.html", {**around, "parts": parts, "tokens": told["tokens"]}), encoding="utf-8"
    )
    return into / NAME


if __name__ == "__main__":
    command = argparse.ArgumentParser(description=__doc__)
    command.add_argument("--root", type=Path, default=PROJECT)
    given = command.parse_args()
    settings, problems = load_site(given.root)
    if settings is None or problems:
        sys.exit(as_text(problems))
    print(f"已画出 {write_gallery(given.root, settings, given.root / '.cache' / 'gallery')}，用浏览器打开")
