"""The scorecard 评分卡: by department and month, how many records were shown, in time, complete, corrected, and what was set aside.

Its formulas stand beside it, and what cannot be measured is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from disclosure.kinds import show_date
from disclosure.pages.figures import bars, cell, month_label, months_before
from disclosure.pages.frame import STATISTICS, column_tags, frame
from disclosure.pages.lists import Cut, stands
from disclosure.pages.world import ALL, Context, Page, World, seen
from disclosure.registers import Register
from disclosure.scorecard import IN_TIME, LATE, NO_CALENDAR, NOT_IN_TIME, ON, SENT_LATE, SENT_ON

INDEX, CSV = "scorecard/index.html", "scorecard/scorecard.csv"
NONE = "— —"


def scored(world: World) -> dict[str, Register]:
    """Return the registers that declare a scorecard."""
    return {name: register for name, register in world.listed.items() if register.scorecard}


def title(world: World) -> str:
    """Return what it is called: by the group of its first register."""
    first = next(iter(scored(world).values()))
    return f"{first.group or first.label}评分卡"


def plan(world: World) -> Iterator[Page]:
    """The year of the day, and every year and month in which a record was decided; none where no register declares it."""
    if scored(world):
        pages = [Page(INDEX, "scorecard", "")]
        pages += [Page(f"scorecard/{span}.html", "scorecard", span) for span in sorted(filter(None, world.scored_in))]
        yield from (page._replace(fingerprint=seen(show(world, page))) for page in pages)


class Card:
    """The counts of the records of a department, or of all of them, that were decided in a year or month."""

    def __init__(self, world: World, span: str, department: str) -> None:
        self.span, self.department, self._world = span, department, world
        self.counts: Counter[str] = Counter()
        self.shown: Counter[str] = Counter()
        for (register, what), count in world.scores.get((span, department), {}).items():
            self.counts[what] += count
            self.shown[register] += count * (what == "shown")

    @property
    def on(self) -> int:
        """How many were in time."""
        return sum(self.counts[what] for what in IN_TIME)

    @property
    def late(self) -> int:
        """How many were not."""
        return sum(self.counts[what] for what in NOT_IN_TIME)

    @property
    def unknown(self) -> int:
        """Of how many nobody can tell."""
        return self.counts["shown"] - self.on - self.late

    def cells(self, names: Sequence[str], first: Context) -> list[Context]:
        """Return its row: each share first, then its figures."""
        shown, refused = self.counts["shown"], self.counts["refused"]
        said = partial(self._counted)
        return [
            first,
            cell(share(self.on, self.on + self.late)),
            cell(share(self.counts["complete"], shown)),
            cell(share(shown, shown + refused)),
            *(self._linked(name) for name in names),
            said("on", self.on),
            said("late", self.late),
            said("unknown", self.unknown),
            said("complete", self.counts["complete"]),
            said("refused", refused),
            said("corrected", self.counts["corrected"]),
        ]

    def list_of(self, name: str) -> str:
        """Return where its records of a register are listed, "" where there is no such list."""
        whole = self.department == ALL
        cut = Cut(name, "" if whole else "department", "" if whole else self.department, self.span)
        return cut.address if self.shown[name] and stands(self._world, cut) else ""

    def _linked(self, name: str) -> Context:
        facet = "" if self.department == ALL else f"department/{self.department}/"
        count = self.shown[name]
        return cell(f"{count:,}", self.list_of(name), "count", f"list/{name}/{facet}{self.span}.html" if count else "-")

    def _counted(self, what: str, count: int) -> Context:
        return cell(f"{count:,}", "", "count", f"score/{self.span}/{self.department}/{what}")


RATES = ("及时率", "完整率", "公开率")
COUNTS = ("及时", "不及时", "无法判断", "完整", "搁置", "更正")


def share(part: int, whole: int) -> str:
    """Return a share in percent, rounded down, so that only all of it is 100%."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole else NONE


