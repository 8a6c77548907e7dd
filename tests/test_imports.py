"""Imports run only to the left: every module may use those before it and none after it, none hidden in a function."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from frontdoor import PROJECT

PACKAGE = PROJECT / "disclosure"

# Left to right: under all, IN, STORE, PLAN, OUT, and what stands beside. A module imports only from the lines' beginning up to itself.
LEFT_TO_RIGHT = """
codes personal problems machine files contents needles workers
source.tables source.texts source.measure source.apart source.sheets source.trees source.lines source
cells dates amounts forensics kinds declared demands site registers declarations holidays rules publicity headings titles checks sent records forms articles questionnaire
store intake reread entities events effects around deadlines judge refers disclose amend erase staff history changes scorecard guards neglect due proofs
reports.marks reports.ledger reports.shelf reports.book reports.pages reports.folder reports
pages.world pages.figures pages.frame pages.linked pages.data pages.entity pages.lists pages.coverage pages.scorecard pages.statistics pages.home pages.department pages.record pages.measures pages.progress pages.article pages.form pages.changes pages.questionnaire pages.plain pages.gone pages planned
theme templates render digest feeds compress downloads.tables downloads.write downloads.changed downloads.figures downloads.describe downloads
search.variants search.text search.sounds search.listed search.digits search.shards search.places search.roll search.plane search.shorthand search.credit search.numbered search.disk search.texts search.buckets search.grow search.grams search.names search.folding search.bound search.index search.reader search.spelt search.fulltext search
documents findable
audit.rows audit.many audit.desk audit.leaks audit.tags audit.links audit.figures audit releases targets publish server
takedown.seek takedown.subjects takedown.sweep takedown.purge takedown.receipt takedown
drafts.columns drafts.guess drafts.roles drafts.declaration drafts.begin drafts
exchange
console preview.found preview.ready preview.sight preview.desk preview.watch preview.drawn preview.origin preview.start preview.serve preview
"""
ORDER = LEFT_TO_RIGHT.split()


@functools.cache
def modules() -> dict[str, Path]:
    """Return every module of the package by its name within it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Return a module's tree, which several tests walk and none changes."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Return the names of the package's own modules that a module imports, `search.text` for disclosure.search.text."""
    known = modules()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            module = node.module or ""
            below = [f"{module}.{alias.name}" for alias in node.names]
            inside = [name for name in below if name.removeprefix("disclosure.") in known]
            names = inside if len(inside) == len(below) else [module, *inside]
        for name in names:
            if name == "disclosure" or name.startswith("disclosure."):
                yield name.removeprefix("disclosure").removeprefix(".")


def test_every_module_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(modules())


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_imports_only_from_its_left(name: str) -> None:
    at = ORDER.index(name)
    wrong = [other for other in imported(parsed(modules()[name])) if other not in ORDER[:at]]
    assert wrong == []


@pytest.mark.parametrize("path", [PROJECT / "build.py", *modules().values()], ids=lambda path: path.stem)
def test_no_import_is_hidden(path: Path) -> None:
    tree = parsed(path)
    top = {id(node) for node in tree.body}
    # What one system has not may be tried, at the top: Windows brings no `resource`.
    top |= {id(inner) for node in tree.body if isinstance(node, ast.Try) for inner in node.body}
    hidden = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top
    ]
    assert hidden == []
    assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in ("__import__", "importlib")]
    assert calls == []


def test_the_program_knows_nothing_of_tests_and_bench() -> None:
    for path in [PROJECT / "build.py", *modules().values()]:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in ("tests", "bench"), path
