"""The preview: the site on this machine, built again at every change. It is handed the build and knows nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from livereload import Server

HOST = "127.0.0.1"
WATCHED = ("site.yaml", "content/**/*", "data/**/*", "theme/**/*")


def preview(root: Path, out: Path, port: int, build: Callable[[], object]) -> None:
    """Serve `out` on 127.0.0.1 and call `build` at every change below `root`; a failed build leaves the last good page."""
    server = Server()
    for pattern in WATCHED:
        server.watch(str(root / pattern), build, ignore=lambda name: Path(name).name.startswith((".", "~$")))
    server.serve(port=port, host=HOST, root=str(out), open_url_delay=None)
