"""Lists of a register, whole, by department, district and theme, each cut by year, month and, where needed, day.

A cut is made only where its rows do not fit one page, so a new record changes the pages of its own month alone and
addresses stay what they were.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from disclosure.dates import FOREVER
from disclosure.kinds import show_date
from disclosure.pages.data import files
from disclosure.pages.entity import anchor, follows, noted, read_fields
from disclosure.pages.frame import LISTS, column_tags, frame, list_feed
from disclosure.pages.world import Context, Page, World
from disclosure.registers import Register

NEWEST = 20
UNDATED = "undated"
FACETS = ("department", "district", "theme")


class Cut(NamedTuple):
    """One list: of a register, within one value of one of FACETS or of none, of "" (all), a year, month, day or part."""

    register: str
    facet: str = ""
    value: str = ""
    span: str = ""

    @property
    def address(self) -> str:
        """Its address below the site's root."""
        folder = f"list/{self.register}/" + (f"{self.facet}/{self.value}/" if self.facet else "")
        return f"{folder}{self.span or 'index'}.html"

    def of(self, span: str) -> Cut:
        """Return the same list cut to another span."""
        return self._replace(span=span)


def plan(world: World) -> Iterator[Page]:
    """Every register, every department, district and theme in it, every year, and months and days where a year is too long."""
    for name in world.listed:
        yield from _planned(world, Cut(name))
        for facet in FACETS:
            values = {getattr(t, facet) for t in world.tallies if t.register == name and getattr(t, facet)}
            for value in sorted(values):
                yield from _planned(world, Cut(name, facet, value))


def _planned(world: World, cut: Cut) -> Iterator[Page]:
    yield _page(world, cut)
    months = _months(world, cut)
    for year, count in sorted(_years(months).items()):
        yield _page(world, cut.of(year))
        if count <= world.site.rows and cut.facet:
            continue
        for month in sorted(month for month in months if (month[:4] or UNDATED) == year):
            if month:
                yield from _planned_month(world, cut.of(month), months[month])
            elif count > world.site.rows:
                yield from _parts(world, cut.of(UNDATED), count, world.site.rows)


def stands(world: World, cut: Cut) -> bool:
    """Say whether a list of a year or month in which it has records has a page."""
    year = world.by_year[cut.register, cut.facet, cut.value]
    return len(cut.span) == 4 or not cut.facet or year[cut.span[:4]] > world.site.rows


def _planned_month(world: World, cut: Cut, count: int) -> Iterator[Page]:
    yield _page(world, cut)
    if count > world.site.rows:
        for day, number in _days(world, cut).items():
            yield _page(world, cut.of(day))
            if number > world.site.rows:
                yield from _parts(world, cut.of(day), number, world.site.rows)


def _parts(world: World, cut: Cut, count: int, rows: int) -> Iterator[Page]:
    for part in range(1, -(-count // rows) + 1):
        yield _page(world, cut.of(f"{cut.span}-{part}"))


def _page(world: World, cut: Cut) -> Page:
    about = json.dumps(cut, ensure_ascii=False)
    shown = f"{about} {world.counted[cut.register]} {_prints(world, cut)}"
    return Page(cut.address, "list", about, hashlib.blake2b(shown.encode(), digest_size=12).hexdigest())


def _prints(world: World, cut: Cut) -> str:
    """Return what changes when a record in a list does; a list that shows the newest of all depends on all."""
    months = world.prints.get((cut.register, cut.facet, cut.value), {})
    if cut.span.startswith(UNDATED):
        return months.get("", "")
    if len(cut.span) >= 7:
        return months.get(cut.span[:7], "")
    return " ".join(months[month] for month in sorted(months) if month.startswith(cut.span))


def _months(world: World, cut: Cut) -> Counter[str]:
    """Return how many records a list holds by month."""
    return world.by_month[cut.register, cut.facet, cut.value]


def _years(months: Counter[str]) -> Counter[str]:
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4] or UNDATED] += count
    return years


def _where(cut: Cut, span: str) -> tuple[str, tuple[str, ...]]:
    facet = f" AND {cut.facet} = ?" if cut.facet else ""
    given = (cut.value,) if cut.facet else ()
    if span == UNDATED:
        return f"register = ? AND date = ''{facet}", (cut.register, *given)
    return f"register = ? AND date >= ? AND date < ?{facet}", (cut.register, span, span + "~", *given)


def _days(world: World, cut: Cut) -> dict[str, int]:
    """Return how many records a list holds by day of a month, or on its day."""
    month = cut.span[:7]
    counts = world.days(cut.register, month).get((cut.facet, cut.value), ())
    days = {f"{month}-{day:02}": count for day, count in enumerate(counts) if count}
    return {day: count for day, count in days.items() if day.startswith(cut.span)}


