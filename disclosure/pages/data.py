"""The pages of open data: which files there are, and what each column of a register means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from disclosure.kinds import KINDS
from disclosure.pages.frame import column_tags, frame
from disclosure.pages.linked import catalogue, dataset
from disclosure.pages.world import Context, Page, World
from disclosure.registers import Field, Register

TITLE, INDEX = "数据下载", "data/index.html"
# No register is called _all.
ALL, DESCRIPTION, SUMS = "data/_all/", "data/datapackage.json", "data/SHA256SUMS"
DATABASE = f"{ALL}all.sqlite"
CHANGED = "changes/records.jsonl"
ENTITIES = "信用主体"  # the table of all of them in it
TYPES = {"string": "文字", "date": "日期（YYYY-MM-DD）", "number": "数字"}
FORMS = {"csv": "CSV", "jsonl": "JSON Lines", "xlsx": "Excel"}


class Column(NamedTuple):
    """One column of a download: its name, its type (frictionless Table Schema), and what it holds."""

    name: str
    type: str = "string"
    said: str = ""


# What the site adds to the fields of a register.
ADDED = (
    Column("公示记录编号", said="本站给这条记录的编号，同一条记录不变"),
    Column("公示至", "date", "公示的最后一天；空着的没有期限，9999-12-31 是长期"),
    Column("公示期限依据", said="按哪条规定定下最后一天；空着的以报送单位给出的公示截止期为准"),
    Column("公示标注", said="异议处理中、已更正等"),
    Column("取值说明", said="哪个字段的值取自报送文件的另一列"),
    Column("公示网址", said="这条记录在本站的位置"),
)


def columns(register: Register) -> list[Column]:
    """Return the columns of a register's download: its fields, then what the site adds."""
    own = [Column(name, KINDS[field.kind].type, _said(field)) for name, field in register.fields.items()]
    return [*own, *(c._replace(name=f"{c.name}（本站）") if c.name in register.fields else c for c in ADDED)]


def _said(field: Field) -> str:
    """Return what is to be known of a field's values."""
    parts = [KINDS[field.kind].label]
    if field.kind == "money":
        parts.append(f"单位：{field.unit or '元'}")
    if field.choices:
        parts.append(f"可选：{'、'.join(field.choices)}")
    if field.kind == "end_date":
        parts.append("9999-12-31 是长期")
    return "；".join(parts)


def files(world: World, register: Register) -> list[str]:
    """Return the addresses of a register's files; a workbook only up to so many rows."""
    return [
        f"data/{register.name}/{register.name}.{form}"
        for form in FORMS
        if form != "xlsx" or world.totals[register.name] <= world.site.open_data.workbook_rows
    ]


def plan(world: World) -> Iterator[Page]:
    """All files on one page, and for each register what its columns mean."""
    yield Page(INDEX, "data", "")
    for name in world.listed:
        yield Page(f"data/{name}/columns.html", "data", name)


def show(world: World, page: Page) -> Context:
    """Return the files of all registers, or those of one with its columns."""
    licence = world.site.open_data.licence
    shared: Context = {
        "licence": {"text": licence.title, "address": licence.path} if licence else None,
        "all": [
            {"label": "SQLite 数据库（全部名录）", "address": DATABASE},
            {"label": "数据包说明 datapackage.json", "address": DESCRIPTION},
            {"label": "校验和 SHA256SUMS", "address": SUMS},
            {"label": "最近一次变化的记录 records.jsonl", "address": CHANGED},
            {"label": "逐次变化 changes.jsonl", "address": "changes/changes.jsonl"},
        ],
        "registers": [
            {
                "label": register.label,
                "address": f"data/{name}/columns.html",
                "list": f"list/{name}/index.html",
                "count": world.totals[name],
                "files": [{"label": FORMS[f.rpartition(".")[2]], "address": f} for f in files(world, register)],
            }
            for name, register in world.listed.items()
            if page.about in ("", name)
        ],
    }
    if not page.about:
        tags = column_tags(world, TITLE, "公示数据的下载")
        linked = catalogue(world, INDEX, {name: f"data/{name}/columns.html" for name in world.listed})
        return {**frame(world, page, TITLE, meta=tags, linked=linked), **shared, "columns": []}
    register = world.listed[page.about]
    title = f"{register.label}数据"
    of_columns = [{"name": c.name, "type": TYPES[c.type], "said": c.said} for c in columns(register)]
    tags = column_tags(world, title, f"{register.label}的下载和各列的含义")
    names = [column["name"] for column in of_columns]
    linked = dataset(world, register, page.address, INDEX, files(world, register), names)
    return {**frame(world, page, title, [(TITLE, INDEX)], tags, linked=linked), **shared, "columns": of_columns}
