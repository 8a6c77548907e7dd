"""What a web server needs beside the site: nginx.conf made from site.yaml, and maps of what is gone or has moved.

They lie outside the served folder. docs/nginx.md says how they are used and why pages and their assets never mix.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from urllib.parse import quote, urlsplit

from disclosure.releases import PREVIOUS
from disclosure.site import Site

FOLDER, CONF, GONE, MOVED, DEAD = "server", "nginx.conf", "gone.map", "moved.map", "dead.txt"
OWN = "own/*.conf"  # written by those who run the server; never touched here
# Addresses whose name is made from their content: styles, scripts, and all of an index but its entry.
HASHED = r"^/(?:assets|search/.+|pagefind/.+)/[^/]+$"
POLICY = (
    "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WASM = " 'wasm-unsafe-eval'"
BROTLI = "    # 装上 libnginx-mod-http-brotli-static（Debian）后，在自己的设置里写一行 brotli_static on; 送出 .br\n"
AT_ROOT = "# 注意：site.yaml 的 address 带有路径 {}，这里仍把网站放在主机的根上，请按实际改写。\n"

TEXT = """\
# 由 python build.py 按 site.yaml 写出，每次构建都会重写，请不要改这个文件。用法和道理见 docs/nginx.md。
{note}map_hash_bucket_size 256;
map_hash_max_size 65536;

# 文件名由内容算出的永远不变；其余每次用 ETag 重新核对；release.json 不存。
map $uri $cache_{tag} {{
    volatile;
    default "no-cache";
    /release.json "no-store";
    "~{hashed}" "max-age=31536000, immutable";
}}

# 全文检索（Pagefind）要编译 WebAssembly：只有查询页和它的脚本可以。
map $uri $policy_{tag} {{
    volatile;
    default "{policy}";
    /search.html "{search_policy}";
    "~^/pagefind/" "{search_policy}";
}}

# 已撤下的网页（410）和已搬家的网页（301）。
map $uri $gone_{tag} {{
    volatile;
    default "";
    include {gone};
}}
map $uri $moved_{tag} {{
    volatile;
    default "";
    include {moved};
}}

server {{
    listen 80;
    listen [::]:80;
    server_name {host};

    # 自己的设置写在这里，构建不会动它们。有证书时，写一个 tls.conf，内容是下面五行去掉 #：
    # listen 443 ssl http2;
    # ssl_certificate     /etc/ssl/{host}.pem;
    # ssl_certificate_key /etc/ssl/{host}.key;
    # add_header Strict-Transport-Security "max-age=31536000" always;
    # if ($scheme = http) {{ return 301 https://$host$request_uri; }}
    include {own};

    # public 是指向某一版的链接，每个请求打开文件时才解析一次，所以一个文件不会一半新一半旧。
    root {out};
    index index.html;
    disable_symlinks off;
    open_file_cache off;
    etag on;
    if_modified_since exact;
    autoindex off;
    server_tokens off;
    absolute_redirect off;

    charset utf-8;
    charset_types text/css text/csv text/plain text/xml application/javascript application/json application/xml;

    add_header Cache-Control $cache_{tag} always;
    add_header Content-Security-Policy $policy_{tag} always;
    add_header X-Content-Type-Options "nosniff" always;
    add_header Referrer-Policy "strict-origin-when-cross-origin" always;
    add_header Permissions-Policy "camera=(), geolocation=(), microphone=(), payment=(), usb=()" always;

    # 构建时压好的（site.yaml 的 compress）直接送出，没有压好的由 nginx 现压。
    gzip_static on;
{brotli}    gzip on;
    gzip_vary on;
    gzip_min_length 1000;
    gzip_types text/css text/csv text/plain text/xml application/javascript application/json application/xml image/svg+xml;

    if ($gone_{tag} != "") {{
        return 410;
    }}
    if ($moved_{tag} != "") {{
        return 301 $moved_{tag};
    }}

    error_page 404 410 /404.html;
    error_page 403 =404 /404.html;
    recursive_error_pages on;

    location = /404.html {{
        recursive_error_pages off;
    }}

    # 换版前打开的网页还会来取旧的样式、脚本和检索分片：这一版没有的，到上一版去找。
    location ~ "{hashed}" {{
        log_not_found off;
        error_page 404 = @previous;
    }}
    location @previous {{
        root {previous};
    }}

    location ~ \\.csv$ {{
        default_type text/csv;
    }}
    location ~ \\.jsonl$ {{
        default_type application/x-ndjson;
    }}
}}
"""


def nginx_conf(site: Site, root: PurePath, out: PurePath) -> str:
    """Return nginx.conf for a site whose folder is `root` and which is shown at `out`, both absolute."""
    parts = urlsplit(site.address)
    host = parts.hostname or "_"
    return TEXT.format(
        note="" if parts.path == "/" else AT_ROOT.format(parts.path),
        tag=re.sub(r"\W", "_", host, flags=re.ASCII),
        hashed=HASHED,
        policy=POLICY.format(""),
        search_policy=POLICY.format(WASM),
        gone=_quoted(root / FOLDER / GONE),
        moved=_quoted(root / FOLDER / MOVED),
        own=_quoted(root / FOLDER / OWN),
        host=host.encode("idna").decode(),
        out=_quoted(out),
        previous=_quoted(root / PREVIOUS),
        brotli=BROTLI if "brotli" in site.compress else "",
    )


def write_server(
    root: Path,
    out: Path,
    site: Site,
    gone: Iterable[str] = (),
    moved: Mapping[str, str] | None = None,
    withdrawn: Iterable[str] = (),
) -> bool:
    """Write nginx.conf and its maps below root/server; say whether one that stood there changed, so that nginx must reload.

    `gone` are addresses that are answered with 410, `moved` those that are answered with 301 and where they went.
    All of them and the `withdrawn`, explained ones are listed to be handed to search engines as dead.
    """
    root, out = Path(os.path.abspath(root)), Path(os.path.abspath(out))
    texts = {
        GONE: "".join(f"{_key(address)} 1;\n" for address in sorted(gone)),
        MOVED: "".join(f"{_key(old)} {_value(new)};\n" for old, new in sorted((moved or {}).items())),
        DEAD: "".join(f"{site.address}{address}\n" for address in sorted({*gone, *(moved or {}), *withdrawn})),
        CONF: nginx_conf(site, root, out),
    }
    (root / FOLDER).mkdir(exist_ok=True)
    changed = {name: _replaced(root / FOLDER / name, text) for name, text in texts.items()}
    return any(changed[name] for name in (GONE, MOVED, CONF))


def _replaced(path: Path, text: str) -> bool:
    """Write a file beside and put it in its place, unless it says the same; say whether another stood there."""
    old = path.read_bytes() if path.exists() else None
    if old == text.encode():
        return False
    beside = path.with_name(f".{path.name}.next")
    beside.write_bytes(text.encode())
    beside.replace(path)
    return old is not None


def _quoted(path: PurePath | str) -> str:
    """Return a path or address as nginx reads it: in quotes, which it may hold itself."""
    text = path if isinstance(path, str) else path.as_posix()
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(address: str) -> str:
    return _quoted("/" + address)


def _value(address: str) -> str:
    return _quoted("/" + quote(address))