def show(world: World, page: Page) -> Context:
    """Return the rows of one list, or where to find them, and the ways to neighbouring lists."""
    cut = Cut(*json.loads(page.about))
    register = world.listed[cut.register]
    months = _months(world, cut)
    span, part = _part(cut.span)
    count, inner = _inside(world, cut.of(span), months)
    # A day in parts only leads on: its first part is its newest.
    leads = bool(inner) and not part
    rows = [] if leads and not _spread(span) else _rows(world, cut, span, part, NEWEST if leads else -1)
    whole = Cut(cut.register)
    crumbs = [LISTS, (register.label, whole.address)] if cut != whole else [LISTS]
    if cut.facet and cut.span:
        crumbs.append((_facet_label(world, cut), cut.of("").address))
    title = _heading(world, register, cut)
    columns = [(name, register.fields[name].kind) for name in _columns(register)]
    feed = list_feed(cut.register) if cut == whole else ""
    tags = column_tags(world, register.label, register.intro)
    about = f"{title}，共 {count:,} 条。{register.intro}"
    return {
        **frame(world, page, title, crumbs, tags, feed=feed, about=about),
        "register": {"label": register.label, "address": whole.address, "csv": files(world, register)[0]},
        "heading": title,
        "intro": register.intro,
        "basis": _basis(register, cut),
        "follows": follows(register, cut.value),
        "count": count,
        "facets": _facets(world, cut, span, months, inner),
        "columns": [{"title": title, "kind": kind} for title, kind in columns],
        "rows": [_row(register, columns, *row) for row in rows],
        "newest_only": leads and count > len(rows) > 0,
        "newest_whole": _newest_whole(world, cut, months, inner) if leads and count > len(rows) > 0 else None,
        "beside": [] if part else _beside(world, cut, months),
    }


def _part(span: str) -> tuple[str, int]:
    """Return a span and the number of its part, 0 for the whole of it."""
    if span.startswith(UNDATED):
        rest = span[len(UNDATED) + 1 :]
        return UNDATED, int(rest or 0)
    pieces = span.split("-")
    return ("-".join(pieces[:3]), int(pieces[3])) if len(pieces) == 4 else (span, 0)


