"""The preview: what the next release would be, on this machine alone, kept up with every change.

It is handed the command that builds, and what gives a first sight of a change, and knows nothing of how that is done.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from disclosure.preview.desk import Bench, Desk, keep_up
from disclosure.preview.found import found_in, leave_found
from disclosure.preview.ready import Ready, carry_on, lay_out
from disclosure.preview.serve import serve
from disclosure.preview.sight import Sight
from disclosure.preview.watch import watch

__all__ = ["Bench", "Ready", "Sight", "carry_on", "found_in", "lay_out", "leave_found", "preview"]


def preview(bench: Bench, port: int) -> int:
    """Serve and keep up until Ctrl+C; then nothing that was started runs on."""
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_run(bench, port))
    print("\n预览已结束。", flush=True)
    return 0


async def _run(bench: Bench, port: int) -> None:
    desk = Desk(bench)
    task = asyncio.current_task()
    assert task
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    server, address = serve(desk, port)
    print(f"预览：{address} （按 Ctrl+C 结束）", flush=True)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watch(bench.root, desk.hear))
            tasks.create_task(keep_up(desk))
    finally:
        server.stop()
        await desk.stop()
