"""Spreadsheets read in a process apart: calamine dies of what it cannot hold, and then only this process does.

`sheets` starts it, asks with one line of JSON a file, and is answered in lines of JSON: sheets and rows, or a refusal.
"""

from __future__ import annotations

import datetime
import json
import signal
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from disclosure.source.measure import CELLS, FAR, LOCKED, Unfit, measure
from disclosure.source.tables import COLUMNS

try:
    import resource
except ImportError:  # Windows: there only the time is limited, by the one who asks
    resource = None  # type: ignore[assignment]

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
Merged = dict[int, list[tuple[int, int]]]

MEMORY = 2_000_000_000
SECONDS = 0.7
SECONDS_A_MEGABYTE = 0.3
SECONDS_A_MEGABYTE_PACKED = 5.0
ROW_CHARACTERS = 5_000_000
CHARACTERS = 200_000_000
MERGED_ROWS = 2_000_000
CHARACTERS_A_LINE = 500_000


def serve() -> None:
    """Answer one request a line until there are no more."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        path = Path(json.loads(line))
        try:
            _limit(SECONDS + path.stat().st_size / 1_000_000 * SECONDS_A_MEGABYTE_PACKED)
            size = measure(path)
            _limit(SECONDS + size / 1_000_000 * SECONDS_A_MEGABYTE)
            for reply in _sheets(path):
                _say(reply)
            _say({"read": size})
        except Unfit as unfit:
            _say({"why": unfit.why, "sheet": unfit.part and _title_of(path, unfit.part), "cell": unfit.cell})
        except PasswordError:
            _say({"why": LOCKED})
        except (CalamineError, OSError, ValueError):
            _say({"why": "它已损坏，读不出来"})
        except MemoryError:
            _say({"why": "读它要用的内存太多"})
        sys.stdout.buffer.flush()
        _limit(0)


def _limit(seconds: float) -> None:
    """Let this process live for so many more seconds of processor time, however busy the machine is."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _say(reply: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(reply, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _sheets(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the title of every sheet, each followed by its filled rows."""
    written = 0
    with CalamineWorkbook.from_path(path) as book:
        if not book.sheet_names:
            raise Unfit("里面没有工作表")
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            if sheet.end is None:
                continue
            rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
            if rows * columns > CELLS:
                raise Unfit(FAR)
            if columns > COLUMNS:
                raise Unfit(f"工作表「{title}」超过 {COLUMNS:,} 列")
            yield {"sheet": title}
            block: list[tuple[int, list[str]]] = []
            waiting = 0
            for number, cells in _rows(sheet):
                long = sum(map(len, cells))
                if long > ROW_CHARACTERS or written > CHARACTERS:
                    raise Unfit(f"工作表「{title}」第 {number} 行起，文字多得出奇")
                written, waiting = written + long + len(cells), waiting + long + len(cells)
                block.append((number, cells))
                if waiting > CHARACTERS_A_LINE:
                    yield {"rows": block}
                    block, waiting = [], 0
            yield {"rows": block}


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled rows with their numbers; what is merged over several rows belongs to each of them."""
    merged, values = _merged(sheet), dict[tuple[int, int], str]()
    for at, row in enumerate(sheet.iter_rows()):
        cells = [as_text(cell) for cell in row]
        filled = any(cell and not cell.isspace() for cell in cells)
        for top, column in merged.get(at, ()):
            if at == top:
                values[top, column] = cells[column] if column < len(cells) else ""
            elif filled and column < len(cells):
                cells[column] = values[top, column]
        if filled:
            yield at + 1, cells


def _merged(sheet: CalamineSheet) -> Merged:
    """Return, by row, the first row and the column of every cell that is merged downwards there."""
    found: Merged = {}
    last, count = sheet.end[0] if sheet.end else 0, 0
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        lowest = min(bottom, last)
        count += max(lowest - top, 0)
        if count > MERGED_ROWS:
            raise Unfit("合并的格多得出奇")
        for at in range(top, lowest + 1) if lowest > top else ():
            found.setdefault(at, []).append((top, left))
    return found


def as_text(cell: Cell) -> str:
    """Return a cell as it reads: whole numbers without a point, dates as YYYY-MM-DD, numbers too long for a cell as 9.12e+17."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        number = float(cell)
        if abs(number) >= 1e15:  # A spreadsheet keeps 15 digits; the rest is made up, and must not look like a code.
            return f"{Decimal(repr(number)).normalize():e}"
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return str(cell)


def _title_of(path: Path, part: str) -> str:
    """Return the title of the sheet that a part of a measured workbook holds, or its name there."""
    try:
        with zipfile.ZipFile(path) as book:
            sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
            links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")).iter()
            target = {link.get("Id"): (link.get("Target") or "").rpartition("/")[2] for link in links}
        for sheet in sheets:
            ids = [value for name, value in sheet.attrib.items() if name.endswith("}id")]
            if ids and target.get(ids[0]) == part.rpartition("/")[2]:
                return sheet.get("name") or part
    except (KeyError, ElementTree.ParseError):
        pass
    return part


if __name__ == "__main__":
    serve()
