"""What one command costs: seconds by the clock and of the processors, and the most memory of all its processes together."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Twenty samples a second, fewer where they would take a processor more than a twentieth of its time.
EVERY, SHARE = 0.05, 20
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of all processors, bytes of memory at the most, and what the command said."""

    seconds: float
    cpu: float
    memory: int
    said: str


def watched(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder and return what it cost; raise where it fails."""
    os.sync()  # what was written before is not its to wait for
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        ended = os.pidfd_open(child.pid)
        memory, pause = 0, 0.0
        while not select.select([ended], [], [], pause)[0]:
            asked = time.thread_time()
            memory = max(memory, together(child.pid))
            pause = max(EVERY, SHARE * (time.thread_time() - asked))
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        os.close(ended)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if child.returncode:
        raise SystemExit(f"{' '.join(command)}\n{text}\n没有做完，结束的代码是 {child.returncode}。")
    return Cost(seconds, used.ru_utime + used.ru_stime, memory, text)


def together(process: int) -> int:
    """Return the memory of a process and all below it in bytes, what several share counted once (PSS).

    One alone shares with none: its resident pages (RSS) say the same at once, PSS takes 30 ms a GB.
    """
    found = family(process)
    return sum(map(_share_of, found)) if len(found) > 1 else _resident(process)


def family(process: int) -> list[int]:
    """Return a process and all that it and they began."""
    found = [process]
    for one in found:
        for of_thread in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):  # a thread that has just ended
                found += map(int, of_thread.read_text().split())
    return found


def _share_of(process: int) -> int:
    with suppress(OSError):  # a process that has just ended
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _resident(process: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    return 0
