"""docs/schemas: written from the models, true of every file of the demonstration, and a slip is seen by them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from frontdoor import PROJECT
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from disclosure.articles import split

FOLDER = PROJECT / "docs" / "schemas"
OTHERS = {
    "departments": "departments",
    "mend": "mend",
    "publicity": "publicity",
    "holidays": "holidays",
    "questions": "questions",
}


class Editor(yaml.SafeLoader):
    """Reads YAML as editors do: a day is a text."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def schema_of(path: Path) -> str:
    """Return which schema a file is of, "" where it is of none: rows of a register."""
    if path.suffix == ".md":
        return "article"
    if path.name in ("site.yaml", "register.yaml"):
        return path.stem
    if path.parent.name == "questionnaire" and path.stem != "questions":
        return "return"
    return OTHERS.get(path.stem, "")


FILES = [
    path
    for path in (
        PROJECT / "site.yaml",
        *sorted((PROJECT / "data").rglob("*.yaml")),
        *sorted((PROJECT / "content").rglob("*.md")),
    )
    if schema_of(path)
]


def faults(schema: str, value: Any) -> list[str]:
    """Return what a schema finds wrong with a value."""
    validator = Draft202012Validator(json.loads((FOLDER / f"{schema}.json").read_text(encoding="utf-8")))
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def test_the_schemas_are_those_of_the_program() -> None:
    wanted = runpy.run_path(str(PROJECT / "docs" / "schemas.py"))["schemas"]()
    assert {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")} == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_a_file_is_as_its_schema_says_and_names_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    value = yaml.load(split(text)[0] if path.suffix == ".md" else text, Editor)
    assert faults(schema_of(path), value) == []
    if path.suffix == ".yaml":
        up = "../" * (len(path.relative_to(PROJECT).parts) - 1)
        assert text.startswith(f"# yaml-language-server: $schema={up}docs/schemas/{schema_of(path)}.json\n")


def test_a_slip_is_seen_and_a_key_is_explained() -> None:
    site = yaml.load((PROJECT / "site.yaml").read_text(encoding="utf-8"), Editor)
    assert faults("site", site | {"nmae": "x"}) == ["$: Additional properties are not allowed ('nmae' was unexpected)"]
    assert faults("site", {key: value for key, value in site.items() if key != "name"}) == [
        "$: 'name' is a required property"
    ]
    register = yaml.load((PROJECT / "data/penalty/register.yaml").read_text(encoding="utf-8"), Editor)
    assert faults("register", register | {"tone": "red"})
    assert faults("register", register | {"fields": {"金额": "moneys"}})
    assert faults("events", [{"事件类型": "撤消", "日期": "2026-01-01", "原因": "甲"}])
    properties = json.loads((FOLDER / "register.json").read_text(encoding="utf-8"))["properties"]
    assert "先后" in properties["order"]["description"]
