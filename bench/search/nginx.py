"""A folder behind nginx with the strict policy of the settings that the build writes, the one without WebAssembly."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from disclosure.server import POLICY

_CONF = """
daemon off;
user root;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        add_header Content-Security-Policy "{policy}" always;
        add_header X-Content-Type-Options nosniff always;
    }}
}}
"""


@contextmanager
def behind_nginx(root: Path) -> Iterator[str]:
    """Serve a folder by nginx on a free port; the address with a slash at its end."""
    binary = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if not binary:
        raise FileNotFoundError("nginx")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder, "conf")
        conf.write_text(
            _CONF.format(folder=folder, port=port, root=root.resolve(), policy=POLICY.format("")), encoding="utf-8"
        )
        with subprocess.Popen([binary, "-p", folder, "-e", f"{folder}/error.log", "-c", str(conf)]) as process:
            try:
                _wait(port)
                yield f"http://127.0.0.1:{port}/"
            finally:
                process.terminate()


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("nginx does not listen")