def show(world: World, page: Page) -> Context:
    """Return the figures of a year or month by department, those of a year by month too, and what they mean."""
    names = list(scored(world))
    span = page.about or str(world.as_of.year)
    heading = title(world)
    here = f"{heading}（{_span(span)}）" if page.about else heading
    crumbs = [STATISTICS, *([(heading, INDEX)] if page.about else [])]
    summary = "各部门公示的记录里，及时、完整、更正的各有多少，搁置了多少"
    whole = Card(world, span, ALL)
    months = months_before(world.as_of, 12) if not page.about else sorted(_months(world, span))
    return {
        **frame(world, page, here, crumbs, column_tags(world, heading, summary), within=_column(world)),
        "heading": here,
        "summary": f"{summary}。只数{_labels(world)}里眼下公示着的记录，按决定的月份；不是评价任何企业。",
        "whole": _facts(world, whole, span),
        "formulas": _formulas(world),
        "limits": _limits(world, span),
        "chart": _chart(world, months) if len(span) == 4 else None,
        "tables": _tables(world, span, months, names),
        "csv": CSV,
        "spans": _spans(world),
    }


def _column(world: World) -> str:
    """Return where it stands in the navigation: by itself, else where the statistics do."""
    return "" if any(link.address == INDEX for link in world.site.navigation) else STATISTICS[1]


def _months(world: World, span: str) -> set[str]:
    return {month for month in world.scored_in if len(month) == 7 and month.startswith(span)}


def _span(span: str) -> str:
    return f"{span}年" if len(span) == 4 else month_label(span)


def _labels(world: World) -> str:
    return "、".join(register.label for register in scored(world).values())


def _facts(world: World, card: Card, span: str) -> list[Context]:
    shown, measured = card.counts["shown"], card.on + card.late
    refused = card.counts["refused"]
    return [
        {"label": "及时率", "text": share(card.on, measured), "formula": f"及时 {card.on:,} ÷ 能判断的 {measured:,}"},
        {"label": "完整率", "text": share(card.counts["complete"], shown), "formula": f"完整 {card.counts['complete']:,} ÷ 公示 {shown:,}"},
        {"label": "执法信息公开率", "text": share(shown, shown + refused), "formula": f"公示 {shown:,} ÷（公示 {shown:,} + 搁置 {refused:,}）"},
        {"label": "更正", "text": f"{card.counts['corrected']:,} 条", "formula": f"{_span(span)}的决定，公示后更正过的"},
    ]  # fmt: skip


def _formulas(world: World) -> list[Context]:
    """Return what each figure is, in the words of what is declared."""
    found = []
    for register in scored(world).values():
        card = register.scorecard
        assert card is not None
        fields = "、".join(f"「{field}」" for field in card.complete)
        sent = f"；那时已经公示着的，看「{card.reported}」" if card.reported else ""
        found += [
            {"label": f"{register.label}：及时", "text": f"「{register.date}」的次日起 {card.within} 个工作日内第一次在本站公示{sent}"},
            {"label": f"{register.label}：完整", "text": f"必填的格都填了才收下，此外 {fields} 也都填了"},
        ]  # fmt: skip
    aside = (
        "有错的行被搁置，不公示"
        if world.site.faults == "set-aside"
        else "本站有错即停，有错的文件整个退回，所以多半是 0"
    )
    return [
        *found,
        {"label": "及时率", "text": "及时 ÷（及时 + 不及时）；无法判断的不在里面"},
        {"label": "完整率", "text": "完整 ÷ 公示"},
        {"label": "搁置", "text": f"报来了、没有公示的行，部门和月份照行里写的；{aside}"},
        {"label": "执法信息公开率", "text": "公示 ÷（公示 + 搁置）；依法不公示的、公示期满的、修复和撤销的不在里面"},
        {"label": "更正", "text": "公示以后登记了更正的记录"},
    ]