def _inside(world: World, cut: Cut, months: Counter[str]) -> tuple[int, list[tuple[str, str, int]]]:
    """Return how many rows a span holds and, where it is too long for a page, the spans within: (label, span, count)."""
    span, rows = cut.span, world.site.rows
    if not span:
        return sum(months.values()), [(_year_label(y), y, n) for y, n in sorted(_years(months).items(), reverse=True)]
    if len(span) == 4:
        count = _years(months)[span]
        within = [(f"{int(m[5:])}月", m, n) for m, n in sorted(months.items(), reverse=True) if m[:4] == span]
        return count, within if count > rows else []
    if len(span) == 7 and span != UNDATED:
        count = months[span]
        days = _days(world, cut) if count > rows else {}
        return count, [(f"{int(d[8:])}日", d, n) for d, n in sorted(days.items(), reverse=True)]
    count = months[""] if span == UNDATED else _days(world, cut).get(span, 0)
    parts = range(-(-count // rows)) if count > rows else range(0)
    return count, [(f"第 {i + 1} 部分", f"{span}-{i + 1}", min(rows, count - i * rows)) for i in parts]


def _year_label(year: str) -> str:
    return "未注明日期" if year == UNDATED else f"{year}年"


def _spread(span: str) -> bool:
    """Say whether a span is all, a year or a month."""
    return len(span) in (0, 4, 7) and span != UNDATED


def _month_pages(world: World, cut: Cut, months: Counter[str]) -> list[str]:
    """Return the months of a list that have a page, newest first; within a facet only a long year is cut into months."""
    years = _years(months)
    return sorted((m for m in months if m and (not cut.facet or years[m[:4]] > world.site.rows)), reverse=True)


def _newest_whole(world: World, cut: Cut, months: Counter[str], inner: list[tuple[str, str, int]]) -> Context:
    """Return the page that holds all of a list's newest month; within a month, of its newest day."""
    paged = _month_pages(world, cut, months)
    newest = max(months)
    if len(cut.span) == 7:
        _, span, count = inner[0]
    elif len(cut.span) == 4:
        span = next(m for m in paged if m[:4] == cut.span)
        count = months[span]
    else:
        span = newest if newest in paged else newest[:4] or UNDATED
        count = months[span] if span in months else _years(months)[span]
    return {"label": _span_label(span), "count": count, "address": cut.of(span).address}


def _beside(world: World, cut: Cut, months: Counter[str]) -> list[Context]:
    """Return the neighbours of a month or a year that have a record, the earlier one first."""
    if not cut.span or not _spread(cut.span):
        return []
    month = len(cut.span) == 7
    spans = sorted(_month_pages(world, cut, months) if month else [y for y in _years(months) if y != UNDATED])
    at, word = spans.index(cut.span), "月" if month else "年"
    beside = [(f"上一{word}", spans[at - 1 : at]), (f"下一{word}", spans[at + 1 : at + 2])]
    return [
        {"label": f"{label}：{_span_label(span)}", "address": cut.of(span).address}
        for label, there in beside
        for span in there
    ]


def _span_label(span: str) -> str:
    """Return a year, month or day as people write it."""
    if len(span) == 4 or span == UNDATED:
        return _year_label(span)
    return show_date(span) if len(span) == 10 else show_date(f"{span}-01").removesuffix("1日")


def _rows(world: World, cut: Cut, span: str, part: int, newest: int) -> list[tuple[str, ...]]:
    where, given = _where(cut, span) if span else _everything(cut)
    if part:
        rows = world.in_order(_qualified(where), given)[(part - 1) * world.site.rows : part * world.site.rows]
        where, given = f"row IN ({', '.join(map(str, rows))})", ()
    return world.store.execute(
        "SELECT shown.register, row.key, shown.date, row.vals, entity.name, entity.address, shown.ends, shown.notes FROM shown"
        " JOIN row ON row.id = shown.row JOIN entity ON entity.key = shown.entity"
        f" WHERE {_qualified(where)} ORDER BY shown.date DESC, row.key LIMIT {newest}",
        given,
    ).fetchall()


def _everything(cut: Cut) -> tuple[str, tuple[str, ...]]:
    return ("register = ?" + (f" AND {cut.facet} = ?" if cut.facet else "")), (
        cut.register,
        *((cut.value,) if cut.facet else ()),
    )


def _qualified(where: str) -> str:
    return " AND ".join(f"shown.{part}" for part in where.split(" AND "))


def _columns(register: Register) -> list[str]:
    return list(dict.fromkeys([register.party, *register.columns] if register.party else register.columns))


def _row(
    register: Register,
    columns: list[tuple[str, str]],
    _: str,
    key: str,
    date: str,
    values: str,
    name: str,
    address: str,
    ends: str,
    notes: str,
) -> Context:
    first, *texts = read_fields(register, json.loads(values), [title for title, _ in columns])
    return {
        "address": f"{address}#{anchor(register.name, key)}",
        "badge": register.badge,
        "tone": register.tone,
        "last": ends if ends != FOREVER else "",
        "tag": next(({"tag": n["tag"], "tone": n["tone"]} for n in noted(notes) if n["tag"]), None),
        "first": first,
        "others": [(title, kind, text) for (title, kind), text in zip(columns[1:], texts, strict=True)],
    }


def _basis(register: Register, cut: Cut) -> str:
    """Return the legal basis of a list: a theme's own, else the register's."""
    theme = register.themes.get(register.named.get(cut.value, "")) if cut.facet == "theme" else None
    return (theme and theme.basis) or register.basis


def _facet_label(world: World, cut: Cut) -> str:
    if cut.facet == "theme":
        return world.registers[cut.register].named.get(cut.value, cut.value)
    return world.organs[cut.value] if cut.facet == "department" else world.site.districts.get(cut.value, cut.value)


def _heading(world: World, register: Register, cut: Cut) -> str:
    span, part = _part(cut.span)
    when = _span_label(span) if span else ""
    return f"{_facet_label(world, cut) if cut.facet else ''}{register.label}{'（' + when + '）' if when else ''}" + (
        f" 第 {part} 部分" if part else ""
    )


def _facets(
    world: World, cut: Cut, span: str, months: Counter[str], inner: list[tuple[str, str, int]]
) -> list[Context]:
    year = UNDATED if span == UNDATED else span[:4]
    years = [(_year_label(y), cut.of(y), n, y == year) for y, n in sorted(_years(months).items(), reverse=True)]
    facets = [("年份", years)]
    if year and year != UNDATED and (not cut.facet or _years(months)[year] > world.site.rows):
        within = sorted((m for m in months if m[:4] == year), reverse=True)
        facets.append(("月份", [(f"{int(m[5:])}月", cut.of(m), months[m], span[:7] == m) for m in within]))
    if len(span) > 4 and inner:
        facets.append(("继续", [(label, cut.of(to), count, False) for label, to, count in inner]))
    if not cut.facet and len(span) in (0, 4):
        facets.append((world.registers[cut.register].theme, _others(world, cut, "theme")))
        facets += [("县（市、区）", _others(world, cut, "district")), ("部门", _others(world, cut, "department"))]
    if cut.facet == "district" and _spread(cut.span):
        facets.append(("县（市、区）", _others(world, cut, "district")))
    if cut.facet == "theme" and _spread(cut.span):
        facets.append((world.registers[cut.register].theme, _others(world, cut, "theme")))
    return [
        {
            "label": label,
            "items": [{"label": text, "count": n, "address": to.address, "current": now} for text, to, n, now in items],
        }
        for label, items in facets
        if items
    ]


def _others(world: World, cut: Cut, facet: str) -> list[tuple[str, Cut, int, bool]]:
    """The same span by another facet, largest first."""
    counts: Counter[str] = Counter()
    for tally in world.tallies:
        if tally.register == cut.register and tally.month.startswith(cut.span) and getattr(tally, facet):
            counts[getattr(tally, facet)] += tally.number
    found = [(Cut(cut.register, facet, value, cut.span), count) for value, count in counts.items()]
    if len(cut.span) == 7:
        found = [(to, count) for to, count in found if cut.span in _month_pages(world, to, _months(world, to))]
    labelled = [(_facet_label(world, to), to, count, to == cut) for to, count in found]
    return sorted(labelled, key=lambda item: (-item[2], item[0]))
