"""The plan as it lies in the store: every page of the site, and which of them the release before showed as they are now.

Pages are read as they are needed: no process holds them all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from disclosure.pages import Page
from disclosure.store import replace


def lay(store: sqlite3.Connection, pages: Iterable[Page]) -> None:
    """Enter the plan in a store, page by page as it is made."""
    store.execute("BEGIN")
    replace(store, "planned", pages)
    store.execute("COMMIT")


@dataclass(frozen=True)
class Planned:
    """The pages that lie in a store, in the order of the plan."""

    store: sqlite3.Connection

    def __iter__(self) -> Iterator[Page]:
        rows = self.store.execute("SELECT address, sort, about, fingerprint FROM planned ORDER BY rowid")
        return map(Page._make, rows)

    def __len__(self) -> int:
        return int(self.store.execute("SELECT count(*) FROM planned").fetchone()[0])

    def at(self, address: str) -> Page | None:
        """Return the page at an address, None where there is none."""
        query = "SELECT address, sort, about, fingerprint FROM planned WHERE address = ?"
        found = self.store.execute(query, (address,)).fetchone()
        return Page._make(found) if found else None

    def __contains__(self, address: object) -> bool:
        return self.at(str(address)) is not None

    def addresses(self) -> Iterator[str]:
        """Yield the addresses of all pages, sorted."""
        return (address for (address,) in self.store.execute("SELECT address FROM planned ORDER BY address"))

    def alike(self, before: Path) -> Iterator[str]:
        """Yield the addresses of the pages known to show what they showed in the release whose store lies at `before`."""
        return (address for (address,) in self._with(before, f"SELECT planned.address FROM {_ALIKE}"))

    def unlike(self, before: Path) -> Iterator[Page]:
        """Yield all other pages, in the order of the plan."""
        query = f"SELECT address, sort, about, fingerprint FROM planned WHERE rowid NOT IN (SELECT planned.rowid FROM {_ALIKE})"
        return map(Page._make, self._with(before, f"{query} ORDER BY rowid"))

    def gone(self, before: Path) -> Iterator[str]:
        """Yield the addresses of the pages that the release had whose store lies at `before`, and that are no more."""
        query = "SELECT address FROM old.page WHERE address NOT IN (SELECT address FROM planned) ORDER BY address"
        return (address for (address,) in self._with(before, query))

    def _with(self, before: Path, query: str) -> Iterator[tuple[str, ...]]:
        """Yield what a query finds in this store and, as `old`, in another."""
        self.store.execute("ATTACH ? AS old", (f"{before.resolve().as_uri()}?mode=ro",))
        try:
            with closing(self.store.execute(query)) as found:
                yield from found
        finally:
            self.store.execute("DETACH old")


_ALIKE = "planned JOIN old.page ON page.address = planned.address AND page.shown = fingerprint WHERE fingerprint <> ''"
