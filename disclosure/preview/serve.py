"""The server of the preview: on this machine alone, under the policy of the site, no answer kept by a browser."""

from __future__ import annotations

import asyncio
import datetime
import json
import mimetypes
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from disclosure.preview.desk import Desk
from disclosure.preview.drawn import ENVIRONMENT, HERE, dress, tools_context
from disclosure.preview.origin import origins
from disclosure.preview.start import START, reports_of, standing
from disclosure.problems import Problem
from disclosure.server import POLICY, WASM

HOST, NAMES = "127.0.0.1", r"(127\.0\.0\.1|localhost)"
TYPES = {".css": "text/css", ".js": "text/javascript", ".html": "text/html", ".json": "application/json", ".xml": "application/xml"}  # fmt: skip
TEXTS = ("text/", "application/json", "application/xml")


class Ours(RequestHandler):
    """What every answer has: nothing is kept, nothing foreign is loaded, nothing foreign may ask for a change."""

    def initialize(self, desk: Desk) -> None:
        """Be given the desk."""
        self.desk = desk

    def set_default_headers(self) -> None:
        """Set what every answer says."""
        policy = POLICY.format(WASM).replace("connect-src 'self'", f"connect-src 'self' ws://{self.request.host}")
        self.set_header("Content-Security-Policy", policy)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        """Refuse what a page of another place sends."""
        if self.request.method not in ("GET", "HEAD"):
            origin = urlsplit(self.request.headers.get("Origin", ""))
            if origin.netloc != self.request.host:
                raise HTTPError(403)

    def write_error(self, status_code: int, **given: object) -> None:
        """Say in words what is refused."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish({403: "不允许。\n", 404: "没有这一页。\n"}.get(status_code, "预览出错，详情在运行它的窗口里。\n"))


class Foreign(RequestHandler):
    """Whoever asks for this machine by another name is refused: a page of another place may have led the browser here."""

    def prepare(self) -> None:
        """Refuse."""
        raise HTTPError(403)

    def write_error(self, status_code: int, **given: object) -> None:
        """Say where the preview is."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"预览只在本机打开：http://{HOST}\n")


class Pages(Ours):
    """Every page, drawn when it is asked for, with the bar; every other file as the last whole site has it."""

    async def get(self, path: str) -> None:
        """Answer with what is at an address; where there is nothing, with the page that says so."""
        desk, address = self.desk, f"{path}index.html" if not path or path.endswith("/") else path
        if not desk.ready:
            self.of_our_own("first.html", address)
        elif not (await self.page(address) or self.file(address)):
            if await desk.has(f"{path}/index.html"):
                self.redirect(f"/{path}/")
                return
            self.set_status(404)
            await self.page("404.html", address)

    async def page(self, name: str, asked: str = "") -> bool:
        """Answer with a page, if there is one, at the address asked; where its template has a fault, as it was when it had none."""
        drawn = await self.desk.draw(name)
        if not drawn:
            return False
        data, faults = drawn
        address = asked or name
        before = self.desk.bench.out / name
        if faults and before.is_file():
            data = before.read_bytes()
        if data:
            self.write(dress(self.desk, data, address, faults))
        else:
            self.of_our_own("first.html", address, faults)
        return True

    def file(self, address: str) -> bool:
        """Answer with a style, a script, or a file of the last whole site, if there is one; a page is none."""
        file = _within(self.desk.bench.out.resolve(), address)
        data = self.desk.assets.get(address)
        if data is None and file and file.is_file() and file.suffix != ".html":
            data = file.read_bytes()
        if data is None:
            return False
        sort = TYPES.get(Path(address).suffix) or mimetypes.guess_type(address)[0] or "application/octet-stream"
        self.set_header("Content-Type", f"{sort}; charset=utf-8" if sort.startswith(TEXTS) else sort)
        self.write(data)
        return True

    def of_our_own(self, template: str, address: str, faults: Sequence[Problem] = ()) -> None:
        """Answer with a page of the preview's own, the bar on it."""
        page = ENVIRONMENT.get_template(template).render(tools_context(self.desk, address, faults))
        self.write(dress(self.desk, page.encode("utf-8", "replace"), address, faults))


def _within(folder: Path, path: str) -> Path | None:
    try:
        file = (folder / path).resolve()
    except (OSError, ValueError):
        return None
    return file if file.is_relative_to(folder) else None


class Own(Ours):
    """The styles and scripts of the bar and of the preview's own pages."""

    def get(self, name: str) -> None:
        """Answer with one of them."""
        file = _within(HERE, name)
        if not file or file.suffix not in (".css", ".js") or not file.is_file():
            raise HTTPError(404)
        self.set_header("Content-Type", f"{TYPES[file.suffix]}; charset=utf-8")
        self.write(file.read_bytes())


