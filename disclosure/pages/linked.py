"""What a page says of its subject to machines: JSON-LD in the words of schema.org, of nothing but what the page shows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from disclosure.pages.world import Context, World
from disclosure.registers import Register

# A text that stands within <script> must not end it, nor open a comment; quotes within quotes would unsettle a reader.
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", '\\"': "\\u0022", "\u2028": "\\u2028", "\u2029": "\\u2029"}
MEDIA = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_script(said: Context) -> str:
    """Return JSON-LD as it may stand in a page's script."""
    text = json.dumps({"@context": "https://schema.org", **said}, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\\\\", "\\u005c")  # so that \" is a quote within a text and nothing else
    for sign, written in _UNSAFE.items():
        text = text.replace(sign, written)
    return text


def organization(name: str, code: str, former: Sequence[str], url: str) -> str:
    """Return an organisation with a code; "" for one without: nobody can say that it is none of a person."""
    if not code:
        return ""
    said: Context = {"@type": "Organization", "name": name, "url": url}
    said["identifier"] = {"@type": "PropertyValue", "name": "统一社会信用代码", "value": code}
    return as_script({**said, "alternateName": list(former)} if former else said)


def catalogue(world: World, index: str, columns: dict[str, str]) -> str:
    """Return the catalogue of all registers, each with the address of its page."""
    home = world.site.address
    sets = [{"@type": "Dataset", "name": world.listed[name].label, "url": home + at} for name, at in columns.items()]
    said = {"@type": "DataCatalog", "name": f"{world.site.name}公示数据", "url": home + index, "dataset": sets}
    return as_script(_licensed(world, {**said, "description": world.site.description}))


def dataset(world: World, register: Register, at: str, index: str, files: Sequence[str], fields: Sequence[str]) -> str:
    """Return the data of one register: what it is, its columns, and its files."""
    home = world.site.address
    said: Context = {
        "@type": "Dataset",
        "name": register.label,
        "description": register.intro or f"{world.site.name}公示的{register.label}",
        "url": home + at,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": world.site.formal_name, "url": home},
        "includedInDataCatalog": {"@type": "DataCatalog", "url": home + index},
        "variableMeasured": list(fields),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": home + file, "encodingFormat": MEDIA[file.rpartition(".")[2]]}
            for file in files
        ],
    }
    return as_script(_licensed(world, said))


def _licensed(world: World, said: Context) -> Context:
    licence = world.site.open_data.licence
    return {**said, "license": licence.path or licence.name} if licence else said
