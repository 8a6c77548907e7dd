"""The Nu HTML Checker, which the W3C runs, finds no error on any kind of page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import demo_pages
from frontdoor import PROJECT

CHECKER = PROJECT / ".cache" / "vnu" / "package" / "build" / "dist" / "vnu.jar"


def found(files: list[Path]) -> list[str]:
    """Return the errors that the checker finds in files."""
    assert CHECKER.is_file(), "sh tests/install-browser.sh long brings it"
    done = subprocess.run(
        ["java", "-Xmx512m", "-jar", str(CHECKER), "--format", "json", *map(str, files)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [message for message in json.loads(done.stderr)["messages"] if message["type"] == "error"]
    return [f"{Path(message['url']).name}: {message['message']} {message.get('extract', '')}" for message in said]


@pytest.mark.long
def test_no_kind_of_page_has_an_error(demo_site: Path) -> None:
    assert found(sorted({demo_site / address.partition("?")[0] for address in demo_pages(demo_site).values()})) == []


@pytest.mark.long
def test_an_error_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!DOCTYPE html><html lang="zh-CN"><title>题</title><p><ul></ul></p></html>', encoding="utf-8")
    assert len(found([page])) == 1
