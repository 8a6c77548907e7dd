"""The staff's start page: how things stand, each thing told by the room that knows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from disclosure import due
from disclosure.disclose import REASONS
from disclosure.due import Due
from disclosure.preview.desk import Desk
from disclosure.preview.drawn import Context, told
from disclosure.preview.ready import Ready
from disclosure.reports import received
from disclosure.reports.ledger import total
from disclosure.store import open_for_reading

START = "_start"
DAYS, OPEN, LISTED = 30, 5, 200
COLUMNS = ("blank-column", "stale-column")


def reports_of(root: Path) -> Path:
    """Return the folder of the reports to departments."""
    return root / "state" / "reports"


def standing(desk: Desk) -> Context:
    """Return all that the start page shows; of the data, as the last good build has it."""
    notices = desk.found.notices
    shown: Context = {
        "stage": desk.stage,
        "faults": {"count": len(desk.faults), **told(desk.faults)},
        "held": told([notice for notice in notices if notice.name == "guard"])["problems"],
        "columns": told([notice for notice in notices if notice.name in COLUMNS])["problems"],
        "notices": told([notice for notice in notices if notice.name not in ("guard", *COLUMNS)]),
        "notice_count": sum(notice.name not in ("guard", *COLUMNS) for notice in notices),
        "reports": _reports(desk.bench.root),
        "days": DAYS,
        "name": "",
    }
    if not desk.ready:
        return shown | {"day": "", "received": None, "due": [], "change": None}
    studio, day = desk.ready.studio, desk.day
    site, registers, asked = studio.site, studio.registers, studio.questionnaire
    with closing(open_for_reading(studio.store)) as rows:
        ledger = received(rows, registers, studio.departments)
        return shown | {
            "name": site.name,
            "day": day,
            "received": {
                "lines": [_counts(name, ledger.of(name)) for name in ledger.departments()],
                "sum": _counts("合计", ledger.entries),
            },
            "due": [
                _listed("ending", f"{DAYS} 天内到最后一天", "到期后要重新生成，才会撤下", due.ending(rows, registers, day, DAYS)),
                _listed("waiting", "逾期没有处理的异议", "先处理，再在 data/events/ 里记上", due.waiting(rows, registers, day)),
                _listed("late", "逾期没有办结的事项", "办结了的，在那一本台账里写上", due.late(rows, registers, day)),
                _listed("unanswered", "逾期没有反馈的问卷", "请单位补交，放进 data/questionnaire/", due.unanswered(asked, day)),
                _listed("repairable", f"{DAYS} 天内起可申请修复", "不用做什么，有人来问时看", due.repairable(rows, registers, day, DAYS)),
            ],
            "change": _change(desk.ready),
        }  # fmt: skip


def _counts(name: str, entries: Sequence[object]) -> Context:
    """Return what came in of one department, and became of it."""
    summed = total(entries)  # type: ignore[arg-type]
    faulty = summed.fates["faulty"]
    shown = summed.fates["shown"]
    rest = summed.fates.total() - shown - faulty
    return {"name": name, "rows": summed.rows, "shown": shown, "rest": rest, "faulty": faulty}


def _listed(name: str, title: str, advice: str, found: Sequence[Due]) -> Context:
    listed = [{**each._asdict(), "search": name != "unanswered"} for each in found[:LISTED]]
    return {
        "id": name,
        "title": title,
        "advice": advice,
        "count": len(found),
        "open": listed[:OPEN],
        "more": listed[OPEN:],
        "rest": len(found) - len(listed),
    }


def _change(ready: Ready) -> Context:
    """Return how the release to come differs from the last one: by register what is new and corrected, by reason what goes."""
    registers = ready.studio.registers
    by_register: dict[str, dict[str, int]] = defaultdict(dict)
    gone: dict[str, int] = defaultdict(int)
    for (register, what), count in sorted(ready.changes.items()):
        if what.startswith("gone "):
            gone[REASONS.get(what[5:], what[5:])] += count
        else:
            by_register[registers[register].label if register in registers else register][what] = count
    lines = [
        {"label": label, "added": of.get("added", 0), "corrected": of.get("corrected", 0)}
        for label, of in by_register.items()
    ]
    return {
        "since": ready.since,
        "lines": lines,
        "added": sum(line["added"] for line in lines),
        "corrected": sum(line["corrected"] for line in lines),
        "gone": [{"reason": reason, "count": count} for reason, count in sorted(gone.items())],
        "gone_count": sum(gone.values()),
    }


def _reports(root: Path) -> Context | None:
    """Return when the reports were last written, None where they never were."""
    index = reports_of(root) / "index.html"
    if not index.exists():
        return None
    return {"written": datetime.fromtimestamp(index.stat().st_mtime).strftime("%Y-%m-%d %H:%M")}
