"""Figures: every table and picture from the one tally that `disclose` made, every number beside the list it counts.

One page for all, where the featured registers have columns of their own, and one for each register.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from disclosure.disclose import COUNTED, REASONS
from disclosure.pages import coverage, scorecard
from disclosure.pages.figures import bars, by_month, cell, month_label, months_before, number
from disclosure.pages.frame import STATISTICS, column_tags, frame
from disclosure.pages.world import Context, Page, World, seen

TITLE, ADDRESS = STATISTICS
VALUES = 30  # so many values of a field, the most frequent
COUNTED_FEED = "counted.jsonl"  # written where something is counted and not shown
REST = "其余名录（仅统计）"


def plan(world: World) -> Iterator[Page]:
    """There is one page of all, and one of every register that has records."""
    pages = [Page(ADDRESS, "statistics")]
    pages += [Page(page_of(name), "statistics", name) for name in world.listed if world.totals[name]]
    yield from (page._replace(fingerprint=seen(show(world, page))) for page in pages)


def page_of(register: str) -> str:
    """Return where the statistics of a register are."""
    return f"statistics/{register}.html"


def show(world: World, page: Page) -> Context:
    """Return the records shown by month, register, department, district, theme and counted field; of one register, or of all."""
    if page.about:
        return _one(world, page)
    summary = f"{world.site.name}公示记录的统计"
    return {
        **frame(world, page, TITLE, meta=column_tags(world, TITLE, summary)),
        "heading": TITLE,
        "lead": f"{len(world.listed)} 个名录共 {world.totals.total():,} 条公示记录。每个数字通到它所数的列表；没有列表的，写明仅统计。",
        "also": [{"label": label, "address": address} for label, address in _also(world)],
        "tables": tables(world),
        "counted_feed": COUNTED_FEED,
    }


def _also(world: World) -> Iterator[tuple[str, str]]:
    if scorecard.scored(world):
        yield scorecard.title(world), scorecard.INDEX
    if world.site.coverage:
        yield coverage.TITLE, coverage.ADDRESS


def _one(world: World, page: Page) -> Context:
    register = world.registers[page.about]
    title = f"{register.label}统计"
    about = f"{register.label}的统计，共 {world.totals[page.about]:,} 条"
    return {
        **frame(world, page, title, [STATISTICS], column_tags(world, title, about), within=ADDRESS),
        "heading": title,
        "lead": f"共 {world.totals[page.about]:,} 条公示记录。",
        "also": [
            {"label": "列表", "address": f"list/{page.about}/index.html"},
            {"label": "数据下载", "address": f"data/{page.about}/columns.html"},
            {"label": "全部名录的统计", "address": ADDRESS},
        ],
        "tables": tables_of(world, page.about),
        "counted_feed": COUNTED_FEED,
    }


def written_at(table: str) -> str:
    """Return where a table of the statistics lies as CSV."""
    return f"statistics/{table}.csv"


def tables(world: World) -> list[Context]:
    """Return the tables of all registers that have rows, each with the address of its CSV."""
    found = [_months(world), _registers(world), _departments(world), _districts(world), _themes(world)]
    for name in world.featured:
        found += _values(world, name)
    return _written([*found, _counted(world)])


def tables_of(world: World, name: str) -> list[Context]:
    """Return the tables of one register that have rows, each with the address of its CSV."""
    found = [_months_of(world, name)]
    register = world.registers[name]
    for facet, label, names in (
        ("department", register.department, world.organs),
        ("district", "县（市、区）" if register.department else "", world.site.districts),
        ("theme", register.theme, register.named),
    ):
        if label:
            found.append(_facet_of(world, name, facet, label, names))
    return _written([*found, *_values(world, name)])


def _written(found: Sequence[Context]) -> list[Context]:
    return [{**table, "csv": written_at(table["id"])} for table in found if table["rows"]]


def _table(about: str, short: str, caption: str, columns: list[str], rows: list[list[Context]], chart: Context | None = None) -> Context:  # fmt: skip
    return {"id": about, "short": short, "caption": caption, "columns": columns, "rows": rows, "chart": chart}


def _row(
    world: World, counts: Counter[tuple[str, str]], value: str, first: Context, place: str, whole: str
) -> list[Context]:
    """Return a row of the featured registers, of all others together where there are any, and of all; `place` is a list's address
    without its register."""
    shown = [counts[name, value] for name in world.featured]
    total = sum(counts[name, value] for name in world.listed)
    cells = [number(n, f"list/{name}/{place}" if place else "") for name, n in zip(world.featured, shown, strict=True)]
    rest = [cell(f"{total - sum(shown):,}", sort="count")] if len(world.featured) < len(world.listed) else []
    return [first, *cells, *rest, cell(f"{total:,}", sort="sum", counts=whole)]


def _columns(world: World, first: str) -> list[str]:
    rest = [REST] if len(world.featured) < len(world.listed) else []
    return [first, *(register.label for register in world.featured.values()), *rest, "合计"]


def chart(world: World, title: str, months: Sequence[str], names: Sequence[str]) -> Context | None:
    """Return bars by month for some registers, none where there is no register."""
    counts = world.counts["month"]
    series = [
        {
            "label": world.registers[name].label,
            "tone": world.registers[name].tone,
            "values": [counts[name, month] for month in months],
            # A month without a record has no list.
            "addresses": [f"list/{name}/{month}.html" * bool(counts[name, month]) for month in months],
        }
        for name in names
    ]
    return by_month(title, months, series) if series else None


def _months(world: World) -> Context:
    months, counts = months_before(world.as_of, 12), world.counts["month"]
    # A month's list exists wherever the register has a record in it.
    rows = [
        _row(world, counts, month, cell(month_label(month)), f"{month}.html", f"month/{month}")
        for month in reversed(months)
    ]
    caption = "近十二个月公示记录数"
    picture = chart(world, caption, months, list(world.featured))
    return _table("month", "按月份", caption, _columns(world, "月份"), rows, picture)


def _registers(world: World) -> Context:
    """Return every register in its group: all of it, this year's, this month's."""
    counts, month = world.counts["month"], world.as_of.isoformat()[:7]
    groups: dict[str, list[list[Context]]] = {}
    for name, register in world.listed.items():
        spans = [(world.totals[name], "index")]
        if register.date:
            year = sum(n for (of, at), n in counts.items() if of == name and at[:4] == month[:4])
            spans += [(year, month[:4]), (counts[name, month], month)]
        cells = [number(n, f"list/{name}/{span}.html") for n, span in spans]
        there = page_of(name) if world.totals[name] else ""
        row = [cell(register.label, there), *cells, *[cell("— —")] * (3 - len(cells))]
        groups.setdefault(register.group, []).append(row)
    rows = [row for group, mine in groups.items() for row in ([cell(group, sort="group")], *mine)[not group :]]
    columns = ["名录", "全部", f"{month[:4]}年", month_label(month)]
    return _table("register", "按名录", "各名录公示记录数", columns, rows if len(world.listed) > 1 else [])


def _departments(world: World) -> Context:
    counts = world.counts["department"]
    rows = [
        _row(
            world, counts, value,
            cell(world.organs.get(value, value) or "未注明", f"department/{value}.html" if value else ""),
            f"department/{value}/index.html" if value else "", f"department/{value}" if value else "-",
        )
        for value in _largest(counts)
    ]  # fmt: skip
    return _table("department", "按部门", "各部门公示记录数", _columns(world, "部门"), rows)


def _districts(world: World) -> Context:
    counts, names = world.counts["district"], world.site.districts
    values = _largest(counts)
    rows = [
        _row(
            world, counts, value, cell(names.get(value, value) or "未注明"),
            f"district/{value}/index.html" if value else "", f"district/{value}" if value else "-",
        )
        for value in values
    ]  # fmt: skip
    picture, placed = None, [value for value in values if value in names]
    if len(placed) > 1 and world.featured:
        series = [
            {"label": register.label, "tone": register.tone, "values": [counts[name, value] for value in placed]}
            for name, register in world.featured.items()
        ]
        caption = "各县（市、区）公示记录数"
        picture = bars(caption, "按作出决定的机关所在地", "条", [names[value] for value in placed], series)
    return _table("district", "按县区", "各县（市、区）公示记录数", _columns(world, "县（市、区）"), rows, picture)


def _themes(world: World) -> Context:
    counts = world.counts["theme"]
    rows = [
        [
            cell(label),
            cell(register.label, page_of(name)),
            number(counts[name, theme.name], f"list/{name}/theme/{theme.name}/index.html"),
        ]
        for name, register in world.listed.items()
        for label, theme in register.themes.items()
        if world.totals[name]
    ]
    return _table("theme", "按主题", "各主题公示记录数", ["主题", "名录", "记录数"], rows)


def _largest(counts: Counter[tuple[str, str]]) -> list[str]:
    totals: Counter[str] = Counter()
    for (_, value), count in counts.items():
        totals[value] += count
    return [value for value, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))]


def _months_of(world: World, name: str) -> Context:
    register, counts = world.registers[name], world.counts["month"]
    months = months_before(world.as_of, 12)
    rows = [
        [cell(month_label(month)), number(counts[name, month], f"list/{name}/{month}.html")]
        for month in reversed(months)
    ]
    caption = f"{register.label}：近十二个月"
    picture = chart(world, caption, months, [name])
    return _table(f"{name}-month", "按月份", caption, ["月份", "记录数"], rows if register.date else [], picture)


def _facet_of(world: World, name: str, facet: str, label: str, names: dict[str, str]) -> Context:
    counts = Counter({value: n for (of, value), n in world.counts[facet].items() if of == name})
    rows = [
        [
            cell(names.get(value, value) or "未注明"),
            number(count, f"list/{name}/{facet}/{value}/index.html" if value else ""),
        ]
        for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    column = "记录数" if "" not in counts else "记录数（未注明的仅统计）"
    caption = f"{world.registers[name].label}：按{label}"
    return _table(f"{name}-{facet}", f"按{label}", caption, [label, column], rows)


def _values(world: World, name: str) -> list[Context]:
    """Return the records of a register by the fields that it declares counted, but those that have lists of their own."""
    return [_by_value(world, name, field) for field in world.values[name]]


def _by_value(world: World, name: str, field: str) -> Context:
    register = world.registers[name]
    index, counts = register.position[field], Counter[str]()
    several = register.fields[field].kind == "choices"
    for value, count in world.values[name][field].items():
        for one in value.split("、") if several and value else [value or "未注明"]:
            counts[one] += count
    rows = [
        [cell(value), cell(f"{count:,}")]
        for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:VALUES]
    ]
    caption = f"{register.label}：按{field}" + ("（一条记录可有几类）" if several else "")
    return _table(f"{name}-{index}", f"按{field}", caption, [field, "记录数（仅统计）"], rows)


def _counted(world: World) -> Context:
    """Return how many records are counted and not shown, by register and reason: no list stands behind these numbers."""
    reasons = [reason for reason in COUNTED if any(of == reason for _, of in world.only_counted)]
    rows = [
        [
            cell(register.label),
            *(
                cell(f"{world.only_counted.get((name, reason), 0):,}", "", "count", f"counted/{name}/{reason}")
                for reason in reasons
            ),
            cell(f"{total:,}", sort="sum"),
        ]
        for name, register in world.listed.items()
        if (total := sum(count for (of, _), count in world.only_counted.items() if of == name))
    ]
    columns = ["名录", *(REASONS[reason] for reason in reasons), "合计"]
    return _table("counted", "仅统计", "仅统计、不公示内容的记录数", columns, rows)
