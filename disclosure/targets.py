"""Where a release is brought to be served: a folder, or a folder of a server that ssh reaches.

Both keep `releases/<id>/` and a link `public` to the one that is shown, and both do the same few things.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from disclosure import releases
from disclosure.files import remove, sha256, to_disk
from disclosure.problems import Place, Problem, Refused

# No question is ever asked (cron has nobody to answer), and a line that is dead is given up within a minute.
SSH = (
    "ssh",
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=20",
    "-o",
    "ServerAliveInterval=15",
    "-o",
    "ServerAliveCountMax=4",
)
# As rsync reads it: a colon before any slash is a server's, but for a drive's letter. A host is never read as an option.
_REMOTE = re.compile(r"[^:/]{2,}:.*", re.S)
_SERVER = re.compile(r"((?:[^@:/\s-][^@:/\s]*@)?[A-Za-z0-9][A-Za-z0-9._-]*):(.+)")
_OURS = re.compile(r"releases/([0-9a-f]{16})/?")
_RELEASE = re.compile(r"[0-9a-f]{16}")
_PARTIAL = re.compile(r"\.[0-9a-f]{16}\.partial")
_HASHED = re.compile(r"([0-9a-f]{64}) [ *]\./(.*)")


@dataclass(frozen=True)
class View:
    """What a target holds: its absolute path, the release it shows ("" for none), its releases, newest first, and partials."""

    at: str
    shown: str = ""
    releases: tuple[str, ...] = ()
    partials: tuple[str, ...] = ()


class Target(Protocol):
    """What is done at a target; a step that fails raises Refused or OSError. Names are of `releases/`."""

    @property
    def address(self) -> str:
        """Return it as it is remembered."""

    @property
    def shell(self) -> tuple[str, ...]:
        """Return the command by which it is reached, none for a folder."""

    def inside(self, at: str, name: str) -> str:
        """Return what rsync calls a release here."""

    def look(self) -> View:
        """Return what is there, and change nothing."""

    def begin(self) -> None:
        """Make the folder for the releases."""

    def hashes(self, name: str) -> dict[str, str]:
        """Return the SHA-256 of every file of a release by its address."""

    def place(self, partial: str, name: str) -> None:
        """Give a finished release its name, when all of it is on disk."""

    def show(self, name: str) -> None:
        """Show a release in one step."""

    def drop(self, names: tuple[str, ...]) -> None:
        """Take away releases that are not shown."""

    def clear(self, name: str, files: tuple[str, ...]) -> None:
        """Take away files of a release that are none of its own: nothing that stands leads to them."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or one that is mounted here."""

    path: Path

    @property
    def address(self) -> str:
        """Return its path."""
        return str(self.path)

    @property
    def shell(self) -> tuple[str, ...]:
        """Return nothing: rsync writes here by itself."""
        return ()

    def inside(self, at: str, name: str) -> str:
        """Return the path of a release."""
        return f"{at}/releases/{name}"

    def look(self) -> View:
        """Return what is there."""
        public, below = self.path / "public", self.path / "releases"
        link = public.readlink().as_posix() if public.is_symlink() else ""
        found = [path for path in below.iterdir() if path.is_dir()] if below.is_dir() else []
        names = [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]
        return _view(self, str(self.path), link or ("?" if public.exists() else ""), names)

    def begin(self) -> None:
        """Make releases/."""
        below = self.path / "releases"
        if not below.is_dir():
            below.mkdir(parents=True)
            below.chmod(0o755)

    def hashes(self, name: str) -> dict[str, str]:
        """Read every file."""
        folder = self.path / "releases" / name
        return {path.relative_to(folder).as_posix(): sha256(path) for path in folder.rglob("*") if path.is_file()}

    def place(self, partial: str, name: str) -> None:
        """Rename, after the disk has all."""
        to_disk()
        (self.path / "releases" / partial).rename(self.path / "releases" / name)
        to_disk()

    def show(self, name: str) -> None:
        """Replace the link."""
        releases.switch(self.path / "public", self.path / "releases" / name)
        to_disk()

    def drop(self, names: tuple[str, ...]) -> None:
        """Remove the folders."""
        for name in names:
            remove(self.path / "releases" / name)

    def clear(self, name: str, files: tuple[str, ...]) -> None:
        """Remove the files."""
        for file in files:
            remove(self.path / "releases" / name / file)