def _limits(world: World, span: str) -> list[str]:
    """Return in words what could not be measured, and by what the rest was."""
    counts = Card(world, span, ALL).counts
    (began,) = world.store.execute("SELECT ifnull(max(day), '') FROM began").fetchone()
    said = [f"按首次公示日判断的 {counts[ON] + counts[LATE]:,} 条，按报来的日子判断的 {counts[SENT_ON] + counts[SENT_LATE]:,} 条。"]  # fmt: skip
    if began:
        said.append(f"本站从{show_date(began)}起记录首次公示日，在那一天就公示着的，不知道是哪天开始公示的。")
    if counts["unknown"]:
        said.append(f"不知道首次公示日、也没有报来日子的 {counts['unknown']:,} 条，无法判断。")
    for what, count in sorted(counts.items()):
        if what.startswith(NO_CALENDAR):
            year = what.removeprefix(NO_CALENDAR)
            said.append(f"{year} 年的节假日表未录入，{count:,} 条不计及时率。")
    undated = Card(world, "", ALL).counts["refused"]
    if undated:
        said.append(f"另有 {undated:,} 行搁置的读不出日期，归不到月份。")
    said.append("部门没有报来的决定，本站看不见，没有数。")
    sources = world.store.execute("SELECT source FROM calendar ORDER BY year DESC").fetchall()
    return [*said, *(f"工作日依据：{source}。" for (source,) in sources)]


def _tables(world: World, span: str, months: Sequence[str], names: Sequence[str]) -> list[Context]:
    labels = [world.registers[name].label for name in names]
    by: list[Context] = []
    if len(span) == 4:
        there = _months(world, "")
        rows = [
            Card(world, month, ALL).cells(
                names, cell(month_label(month), f"scorecard/{month}.html" if month in there else "")
            )
            for month in reversed(months)
        ]
        by.append(
            {"id": "months", "caption": "按月份", "columns": ["决定的月份", *RATES, *labels, *COUNTS], "rows": rows}
        )
    departments = world.scored_in.get(span, set()) - {ALL}
    cards = [Card(world, span, department) for department in departments]
    cards.sort(key=lambda card: (not card.department, -card.counts["shown"], card.department))
    rows = [
        card.cells(
            names,
            cell(
                named(world, card.department),
                f"department/{card.department}.html" if card.department in world.organs else "",
            ),
        )
        for card in cards
    ]
    rows += [Card(world, span, ALL).cells(names, cell("各部门合计"))] if rows else []
    caption = f"{_span(span)}，按部门"
    by.append({"id": "departments", "caption": caption, "columns": ["部门", *RATES, *labels, *COUNTS], "rows": rows})
    return [table for table in by if table["rows"]]


def named(world: World, department: str) -> str:
    """Return what a department is called, by the stable part of its address."""
    known = world.departments.find("", department)
    return world.organs.get(department) or (known.name if known else "未能归入部门")


def _chart(world: World, months: Sequence[str]) -> Context | None:
    cards = [Card(world, month, ALL) for month in months]
    if not cards:
        return None
    series = [
        {"label": "及时", "tone": "honour", "values": [card.on for card in cards]},
        {"label": "不及时", "tone": "penalty", "values": [card.late for card in cards]},
        {"label": "无法判断", "tone": "plain", "values": [card.unknown for card in cards]},
    ]
    said = f"{month_label(months[0])}至{month_label(months[-1])}，按决定的月份"
    return bars("各月记录公示及时的情况", said, "条", [f"{int(month[5:])}月" for month in months], series)


def _spans(world: World) -> list[Context]:
    """Return the years with their months, the newest first."""
    months = sorted(_months(world, ""), reverse=True)
    years = dict.fromkeys(month[:4] for month in months)
    return [
        {
            "label": f"{year}年",
            "address": f"scorecard/{year}.html",
            "months": [
                {"label": f"{int(month[5:])}月", "address": f"scorecard/{month}.html"}
                for month in months
                if month[:4] == year
            ],
        }
        for year in years
    ]
