"""A function run in a fork of this process, with one call to the system denied, or with that call as its last.

The kernel asks at every call of the chosen sorts (seccomp's user notification, by libseccomp, which every Debian has) and is
answered here. It stops at no other call, and the program is loaded once for all runs, so that a run takes what its work takes.
And it is known whose call it is, the program's own or that of a helper such as rsync: strace counts in each process alike.
"""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

ALLOW, ASK, GO_ON = 0x7FFF0000, 0x7FC00000, 1  # SCMP_ACT_ALLOW, SCMP_ACT_NOTIFY, SECCOMP_USER_NOTIF_FLAG_CONTINUE
QUESTION = struct.Struct("=QIIiIQ6Q")  # struct seccomp_notif: id, process, flags, call, architecture, where, arguments
ANSWER = struct.Struct("=QqiI")  # struct seccomp_notif_resp: id, value, error, flags
PATIENCE = 120  # seconds that a run may take
AT_CWD, KILL = -100, 0
# Which argument is the open file that is changed.
CHANGED = {"copy_file_range": 2, **dict.fromkeys(("write", "pwrite64", "sendfile"), 0)}
CHANGED |= dict.fromkeys(("ftruncate", "fsync", "fdatasync", "fchmod"), 0)


@dataclass(frozen=True)
class Call:
    """The n-th call of one sort that the program itself makes, or that its helpers make."""

    name: str
    number: int
    helper: bool


@dataclass(frozen=True)
class Made:
    """A call that was made: what it opens or writes to, "" for other sorts, and whether it opens to read."""

    call: Call
    path: str
    reads: bool


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (-9: killed), what it said, the calls it made, and whether the fault came to be."""

    code: int
    said: str
    made: list[Made]
    struck: bool


def run(
    function: Callable[[], tuple[int, str]], calls: Collection[str], at: Call | None = None, error: int = KILL
) -> Ended:
    """Run a function that returns an exit code and what it says; deny a call with an error, or KILL who makes it.

    Where there is no call to deny, every call of these sorts is told as it was made.
    """
    here, there = socket.socketpair()
    child = os.fork()
    if not child:
        os.setsid()
        gc.freeze()  # what a test before this one left behind is not tidied here: its calls would count as the function's
        try:
            socket.send_fds(there, [b"!"], [_ask(calls)])
            code, said = function()
            there.sendall(said.encode())
            os._exit(code)
        finally:
            os._exit(99)
    there.close()
    with here:
        _, (kernel,), *_ = socket.recv_fds(here, 1, 1)
        try:
            made, struck = _answer(kernel, child, calls, at, error)
        finally:
            os.close(kernel)
        said = b"".join(iter(lambda: here.recv(1 << 16), b"")).decode()
    return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said, made, struck)


def _library() -> ctypes.CDLL:
    found = ctypes.CDLL("libseccomp.so.2")
    found.seccomp_init.restype = ctypes.c_void_p
    found.seccomp_init.argtypes = [ctypes.c_uint32]
    found.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    found.seccomp_load.argtypes = found.seccomp_notify_fd.argtypes = [ctypes.c_void_p]
    found.seccomp_api_get()  # looks what the kernel can do; without it there is no answering
    return found


def _ask(calls: Collection[str]) -> int:
    """Let the kernel ask at calls of these sorts, of this process and of all that it begins; return where it asks."""
    library = _library()
    rules = library.seccomp_init(ALLOW)
    for name in calls:
        assert library.seccomp_rule_add(rules, ASK, library.seccomp_syscall_resolve_name(name.encode()), 0) == 0, name
    assert library.seccomp_load(rules) == 0, "this kernel does not let itself be asked"
    return int(library.seccomp_notify_fd(rules))


def _answer(kernel: int, child: int, calls: Collection[str], at: Call | None, error: int) -> tuple[list[Made], bool]:
    """Answer until the last process of a run has ended, when the kernel hangs up."""
    library = _library()
    names = {library.seccomp_syscall_resolve_name(name.encode()): name for name in calls}
    question, answer = ctypes.create_string_buffer(QUESTION.size), ctypes.create_string_buffer(ANSWER.size)
    made, struck, counted, until = list[Made](), False, Counter[tuple[str, bool]](), time.monotonic() + PATIENCE
    poll = select.poll()
    poll.register(kernel, select.POLLIN)
    while True:
        events = poll.poll(1000 * PATIENCE)
        if not events or time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            raise TimeoutError(f"a run did not end: {at}")
        if not events[0][1] & select.POLLIN:
            return made, struck
        ctypes.memset(question, 0, QUESTION.size)
        if library.seccomp_notify_receive(kernel, question):
            continue  # who asked is killed
        asked, process, _, number, _, _, *arguments = QUESTION.unpack(question.raw)
        whose = (names[number], process != child)
        call = Call(whose[0], counted[whose] + 1, whose[1])
        try:
            about = _about(call, process, arguments)
        except OSError:
            continue  # who asked is killed
        if about:
            counted[whose] += 1
            made += [about] * (at is None)
        denied = about is not None and call == at
        struck |= denied
        if denied and error == KILL:
            os.kill(process, signal.SIGKILL)
            continue
        ANSWER.pack_into(answer, 0, asked, 0, -error if denied else 0, 0 if denied else GO_ON)
        library.seccomp_notify_respond(kernel, answer)


def _about(call: Call, process: int, arguments: list[int]) -> Made | None:
    """Say what a call is about that waits for its answer; None where it is no file's: a pipe, or what wakes a thread."""
    about = Path("/proc", str(process))
    if call.name in CHANGED:
        file = os.readlink(about / "fd" / str(arguments[CHANGED[call.name]]))
        return Made(call, file, False) if file.startswith("/") else None
    if call.name not in ("open", "openat"):
        return Made(call, "", False)
    at, name, flags = (AT_CWD, *arguments[:2]) if call.name == "open" else arguments[:3]
    at = ctypes.c_int(at).value
    folder = os.readlink(about / "cwd" if at < 0 else about / "fd" / str(at))
    with (about / "mem").open("rb", buffering=0) as memory:
        memory.seek(name)
        path = memory.read(4096).partition(b"\0")[0]
    reads = not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    return Made(call, os.path.join(folder, os.fsdecode(path)), reads)
