"""Writes docs/schemas/*.json, by which editors complete and check what staff write: `python docs/schemas.py`."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from disclosure import articles, events  # noqa: E402
from disclosure.amounts import UNITS  # noqa: E402
from disclosure.forms import Form  # noqa: E402
from disclosure.holidays import Calendar  # noqa: E402
from disclosure.kinds import KINDS  # noqa: E402
from disclosure.questionnaire import Questionnaire, Return  # noqa: E402
from disclosure.registers import Mend, Register  # noqa: E402
from disclosure.rules import Table  # noqa: E402
from disclosure.site import Department, Site  # noqa: E402

FOLDER = PROJECT / "docs" / "schemas"
# What each schema is of, and whether a file is a list of it.
OF = {
    "site": (Site, False),
    "departments": (Department, True),
    "register": (Register, False),
    "mend": (Mend, True),
    "publicity": (Table, False),
    "holidays": (Calendar, False),
    "questions": (Questionnaire, False),
    "return": (Return, False),
}
# What the program keeps and nobody writes.
NOT_WRITTEN = {"Register": {"name", "declared_at", "mends"}, "Questionnaire": {"returns"}}
# Where people read what the keys of a model mean.
EXPLAINED = {
    "Site": ("site", "站点"), "Fulltext": ("site", "全文"), "OpenData": ("site", "数据下载"), "Licence": ("site", "许可"),
    "Link": ("site", "链接"), "Department": ("site", "部门"), "Contact": ("site", "联系方式"), "Article": ("site", "文章"),
    "Register": ("registers", "名录"), "Theme": ("registers", "主题"), "Measure": ("registers", "措施"),
    "Field": ("registers", "字段"), "Source": ("registers", "来源"), "Shown": ("registers", "自然人"),
    "Scorecard": ("registers", "评分卡"), "Year": ("law", "节假日表"), "Holiday": ("law", "假日"),
    "Deadline": ("registers", "期限"), "Expect": ("registers", "要求"), "Check": ("registers", "核对"),
    "Mend": ("registers", "改正"), "Return": ("questionnaire", "答卷"), "Answer": ("questionnaire", "答案"),
    "Questionnaire": ("questionnaire", "题目"), "Table": ("law", "表"), "Rule": ("law", "规定"),
    "Form": ("forms", "表格"), "Part": ("forms", "部分"), "Row": ("forms", "一行"),
}  # fmt: skip
SCALAR = ["string", "number", "boolean", "null"]  # what editors take a plain word for; the program reads all as text


def schemas() -> dict[str, Any]:
    """Return every schema by the name of its file."""
    found = {f"{name}.json": whole(model, listed) for name, (model, listed) in OF.items()}
    front = {key: {"type": SCALAR} for key in sorted(articles.KNOWN)}
    form = written(Form)
    front["form"] = {"$ref": "#/$defs/Form"}
    of_form = {"$defs": {**form.pop("$defs", {}), "Form": form}}
    found["article.json"] = explained(
        "Article", {"type": "object", "properties": front, "required": ["title"], "additionalProperties": False}
    )
    found["article.json"] |= of_form
    row = {
        title: {"type": SCALAR} | ({"enum": field.choices} if title == "事件类型" else {})
        for title, field in events.columns({}).fields.items()
    }
    must = [title for title, field in events.columns({}).fields.items() if field.required]
    found["events.json"] = {
        "type": "array",
        "items": {"type": "object", "properties": row, "required": must, "additionalProperties": False},
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: head | schema for name, schema in sorted(found.items())}


def whole(model: type[BaseModel], listed: bool) -> dict[str, Any]:
    """Return the schema of a file."""
    schema = written(model)
    inner = schema.pop("$defs", {})
    return {"$defs": inner, **({"type": "array", "items": schema} if listed else schema)}


def written(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of what people write for a model: in its short forms too, explained as in the handbook."""
    schema = model.model_json_schema(by_alias=True)
    for name, part in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        for key in ("at", *NOT_WRITTEN.get(name, ())):
            part.get("properties", {}).pop(key, None)
            if key in part.get("required", []):
                part["required"].remove(key)
        explained(name, part)
        shortened(name, part.get("properties", {}))
    return loose(schema)


def shortened(name: str, keys: dict[str, Any]) -> None:
    """Let the short forms be written that the program takes."""
    if name == "Field":
        keys["from"] = {**keys["from"], "items": {"anyOf": [{"type": "string"}, keys["from"]["items"]]}}
        keys["kind"] |= {"enum": list(KINDS)}
        keys["unit"] |= {"enum": ["", *UNITS]}
    if name == "Register":
        keys["fields"]["additionalProperties"] = {
            "anyOf": [{"type": "string", "enum": list(KINDS)}, {"$ref": "#/$defs/Field"}]
        }
        keys["notable"]["anyOf"].append({"type": "object"})
    if name == "Rule":
        keys["when"] = {
            "anyOf": [{"type": "array"}, {"type": "object"}],
            "description": keys["when"].get("description", ""),
        }
    if name == "Expect":
        keys["drop"]["anyOf"].append({"type": "string", "pattern": "^[0-9.]+%$"})
        keys["fill"]["additionalProperties"] = {
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[0-9.]+%$"}]
        }


def explained(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Put beside each key what the handbook says of it, in place of what programmers are told."""
    schema.pop("description", None)
    said = meanings(*EXPLAINED[name]) if name in EXPLAINED else {}
    for key, inner in schema.get("properties", {}).items():
        inner.pop("title", None)
        if key in said:
            inner["description"] = said[key]
    return schema


def meanings(document: str, heading: str) -> dict[str, str]:
    """Return what a table of the handbook says of each key."""
    text = (PROJECT / "docs" / f"{document}.md").read_text(encoding="utf-8")
    part = re.split(rf"^#+ {heading}\n", text, maxsplit=1, flags=re.M)[1]
    part = re.split(r"^#", part, maxsplit=1, flags=re.M)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ((?:\\\||[^|])+?) \|", part, re.M))


def loose(schema: Any) -> Any:
    """Return a schema under which a text may look like a number or be left empty, as the program reads it."""
    if isinstance(schema, list):
        return [loose(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: loose(value) for key, value in schema.items() if key != "default"}
    if found.get("type") == "string" and not found.keys() & {"enum", "const", "pattern", "format", "minLength"}:
        found["type"] = SCALAR
    if found.get("format") == "date":
        found.pop("format")
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in schemas().items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / file).write_text(text, encoding="utf-8", newline="\n")
