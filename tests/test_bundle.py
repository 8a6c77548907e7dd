"""The bundle for closed networks: packed here, installed and used where there is no network at all."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from frontdoor import PROJECT

ALONE = ["unshare", "--map-root-user", "--net"]


def test_each_batch_file_runs_a_command_of_the_program_after_the_installation() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for name, verb in (("预览", "preview"), ("检查", "check"), ("构建", "build")):
        text = (PROJECT / "offline" / f"{name}.bat").read_bytes()
        assert text.count(b"\r\n") == text.count(b"\n")
        assert re.search(rf"build\.py {verb}\r\n", text.decode())
        assert "offline\\install.py" in text.decode()
        assert f"| `{verb}` |" in readme


def test_without_wheels_nothing_is_installed(tmp_path: Path) -> None:
    (tmp_path / "offline").mkdir()
    shutil.copy(PROJECT / "offline" / "install.py", tmp_path / "offline")
    done = subprocess.run(
        [sys.executable, "offline/install.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("machine", "python", "numpy", "zones"),
    [("windows", "3.11", "2.4", True), ("windows", "3.13", "2.5", True), ("linux", "3.12", "2.5", False)],
)
def test_another_machine_gets_the_libraries_that_it_needs(machine: str, python: str, numpy: str, zones: bool) -> None:
    needed = runpy.run_path(str(PROJECT / "offline" / "pack.py"))["needed"]
    lock = needed((PROJECT / "requirements.lock").read_text(encoding="utf-8"), machine, python)
    assert re.findall("^numpy==([0-9]+.[0-9]+)", lock, re.M) == [numpy]
    assert ("\ntzdata==" in lock) == zones
    assert " ; " not in lock
    assert "\njinja2==" in lock


@pytest.mark.long
def test_it_is_installed_and_builds_with_the_network_off(tmp_path: Path) -> None:
    if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare may not take the network away here")
    packed = subprocess.run(
        [sys.executable, str(PROJECT / "offline" / "pack.py"), "--into", str(tmp_path / "dist")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert packed.returncode == 0, packed.stderr
    (archive,) = (tmp_path / "dist").glob("*.zip")
    with zipfile.ZipFile(archive) as bundle:
        bundle.extractall(tmp_path / "there")
    (root,) = (tmp_path / "there").iterdir()

    def run(*words: str) -> str:
        done = subprocess.run([*ALONE, *words], cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    reach = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    assert subprocess.run([*ALONE, sys.executable, "-c", reach], check=False, capture_output=True).returncode != 0
    assert "已安装" in run(sys.executable, "offline/install.py")
    run(".venv/bin/python", "build.py", "new", "site", "jia", "--name", "信用甲市")
    assert "已发布" in run(".venv/bin/python", "build.py", "--root", "jia")
    assert (root / "jia" / "public" / "index.html").is_file()