@dataclass(frozen=True)
class Server:
    """A folder of a server: every step is one small sh script, sent to `ssh host sh` so that no login shell reads it."""

    host: str
    path: str

    @property
    def address(self) -> str:
        """Return it as it was given."""
        return f"{self.host}:{self.path}"

    @property
    def shell(self) -> tuple[str, ...]:
        """Return ssh and its options."""
        return SSH

    def inside(self, at: str, name: str) -> str:
        """Return the host and path of a release."""
        return f"{self.host}:{at}/releases/{name}"

    def look(self) -> View:
        """Ask what is there, and whether the programs that are needed are."""
        said = self._run(
            "for tool in rsync sha256sum; do command -v $tool >/dev/null || echo lacks $tool; done\n"
            f"cd -- {shlex.quote(self.path)} 2>/dev/null || exit 0\n"
            'printf "at %s\\n" "$(pwd -P)"\n'
            'if [ -L public ]; then printf "shows %s\\n" "$(readlink public)"; elif [ -e public ]; then echo "shows ?"; fi\n'
            'if [ -d releases ]; then ls -1At releases | sed "s/^/has /"; fi'
        )
        found: dict[str, list[str]] = {"lacks": [], "at": [], "shows": [], "has": []}
        for line in said.splitlines():
            word, _, rest = line.partition(" ")
            found.setdefault(word, []).append(rest)
        if found["lacks"]:
            raise Refused([lacking(tool, self.address) for tool in found["lacks"]])
        return _view(self, "".join(found["at"]) or self.path, "".join(found["shows"]), found["has"])

    def begin(self) -> None:
        """Make releases/."""
        self._run(f"umask 022 && mkdir -p -- {shlex.quote(self.path)}/releases")

    def hashes(self, name: str) -> dict[str, str]:
        """Let the server read every file; what it cannot read is missing in its answer."""
        said = self._there(f"cd releases/{name} && find . ! -type d -exec sha256sum {{}} + || true")
        lines = (_HASHED.fullmatch(line) for line in said.split("\n"))
        return {line[2]: line[1] for line in lines if line}

    def place(self, partial: str, name: str) -> None:
        """Rename, after the server's disk has all."""
        self._there(f"sync && mv -T releases/{partial} releases/{name} && sync")

    def show(self, name: str) -> None:
        """Make the link beside and rename it over the old one."""
        self._there(f"rm -f .public.next && ln -s releases/{name} .public.next && mv -T .public.next public && sync")

    def drop(self, names: tuple[str, ...]) -> None:
        """Remove the folders."""
        if names:
            self._there("rm -rf -- " + " ".join(f"releases/{name}" for name in names))

    def clear(self, name: str, files: tuple[str, ...]) -> None:
        """Remove the files, so many in one command as it can hold."""
        for at in range(0, len(files), 500):
            quoted = " ".join(shlex.quote(f"releases/{name}/{file}") for file in files[at : at + 500])
            self._there(f"rm -f -- {quoted}")

    def _there(self, script: str) -> str:
        return self._run(f"cd -- {shlex.quote(self.path)} && {script}")

    def _run(self, script: str) -> str:
        done = subprocess.run(
            [*SSH, self.host, "sh"], input=script, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        if done.returncode == 255:
            raise Refused([_unreachable(self, done.stderr)])
        if done.returncode:
            raise Refused([failed(self, f"服务器说「{last_line(done.stderr)}」")])
        return done.stdout


def target_of(text: str, root: Path) -> tuple[Target | None, list[Problem]]:
    """Return the target that `user@host:path` or a path means; it is never the site's own root."""
    if _REMOTE.fullmatch(text):
        server = _SERVER.fullmatch(text)
        if server:
            return Server(server[1], server[2].removeprefix("~/").rstrip("/") or "/"), []
        why, mend = "冒号前面应当是服务器，后面是它的文件夹", "写成 用户@服务器:路径；本机的文件夹以 / 或 ./ 开头"
        return None, [Problem("target-unreachable", Place(text), f"「{text}」不是服务器的写法", why, mend)]
    folder = Folder(Path(text).expanduser().resolve())
    if folder.path == root.resolve() or (root / "releases").resolve() in (folder.path, *folder.path.parents):
        why = "网站在这里生成，发布要放到另一个文件夹"
        return None, [Problem("out-not-ours", Place(text), "发布目标是网站自己的文件夹", why, "换一个发布目标（--to）")]
    return folder, []


def _view(target: Target, at: str, link: str, names: list[str]) -> View:
    """Sort what lies there; a `public` that does not lead to a release is somebody else's."""
    ours = _OURS.fullmatch(link)
    if link and not ours:
        why, mend = "程序不覆盖不是自己写出的内容", "把它移走，或换一个发布目标（--to）"
        raise Refused([Problem("out-not-ours", Place(f"{target.address}/public"), "「public」已有别的内容", why, mend)])
    known = tuple(name for name in names if _RELEASE.fullmatch(name))
    shown = ours[1] if ours and ours[1] in known else ""
    return View(at, shown, known, tuple(name for name in names if _PARTIAL.fullmatch(name)))


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "没有说明")


def lacking(tool: str, where: str) -> Problem:
    """Say that a program is not installed."""
    package = {"ssh": "openssh-client", "sha256sum": "coreutils"}.get(tool, tool)
    mend = f"在那里运行 apt-get install {package}；Windows 上改为手工复制发布文件夹"
    return Problem("missing-tool", Place(where), f"没有 {tool}", f"发布要用 {tool}", mend)


def failed(target: Target, reason: str) -> Problem:
    """Say that a step was not done to its end."""
    mend = "按上面的说明排除后再运行一次，会接着做完"
    return Problem("target-failed", Place(target.address), "发布目标上的操作没有完成", reason, mend)


def _unreachable(target: Server, said: str) -> Problem:
    mend = f"先运行 ssh -o BatchMode=yes {target.host} true，确认不问密码就能登录"
    return Problem(
        "target-unreachable", Place(target.address), f"连接不上 {target.host}", f"ssh 说「{last_line(said)}」", mend
    )
