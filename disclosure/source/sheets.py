"""Spreadsheets, XLSX and XLS: read in a process apart, with the sheet and cell of every value."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from disclosure.problems import Place, Problem
from disclosure.source.tables import Row, Table

ROOT = Path(__file__).resolve().parents[2]
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from disclosure.source.apart import serve; serve()"
# However busy the machine; processor time is limited more tightly by the reader itself.
WAIT_SECONDS = 120 if hasattr(signal, "setitimer") else 20
WAIT_A_MEGABYTE = 10
# A reader that read more than this is not asked again: its memory is not given back.
TIRED_BYTES = 50_000_000
OUT_OF_TIME = -getattr(signal, "SIGPROF", 99)


@dataclass
class Answer:
    """What the reader said of one workbook: sheets with their rows, still packed, or why it may not be read."""

    sheets: list[tuple[str, list[bytes]]] = field(default_factory=list)
    refusal: dict[str, str] | None = None


class Reader:
    """A process apart that reads one workbook after the other, and is started again where one has killed it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def read(self, path: Path) -> Answer:
        """Return what a workbook holds."""
        process = self.process = self.process or subprocess.Popen(
            [sys.executable, "-I", "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        seconds = WAIT_SECONDS + path.stat().st_size / 1_000_000 * WAIT_A_MEGABYTE
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(seconds, end)
        watch.daemon = True
        watch.start()
        try:
            answer = self._ask(process, path)
        finally:
            watch.cancel()
        if answer is not None:
            return answer
        self.stop()
        slow = late.is_set() or process.returncode == OUT_OF_TIME
        return Answer(refusal={"why": "读它要用的时间太长" if slow else "读它要用的内存太多，或它已损坏"})

    def _ask(self, process: subprocess.Popen[bytes], path: Path) -> Answer | None:
        """Return the answer, or None where the process ended without one."""
        assert process.stdin is not None
        assert process.stdout is not None
        answer = Answer()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(str(path.resolve())).encode() + b"\n")
            process.stdin.flush()
        for line in process.stdout:
            if line.startswith(b'{"rows"'):
                answer.sheets[-1][1].append(line)
                continue
            said: dict[str, Any] = json.loads(line)
            if "sheet" in said and "why" not in said:
                answer.sheets.append((said["sheet"], []))
            elif "why" in said:
                return Answer(refusal=said)
            else:
                if said["read"] > TIRED_BYTES:
                    self.stop()
                return answer
        return None

    def stop(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@functools.cache
def _reader(process: int) -> Reader:
    """The reader of this process: a worker that was forked off does not write into its parent's."""
    return Reader()


def read_sheets(path: Path, name: str) -> tuple[list[Table], list[Problem]]:
    """Return a table for every sheet of a workbook that holds anything."""
    answer = _reader(os.getpid()).read(path)
    if answer.refusal:
        return [], [_broken(name, answer.refusal)]
    return [table for title, blocks in answer.sheets for table in _table(name, title, blocks)], []


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _table(name: str, title: str, blocks: list[bytes]) -> Iterator[Table]:
    filled = (Row(number, values) for block in blocks for number, values in json.loads(block)["rows"])
    heading = next(filled, None)
    if heading is None:
        return

    def locate(row: Row, column: int) -> Place:
        if column < 0:
            return Place(name, row.line, sheet=title, cell=f"A{row.line}")
        value = row.values[column] if column < len(row.values) else ""
        return Place(name, row.line, 1, title, f"{letters(column)}{row.line}", value[:200], len(value[:200]))

    yield Table(
        f"{name}!{title}", heading.values, filled, locate, lambda column: locate(heading, column), heading, title
    )


_MENDS = {
    "文件加了密码": "用电子表格软件打开，去掉密码，另存为新的 xlsx 后再放入",
    "它其实是网页，只是名字像电子表格": "用电子表格软件打开，另存为真正的 xlsx 后再放入",
    "表里引用了别的文件（外部链接），值不一定是现在的": "在电子表格软件里断开链接，或全选复制后只粘贴值，再保存",
}


def _broken(name: str, refusal: dict[str, str]) -> Problem:
    why, cell = refusal["why"], refusal.get("cell", "")
    if cell:
        place = Place(name, 0, 0, refusal["sheet"], cell)
        return Problem(
            "broken-sheet", place, "这一格是公式，没有可用的值", why, "把这一格改成值：复制后只粘贴值，再保存"
        )
    mend = _MENDS.get(why, "用电子表格软件打开，另存为新的 xlsx 后再放入")
    if "万格" in why or "解压后" in why or "文字多" in why or why.startswith("读它"):
        mend = "按年或按部门分成几个文件；没有那么多内容的，把内容复制到新的表里再保存"
    return Problem("broken-sheet", Place(name), "打不开这个电子表格", why, mend)
