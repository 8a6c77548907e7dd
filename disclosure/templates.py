"""The templates of the theme, and the environment that draws them: everything escaped, everything unknown refused.

A page has hundreds of values and a site a hundred thousand pages, so what is done for every value is done here in the
shortest way that gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from markupsafe import _escape_inner  # type: ignore[attr-defined]

from disclosure.kinds import show_date
from disclosure.theme import Assets, gather


class _Flush(jinja2.FileSystemLoader):
    """Templates without the blanks that their lines begin with, which every page would carry."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, its file, and whether it is still the same."""
        source, name, same = super().get_source(environment, template)
        return re.sub(r"^[ \t]+", "", source, flags=re.M), name, same


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled once in a process, by their source."""

    def __init__(self) -> None:
        self.code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Give a template the code that was made of the same source."""
        code = self.code.get((bucket.key, bucket.checksum))
        if code:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep the code of a template."""
        self.code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = _Compiled()


class _Written(CodeGenerator):
    """Templates as Python in which nothing is called for what is nearly always so: that a text is plain, and a dictionary has a key."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if _escapes(frame):
            self.write("(inner(_text) if type(_text := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if _escapes(frame):
            self.write(") is str else escape(_text))")
        else:
            super()._output_child_post(node, frame, finalize)

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write what `a.b` is."""
        self._look_up("getattr", node.attr, node.node, frame)

    @optimizeconst
    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Write what `a["b"]` is."""
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            self._look_up("getitem", node.arg.value, node.node, frame)
        else:
            super().visit_Getitem(node, frame)

    def _look_up(self, otherwise: str, key: str, node: nodes.Expr, frame: Frame) -> None:
        self.write(f"(_here[{key!r}] if type(_here := ")
        self.visit(node, frame)
        self.write(f") is dict and {key!r} in _here else environment.{otherwise}(_here, {key!r}))")


def _escapes(frame: Frame) -> bool:
    """Say whether all that is put out here is escaped: a theme may say otherwise by {% autoescape false %}."""
    return bool(frame.eval_ctx.autoescape and not frame.eval_ctx.volatile)


class _Context(jinja2.runtime.Context):
    """What a template is given; a function that it calls gets its arguments and nothing else."""

    def call(
        self,
        function: Callable[..., Any],
        /,
        *args: Any,
        _loop_vars: Any = None,
        _block_vars: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Call a function or a macro: none of ours asks for the context."""
        return function(*args, **kwargs)


class _Template(jinja2.Template):
    """A template whose Python knows `inner`, which escapes a plain text and no other, without wrapping what is joined at once."""

    @classmethod
    def from_code(
        cls,
        environment: jinja2.Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> jinja2.Template:
        """Return the template of compiled code."""
        template = super().from_code(environment, code, globals, uptodate)
        template.root_render_func.__globals__["inner"] = _escape_inner
        return template


class Templates(jinja2.Environment):
    """The templates of some folders, an earlier folder's before a later one's, with their `assets` where these are known; `draw` makes a page of one."""

    code_generator_class = _Written
    template_class = _Template
    context_class = _Context

    def __init__(self, folders: Sequence[Path], assets: Assets | None = None) -> None:
        super().__init__(
            loader=_Flush([folder / "templates" for folder in folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        self.root = ""
        self.known: dict[str, jinja2.Template] = {}
        self.assets = assets or gather(folders)
        self.filters["count"] = lambda number: f"{number:,}"
        self.filters["day"] = lambda text: show_date(text[:10]) if text else ""
        self.globals["once"] = _once()
        self.globals["link"] = lambda address: f"{self.root}{address or 'index.html'}"
        self.globals["asset"] = lambda name: f"{self.root}{self.assets.addresses[name]}"
        self.globals["sheets"] = lambda kind: [
            name for name in ("site.css", f"{kind}.css") if name in self.assets.addresses
        ]

    def draw(self, name: str, context: Mapping[str, Any]) -> str:
        """Return what a template makes of a context; links begin at the page's way to the site's root."""
        self.root = context["page"]["root"]
        return self.get_template(name).render(context)

    def get_template(
        self, name: str | jinja2.Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        """Return a template by its name, which is the same wherever it is named."""
        if not isinstance(name, str):
            return name
        if name not in self.known:
            self.known[name] = super().get_template(name, parent, globals)
        return self.known[name]

    def select_template(
        self, names: Any, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        """Return the first of some templates that there is; which one, is asked once."""
        asked = "\n".join(names)
        if asked not in self.known:
            self.known[asked] = super().select_template(names, parent, globals)
        return self.known[asked]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what every template knows: the same for all, so that none copies it."""
        return self.globals


def _once() -> Callable[..., str]:
    """Make a block that many pages share be drawn once: {% call once("foot", page.root) %}…{% endcall %}, keyed by its arguments."""
    drawn: dict[tuple[object, ...], str] = {}

    def once(*key: object, caller: Callable[[], str]) -> str:
        if key not in drawn:
            drawn[key] = caller()
        return drawn[key]

    return once