class AsOf(Ours):
    """The switch of the day."""

    def post(self) -> None:
        """Show the site as of another day, or of the day it would be released for, and go back to the page."""
        given, back = self.get_body_argument("day", ""), self.get_body_argument("back", "/")
        try:
            self.desk.show_day(datetime.date.fromisoformat(given) if given else None)
        except ValueError:
            raise HTTPError(400) from None
        self.redirect(f"/{back.lstrip('/')}" if "\\" not in back else "/", status=303)


class Sources(Ours):
    """Where the facts of a page came from."""

    def post(self) -> None:
        """Answer with the file and row of each record asked for."""
        try:
            asked = json.loads(self.request.body)
            anchors, address = [str(anchor) for anchor in asked["records"]], str(asked["address"])
        except (ValueError, TypeError, KeyError):
            raise HTTPError(400) from None
        self.write(origins(self.desk.store_of(address), anchors, address))


class Start(Ours):
    """The staff's start page."""

    async def get(self) -> None:
        """Answer with how things stand."""
        shown = await asyncio.to_thread(standing, self.desk)
        page = ENVIRONMENT.get_template("start.html").render(shown)
        self.write(dress(self.desk, page.encode("utf-8", "replace"), START))


class Reports(Ours):
    """The reports to departments, which lie in state/ and are private; written when that is asked for."""

    def get(self, name: str) -> None:
        """Answer with a page or a workbook of theirs; a page brings its own style."""
        file = _within(reports_of(self.desk.bench.root).resolve(), name)
        if not file or not file.is_file() or file.name.startswith("."):
            raise HTTPError(404)
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        sort = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.set_header("Content-Type", f"{sort}; charset=utf-8" if sort.startswith(TEXTS) else sort)
        self.write(file.read_bytes())

    async def post(self, name: str) -> None:
        """Write them, and go back; what keeps them from being written is said where the preview was started."""
        done = await self.desk.report()
        self.redirect(f"/{START}#reports" if done else f"/{START}?failed#reports", status=303)


class Socket(LiveReloadHandler):  # type: ignore[misc]
    """livereload's socket, which an open page listens on. A page drawn before the last build is told at once to load again,

    so that no change is lost between its drawing and its listening.
    """

    def initialize(self, desk: Desk) -> None:
        """Be given the desk."""
        self.desk = desk

    def check_origin(self, origin: str) -> bool:
        """Let only our own pages listen."""
        return bool(WebSocketHandler.check_origin(self, origin))

    def on_message(self, message: str) -> None:
        """Greet as livereload does; then, knowing from which build the page is, say how things stand."""
        super().on_message(message)
        if self in LiveReloadHandler.waiters:
            page = json.loads(message).get("plugins", {}).get("preview", {})
            self.mark, self.address = page.get("mark", ""), page.get("address", "")
            self.send_message({"command": "reload", "path": self.news, "liveCSS": False, "liveImg": False})

    @property
    def news(self) -> str:
        """What an open page must know: a path of our own is only shown in its bar, any other lets it load again."""
        if self.mark != self.desk.mark_of(self.address):
            return "*"
        return f"/_preview/{self.desk.stage_of(self.address)}"


def _tell() -> None:
    for waiter in LiveReloadHandler.waiters.copy():
        waiter.send_message({"command": "reload", "path": waiter.news, "liveCSS": False, "liveImg": False})


def serve(desk: Desk, port: int) -> tuple[HTTPServer, str]:
    """Begin to serve at a port of 127.0.0.1, any free one for 0; return the server and its address."""
    LiveReloadHandler.watcher = Watcher()
    desk.tell = _tell
    given = {"desk": desk}
    application = Application([(r".*", Foreign)], log_function=lambda handler: None)
    application.add_handlers(
        NAMES,
        [
            (r"/livereload", Socket, given),
            (r"/livereload\.js", LiveReloadJSHandler),
            (r"/_preview/as-of", AsOf, given),
            (r"/_preview/sources", Sources, given),
            (r"/_preview/(.*)", Own, given),
            (rf"/{START}", Start, given),
            (r"/_reports/(.*)", Reports, given),
            (r"/(.*)", Pages, given),
        ],
    )
    sockets = bind_sockets(port, HOST)
    server = HTTPServer(application)
    server.add_sockets(sockets)
    return server, f"http://{HOST}:{sockets[0].getsockname()[1]}/"
