"""What the machine denies a run (room, permission, open files, memory) told as a problem of its own and not as a bug of ours."""

from __future__ import annotations

import errno
import sqlite3
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from disclosure.problems import Place, Problem

_FULL = ("磁盘已满，写不下", "腾出空间，再运行一次")
_IO = ("磁盘读写出错", "检查磁盘或网络盘是否正常，再运行一次")
_MANY = ("同时打开的文件超过系统的限度", "用 ulimit -n 4096 放宽，或加上 --jobs 1，再运行一次")
_DENIED = ("没有权限读写", "关掉正打开着它的程序，或请管理员给运行的账号权限，再运行一次")
_READ_ONLY = ("磁盘是只读的", "换到可以写的位置，或请管理员改成可写，再运行一次")
_KILLED = ("一个子进程被系统终止", "多半是内存不足：关掉别的程序，或加上 --jobs 1，再运行一次")
_TAKEN = ("端口已被别的程序占用", "关掉另一个预览，或用 --port 换一个端口，再运行一次")
_WHY = {
    errno.EADDRINUSE: _TAKEN,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EIO: _IO,
    errno.EMFILE: _MANY,
    errno.ENFILE: _MANY,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _READ_ONLY,
    errno.ENOMEM: _KILLED,
}
# By how SQLite's name of an error begins.
_OF_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _IO,
    "SQLITE_CANTOPEN": _MANY,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _DENIED,
    "SQLITE_NOMEM": _KILLED,
}


def denied(error: Exception, root: Path) -> Problem | None:
    """Return what the machine denied, None where the error is none of its doing."""
    known, path = None, root
    wrapped = error.args[0] if error.args else None  # as XlsxWriter hands on what the system said
    error = wrapped if isinstance(wrapped, OSError) else error
    if isinstance(error, OSError):
        known = _WHY.get(error.errno or 0)
        path = Path(error.filename) if isinstance(error.filename, str) else root
    elif isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        known = next((told for begins, told in _OF_SQLITE.items() if name.startswith(begins)), None)
    elif isinstance(error, (BrokenProcessPool, MemoryError)):
        known = _KILLED
    if not known:
        return None
    what, mend = known
    return Problem("machine", Place(str(path)), what, "这是运行环境的问题，不是数据的问题", mend)
