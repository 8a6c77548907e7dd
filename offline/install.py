"""Installs the program where there is no network: a .venv beside build.py, from the wheels that came along."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Make the environment and install every locked library by its hash, from wheels/ alone; return 0 when done."""
    wheels, environment = ROOT / "wheels", ROOT / ".venv"
    if not wheels.is_dir():
        print("这里没有 wheels 文件夹：要在打好的包里运行，见 docs/offline.md", file=sys.stderr)
        return 2
    print("正在建立运行环境（.venv）……", flush=True)
    venv.create(environment, with_pip=True, clear=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    install += ["--find-links", str(wheels), "--no-deps", "--require-hashes", "-r", str(ROOT / "requirements.lock")]
    if subprocess.run(install, check=False).returncode:
        print("安装没有完成：看上面的话；Python 的版本要和打包时说的一样", file=sys.stderr)
        return 1
    shown = python.relative_to(ROOT)
    print(f"已安装。生成网站：{shown} build.py；或双击 构建.bat")
    return 0


if __name__ == "__main__":
    sys.exit(main())
