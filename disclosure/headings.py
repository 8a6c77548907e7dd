"""The heading of a table: found among its first rows by the titles that are known, not assumed to be the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from disclosure.problems import Place, Problem, Refused
from disclosure.registers import same_title
from disclosure.source import Row, Table

LOOKED_AT = 10
Known = Mapping[str, frozenset[str]]

# What stands below titles to say how to fill them in.
_HINT = re.compile(
    r"(必填|选填|非必填|必填项|选填项|必填字段|选填字段|条件必填|可选|可空|非空|是否必填"
    r"|(字符|文本|日期|时间|数值|数字|金额|整数)型?|[CNDVT])([（(]?[0-9,，.]+[)）]?|[（(][^（）()]{1,20}[)）])?"
)
# What stands below the records; ignored by name, it is no row.
_NOTE = re.compile(r"(表格说明|填表说明|填报说明|填写说明|使用说明|说明|注意事项|备注|注)\s*([:：]|$)")
_NOTE_GOES_ON = re.compile(r"[（(]?([0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）.．、:：]")


def headed(table: Table, known: Known) -> tuple[Table | None, list[Problem]]:
    """Return the table with the titles that stand in its heading, its rows beginning below that, notes left out.

    `known` says, by normalised title, what a title stands for. The heading is the row among the first ten that has most
    known titles, with the rows next to it that repeat them in other words (codes, 必填). What stands above may only be
    a banner of a few cells. A table that has no known title stays as it is; one whose titles stand one below the other
    is none.
    """
    if table.heading is None:
        return table, []
    first, rest = _first(table)
    scores = [sum(same_title(value) in known for value in row.values) for row in first]
    best = max(range(len(first)), key=scores.__getitem__)
    down = [row for row in first if row.values and same_title(row.values[0]) in known]
    if len(down) > max(2, scores[best]):
        return None, [_turned(table, down)]
    above = _from(first, best, known)
    below = _until(first, best, known)
    titled = _filled(first[best])
    odd = [row for row in first[:above] if _filled(row) > 1 and 2 * _filled(row) >= titled]
    if scores[best] == 0 or (odd and 2 * scores[best] < titled):
        return replace(table, rows=chain(first[1:], rest)), []
    problems = [_above(table, row) for row in odd]
    block = [first[best], *first[above:best], *first[best + 1 : below]]
    titles, rows_of = _titles(block, known)
    problems += _disagreeing(table, block, known)
    rows = _records(chain(first[below:], rest), len(titles))

    def title_place(column: int) -> Place:
        return table.locate(rows_of[column] if column < len(rows_of) else first[best], column)

    return replace(table, titles=titles, rows=rows, title_place=title_place, heading=None), problems


def _turned(table: Table, down: Sequence[Row]) -> Problem:
    what = f"标题写在第一列：{'、'.join(' '.join(row.values[0].split()) for row in down[:3])}……"
    why = "一行应当是一条记录，标题写在最上面一行；这张表的行和列对调了"
    mend = "在表格软件里复制整张表，用「选择性粘贴」的「转置」贴到新表，再保存"
    return Problem("turned-table", table.locate(down[0], 0), what, why, mend)


def _first(table: Table) -> tuple[list[Row], Iterator[Row]]:
    """Return the first rows of a table and what follows them, the fault too where it breaks off among them."""
    first = [table.heading] if table.heading else []
    try:
        for row in table.rows:
            first.append(row)
            if len(first) == LOOKED_AT:
                break
    except Refused as broken:
        return first, _broken(broken)
    return first, table.rows


def _broken(refused: Refused) -> Iterator[Row]:
    raise refused
    yield  # makes it an iterator, as the rows are


def _from(first: Sequence[Row], best: int, known: Known) -> int:
    while best > 0 and _repeats(first[best - 1], known):
        best -= 1
    return best


def _until(first: Sequence[Row], best: int, known: Known) -> int:
    best += 1
    while best < len(first) and _repeats(first[best], known):
        best += 1
    return best


def _repeats(row: Row, known: Known) -> bool:
    """Say whether a row repeats titles: at least half of it known ones, or all of it hints on how to fill them in."""
    filled = [value.strip() for value in row.values if value.strip()]
    titles = sum(same_title(value) in known for value in filled)
    return (titles > 1 and 2 * titles >= len(filled)) or (len(filled) > 1 and all(map(_HINT.fullmatch, filled)))


def _filled(row: Row) -> int:
    return sum(bool(value.strip()) for value in row.values)


def _titles(block: Sequence[Row], known: Known) -> tuple[list[str], list[Row]]:
    """Return the title of every column, the first known one in the block before any other, and the row it stands in."""
    width = max((column for row in block for column, value in enumerate(row.values) if value.strip()), default=-1) + 1
    titles, rows_of = [], []
    for column in range(width):
        cells = [(row.values[column], row) for row in block if column < len(row.values) and row.values[column].strip()]
        words = [cell for cell in cells if not _HINT.fullmatch(cell[0].strip())] or [("", block[0])]
        title, row = next((cell for cell in cells if same_title(cell[0]) in known), words[0])
        titles.append(title)
        rows_of.append(row)
    return titles, rows_of


def _disagreeing(table: Table, block: Sequence[Row], known: Known) -> Iterator[Problem]:
    """A column whose two titles stand for different fields: its template was shifted, and no one knows which is right."""
    for column in range(max(len(row.values) for row in block)):
        found: tuple[str, frozenset[str]] | None = None
        for row in block:
            title = row.values[column] if column < len(row.values) else ""
            meant = known.get(same_title(title))
            if meant and found and not meant & found[1]:
                what = f"同一列上面写「{' '.join(found[0].split())}」，下面写「{' '.join(title.split())}」"
                why = "这两个标题说的不是一个字段，多半是有一行标题错了位"
                yield Problem("two-titles", table.locate(row, column), what, why, "对照模板，改正或删去其中一行标题")
            elif meant:
                found = (title, meant)


def _above(table: Table, row: Row) -> Problem:
    place = table.locate(row, -1)
    why = "列标题在下面才出现，上面只能有大标题、填报单位这样不多的几格"
    return Problem("unknown-title", place, "列标题上面的这一行不是大标题", why, "把记录移到列标题下面；不用的行删去")


def _records(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Yield the rows without the notes below them and without blank cells beyond the last title."""
    noted = False
    for row in rows:
        values = row.values
        first = values[0].strip() if values else ""
        if width > 1 and first and not any(value.strip() for value in values[1:]):
            noted = bool(_NOTE.match(first) or (noted and _NOTE_GOES_ON.match(first)))
            if noted:
                continue
        else:
            noted = False
        if len(values) > width and not any(value.strip() for value in values[width:]):
            row = row._replace(values=values[:width])
        yield row
