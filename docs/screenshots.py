"""Takes docs/screenshots/*.png, the pictures of the handbook: `python docs/screenshots.py` after `make site` and `make browser`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "docs" / "screenshots"
# Each picture: the page of the demonstration, its width and height, and the part from which on it is shown.
PICTURES = {
    "home": ("index.html", 1000, 640, ""),
    "list": ("list/blacklist/index.html", 1000, 480, "list-card"),
    "entity": ("entity/XN/9123118124609043XN.html", 1000, 480, "entity-section"),
    "withdrawn": ("entity/name/*/*.html", 1000, 560, "gone"),
    "registers": ("list/index.html", 1000, 640, ""),
}
CITY = "city"


def address(site: Path, pattern: str, holds: str) -> str:
    """Return the address of the first page of a pattern that has a part."""
    found = (path for path in sorted(site.glob(pattern)) if holds in path.read_text(encoding="utf-8"))
    return next(found).as_uri()


def take(page: Page, where: str, width: int, height: int, name: str, part: str = "") -> None:
    """Take one picture, from a part of the page on where one is named."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(where)
    if part:
        page.locator(f".{part}").first.evaluate("node => node.scrollIntoView({ behavior: 'instant' })")
    page.screenshot(path=FOLDER / f"{name}.png")


def main(site: Path) -> None:
    """Take all pictures, that of another city from one that is begun for it."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
        page = browser.new_page()
        for name, (pattern, width, height, holds) in PICTURES.items():
            take(page, address(site, pattern, holds), width, height, name, holds)
        city = Path(folder) / "jia"
        for words in (["new", "site", str(city), "--name", "信用甲市"], ["--root", str(city)]):
            subprocess.run([sys.executable, str(PROJECT / "build.py"), *words], check=True, stdout=subprocess.DEVNULL)
        take(page, (city / "public" / "index.html").as_uri(), 1000, 640, CITY)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "public")
