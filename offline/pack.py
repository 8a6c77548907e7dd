"""Packs the program and the wheels it needs into one ZIP for a closed network: `python offline/pack.py`, or make bundle."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
# What runs the program and what staff read; tests, bench and the demonstration's own pictures stay here.
PACKED = (
    "build.py",
    "disclosure",
    "theme",
    "content",
    "data",
    "docs",
    "offline",
    "site.yaml",
    LOCK,
    "README.md",
    "LICENSE",
)
LEFT_OUT = ("__pycache__", "*.pyc", ".DS_Store", "~$*")
# The machines that wheels can be fetched for, besides this one.
MACHINES = {
    "windows": ["--platform", "win_amd64", "--only-binary", ":all:"],
    "linux": ["--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64", "--only-binary", ":all:"],
}


def pack(into: Path, machine: str, python: str) -> Path:
    """Write the folder and the ZIP of it below `into`; return the ZIP."""
    folder = into / f"disclosure-{machine or 'this'}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in PACKED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy(source, folder / name)
    for batch in (PROJECT / "offline").glob("*.bat"):
        shutil.copy(batch, folder / batch.name)
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    wanted = folder / "wheels" / LOCK
    wanted.parent.mkdir()
    lock = (PROJECT / LOCK).read_text(encoding="utf-8")
    wanted.write_text(needed(lock, machine, python) if machine else lock, encoding="utf-8", newline="\n")
    fetch += ["--require-hashes", "-r", str(wanted), "-d", str(wanted.parent)]
    subprocess.run([*fetch, *MACHINES.get(machine, []), *(["--python-version", python] if machine else [])], check=True)
    wanted.unlink()
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(into).as_posix())
    return archive


def needed(lock: str, machine: str, python: str) -> str:
    """Return of the locked libraries those that a machine needs: pip would judge their conditions by this machine."""
    version = tuple(map(int, python.split(".")))[:2]
    kept = []
    for block in re.split(r"^(?=[a-z])", lock, flags=re.M):
        condition = re.search(r" ; (\w+) (==|<|>=) '([\w.]+)'(?= )", block)
        if condition:
            name, sign, than = condition.groups()
            of_version = name == "python_full_version" and sign != "=="
            if not of_version and (name, sign) != ("sys_platform", "=="):
                raise ValueError(condition[0])
            below = of_version and version < tuple(map(int, than.split(".")))[:2]
            if (of_version and below != (sign == "<")) or (
                not of_version and (than == "win32") != (machine == "windows")
            ):
                continue
            block = block.replace(condition[0], "", 1)
        kept.append(block)
    return "".join(kept)


def main() -> None:
    """Pack as the command line says, and say where."""
    given = argparse.ArgumentParser(description="把程序和它要用的库打成一个包，带到不联网的机器上安装。")
    given.add_argument("--into", type=Path, default=PROJECT / "dist", help="写到哪里，默认 dist")
    given.add_argument("--for", dest="machine", choices=["", *MACHINES], default="", help="给哪种机器，默认和这台一样")
    given.add_argument("--python", default="3.11", help="那台机器上 Python 的版本，默认 3.11")
    asked = given.parse_args()
    archive = pack(asked.into.resolve(), asked.machine, asked.python)
    print(f"已打包 {archive}，{archive.stat().st_size / 1e6:.0f} MB。拷过去解压，运行 python offline/install.py")


if __name__ == "__main__":
    main()
