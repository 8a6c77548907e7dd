"""Takes docs/screenshot.png, the home page at 1280 wide: `python docs/screenshot.py` after `make site` and `make browser`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto((PROJECT / "public" / "index.html").as_uri())
        page.screenshot(path=PROJECT / "docs" / "screenshot.png")
        browser.close()
