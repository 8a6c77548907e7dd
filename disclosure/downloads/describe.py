"""datapackage.json: what every file holds, in the terms of Data Package and Table Schema (frictionless)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from disclosure.downloads.tables import Downloaded
from disclosure.pages import World
from disclosure.pages.data import Column


def described(world: World, tables: Sequence[Downloaded], folder: Path) -> str:
    """Return the package: every CSV with its schema, the other forms of the same table beside it."""
    site = world.site
    package: dict[str, Any] = {
        "name": re.sub("[^a-z0-9._-]", "-", site.domain.lower()),
        "title": f"{site.name}公示数据",
        "description": site.description,
        "homepage": f"{site.address}data/index.html",
        "version": world.as_of.isoformat(),
    }
    if site.open_data.licence:
        package["licenses"] = [site.open_data.licence.model_dump(exclude_defaults=True)]
    package["resources"] = [
        _resource(table, address, folder) for table in tables for address in table.formats if address.endswith(".csv")
    ]
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(table: Downloaded, address: str, folder: Path) -> dict[str, Any]:
    return {
        "name": table.register.name,
        "title": table.register.label,
        "description": table.register.intro or table.register.label,
        "path": address.removeprefix("data/"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "bytes": (folder / address).stat().st_size,
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.said}
    if column.type == "number":
        found["bareNumber"] = True
    return {key: value for key, value in found.items() if value}
