"""The receipt of a take-down: what was searched, found and purged, and what lies out of reach. It is private and sealed."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from disclosure.problems import Place, Problem
from disclosure.takedown.seek import Sought
from disclosure.takedown.subjects import Subject
from disclosure.takedown.sweep import RECEIPTS, Spot

OUT_OF_REACH = (
    "搜索引擎的索引和快照：提交 server/dead.txt",
    "微信公众号等已转发的内容：凭撤回清单逐条删除",
    "上级平台和其他已接收的部门：把撤回清单报送过去",
    "各部门自己的报送文件：事件使其中的这一行不再公示",
    "读者已下载的副本、备份介质、磁盘上已释放而没有覆写的块",
)
RETRACTED = ("文书号", "名称", "统一社会信用代码", "原网址", "撤下日期", "原因")
LISTED = 1000  # files named of one place; the rest are counted


def folder_of(root: Path) -> Path:
    """Return where receipts are kept, made where it is missing."""
    folder = root / "state" / RECEIPTS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def seal(facts: Mapping[str, Any]) -> str:
    """Return what changes when anything that a receipt says does."""
    said = {name: value for name, value in facts.items() if name != "seal"}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def told(spots: Iterable[Spot]) -> list[dict[str, object]]:
    """Return what was searched in every place and in which of its files something was found."""
    return [
        {
            "sort": spot.sort,
            "place": spot.place,
            "files": spot.searched.files,
            "bytes": spot.searched.bytes,
            "shared": spot.searched.known,
            "holding": len(spot.searched.holding),
            "named": spot.searched.holding[:LISTED],
            "times": sum(hit.times for hit in spot.searched.hits),
            "fault": spot.fault.what if spot.fault else "",
        }
        for spot in spots
    ]


def write_receipt(root: Path, name: str, facts: Mapping[str, Any], subjects: Sequence[Subject]) -> tuple[Path, str]:
    """Write a receipt and the list of what is to be retracted elsewhere, 0600; return its path and seal."""
    sealed = {**facts, "subjects": [_plain(subject) for subject in subjects], "out_of_reach": list(OUT_OF_REACH)}
    sealed["seal"] = seal(sealed)
    path = folder_of(root) / f"{name}.json"
    _write(path, json.dumps(sealed, ensure_ascii=False, indent=1, sort_keys=True))
    rows = [list(RETRACTED)]
    for subject in subjects:
        said = ("、".join(part) for part in (subject.numbers, subject.names, subject.codes))
        rows.append([*said, f"{facts['address']}{subject.address}", str(facts["day"]), str(facts["reason"])])
    beside = path.with_name(f"{name}-retraction.csv")
    _write(beside, "")
    with beside.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path, str(sealed["seal"])


def _plain(subject: Subject) -> dict[str, Any]:
    said = asdict(subject)
    return {name: value for name, value in said.items() if name != "events"} | {
        "marks": [event.mark for event in subject.events]
    }


def _write(path: Path, text: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.write_text(text, encoding="utf-8")


def newest(root: Path) -> Path:
    """Return the last receipt, or where the first will be."""
    return max(folder_of(root).glob("*.json"), default=folder_of(root) / "first.json")


def read_receipt(path: Path, seals: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Return a receipt that is as it was written; `seals` are those that state/history.sqlite has, by name."""
    try:
        facts = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}, [_broken(path, "读不到这份回执", "文件不在，或不是 JSON")]
    if seal(facts) != facts.get("seal"):
        return {}, [_broken(path, "回执的内容与它的封印不符", "写出以后被改动过")]
    if seals.get(path.stem) != facts["seal"]:
        return {}, [_broken(path, "回执的封印与 state/history.sqlite 里的不符", "不是程序写出的那一份")]
    return facts, []


def subjects_of(facts: Mapping[str, Any]) -> list[Subject]:
    """Return what a receipt says was taken down."""
    names = ("keys", "numbers", "names", "codes")
    return [
        Subject(said["asked"], said["address"], *(tuple(said[name]) for name in names)) for said in facts["subjects"]
    ]


def taken_before(root: Path) -> dict[str, Subject]:
    """Return what all receipts say was taken down, by what was asked for, by keys and by numbers."""
    found: dict[str, Subject] = {}
    for path in sorted(folder_of(root).glob("*.json")):
        for subject in subjects_of(json.loads(path.read_text(encoding="utf-8"))):
            found |= dict.fromkeys((subject.asked, *subject.keys, *subject.numbers), subject)
    return found


def survivors(spots: Iterable[Spot], sought: Sought) -> list[Problem]:
    """Return a fault for every file that still holds something, one for a place with more than can be named."""
    problems = [spot.fault for spot in spots if spot.fault]
    why = "撤下的编号、文书号、名称或代码，不得留在能找到的地方"
    mend = "是文章或别的记录提到的，从那里删去；不是程序的文件，人工删去；再运行一次 take-down"
    for spot in spots:
        for file in spot.searched.holding[:LISTED]:
            words = sorted({hit.word for hit in spot.searched.hits if hit.file == file})
            quoted = "、".join(f"「{word}」" for word in words if word) or "不是已查过的文件"
            problems.append(Problem("survivor", Place(f"{spot.place}/{file}"), f"还有{quoted}", why, mend))
    return problems


def _broken(path: Path, what: str, why: str) -> Problem:
    mend = "从备份里取回原来的回执，或再运行一次 take-down，会写出新的"
    return Problem("broken-receipt", Place(str(path)), what, why, mend)
