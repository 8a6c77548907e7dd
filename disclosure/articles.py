"""Articles: content/<path>.md becomes <path>.html; a folder with an index.md is a column."""

from __future__ import annotations

import datetime
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
import nh3

from disclosure.declared import bad, declared
from disclosure.forms import Form
from disclosure.problems import Place, Problem
from disclosure.source.trees import parse_tree

EXTENSIONS = ["tables", "toc", "attr_list", "footnotes", "def_list", "admonition", "sane_lists"]
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "*": {"id", "class"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "a": {"href", "title"},
}
TAGS = nh3.ALLOWED_TAGS | _HEADINGS | {"section", "figure", "figcaption"}
KNOWN = {"title", "date", "source", "author", "summary", "keywords", "order", "fresh", "form"}


@dataclass(frozen=True)
class Article:
    """One text of content/: `address` below the site's root, `column` the address of its column's page or ""."""

    address: str
    path: str
    title: str
    date: str
    source: str
    author: str
    summary: str
    keywords: str
    order: int
    html: str
    toc: str
    text: str
    column: str
    files: tuple[str, ...] = ()
    fresh: int | None = None
    form: Form | None = None

    @property
    def is_column(self) -> bool:
        """Whether this is the page of a column."""
        return self.address.endswith("index.html")


def load_articles(root: Path) -> tuple[list[Article], list[Problem]]:
    """Return every article and column below content/, newest first, with the faults of all of them."""
    content = root / "content"
    articles, problems = [], []
    for path in sorted(content.rglob("*")) if content.is_dir() else []:
        if path.is_dir() or path.name.startswith(("~$", ".")):
            continue
        article, faults = _article(path, content, root)
        problems += faults
        if article:
            articles.append(article)
            if twice := _same_purpose(article, articles[:-1]):
                problems.append(twice)
    articles.sort(key=lambda article: article.address)
    articles.sort(key=lambda article: article.date, reverse=True)
    return articles, problems


def _article(path: Path, content: Path, root: Path) -> tuple[Article | None, list[Problem]]:
    name = path.relative_to(root).as_posix()
    if path.suffix != ".md" or path == content / "index.md" or re.search(r"[^\w./-]", name):
        mend = "文章存成 .md；文件名用字母、数字、汉字和连字符；首页不在这里写"
        return None, [
            Problem("unknown-file", Place(name), f"不能用作文章的文件「{path.name}」", "content 里只放文章", mend)
        ]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        mend = "用记事本另存为 UTF-8 编码"
        return None, [Problem("unknown-encoding", Place(name, line), "文章不是 UTF-8 编码", "别的编码会出现乱字", mend)]
    head, body = split(text)
    tree, problems = parse_tree(head.encode(), name)
    front = tree.value if isinstance(tree.value, dict) else {}
    address = path.relative_to(content).with_suffix(".html").as_posix()
    is_column = path.name == "index.md"
    problems += _front_problems(front, tree.keys, name, is_column)
    form, faults = declared(Form, tree, ("form",)) if "form" in front else (None, [])
    problems += faults
    html, toc, links = html_of(body, address)
    problems += [_dead(name, text, link) for link in links if not _there(path.parent, content, link)]
    if problems:
        return None, problems
    folder = posixpath.dirname(address)
    parent = posixpath.dirname(folder) if is_column else folder
    column = posixpath.join(parent, "index.html") if parent and (content / parent / "index.md").exists() else ""
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
    article = Article(
        address,
        name,
        front["title"],
        front.get("date", ""),
        front.get("source", ""),
        front.get("author", ""),
        front.get("summary") or plain[:80],
        front.get("keywords", ""),
        int(front.get("order", 0) or 0),
        html,
        toc,
        plain,
        column,
        fresh=int(fresh) if (fresh := front.get("fresh", "")).isdigit() else None,
        form=form,
    )
    return article, []


def _same_purpose(article: Article, others: list[Article]) -> Problem | None:
    """Pages of entities lead to one form for a purpose."""
    purpose = article.form.purpose if article.form else ""
    first = next((one for one in others if purpose and one.form and one.form.purpose == purpose), None)
    if not first:
        return None
    what, why = f"{first.path} 也是 purpose: {purpose} 的表格", "主体页的链接只能通到一份表格"
    return bad(Place(article.path, 1), what, why, "删去其中一份的 purpose")


def split(text: str) -> tuple[str, str]:
    """Return the front matter, led by an empty line in place of its first rule so that lines keep their numbers, and the body."""
    match = re.match(r"---[ \t]*\n(.*?\n)---[ \t]*\n", text, re.S)
    return ("\n" + match[1], text[match.end() :]) if match else ("", text)


def _front_problems(front: dict[str, Any], keys: dict[Any, Place], name: str, is_column: bool) -> list[Problem]:
    problems = []
    needed = ("title",) if is_column else ("title", "date", "source")
    missing = [key for key in needed if not front.get(key)]
    if missing:
        mend = "在文件最前面两行「---」之间写 title、date、source"
        what = f"文章没有写{'、'.join(missing)}"
        problems.append(Problem("article-front-matter", Place(name, 1), what, "每篇文章都要有标题、日期和来源", mend))
    date = front.get("date")
    if date and not _moment(date):
        place = keys.get(("date",), Place(name, 1))
        mend = "写成 2026-11-20 或 2026-11-20 09:30"
        problems.append(Problem("article-front-matter", place, f"「{date}」不是日期", "文章按日期排列", mend))
    if not re.fullmatch(r"-?\d{0,6}", str(front.get("order", ""))):
        place = keys.get(("order",), Place(name, 1))
        what = f"「{front['order']}」不是排列的次序"
        problems.append(Problem("article-front-matter", place, what, "order 要一个整数", "写成 order: 1"))
    for key in front.keys() - KNOWN:
        mend = f"删去，或改成其中之一：{'、'.join(sorted(KNOWN))}"
        problems.append(Problem("unknown-key", keys[(key,)], f"不认识的键「{key}」", "文章开头不用这个键", mend))
    return problems


def _moment(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def html_of(body: str, address: str) -> tuple[str, str, list[str]]:
    """Return safe HTML whose links fit the page's address, its table of contents, and the links to other articles."""
    writer: Any = markdown.Markdown(
        extensions=EXTENSIONS, extension_configs={"toc": {"slugify": _slug, "toc_depth": "2-3"}}
    )
    raw = writer.convert(body)
    links: list[str] = []

    def mend(match: re.Match[str]) -> str:
        target = match[1]
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        links.append(target)
        target = re.sub(r"\.md(#|$)", r".html\1", target)
        if target.startswith("/"):
            target = "../" * address.count("/") + target[1:]
        return f'href="{target}"'

    clean = nh3.clean(
        raw, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes={"http", "https", "mailto", "tel"}
    )
    html = re.sub(r'href="([^"]*)"', mend, clean)
    toc = (
        nh3.clean(writer.toc, tags={"ul", "li", "a"}, attributes={"a": {"href"}}, link_rel=None)
        if len(writer.toc_tokens) > 2
        else ""
    )
    return html, toc, links


def _slug(value: str, separator: str) -> str:
    return re.sub(r"[^\w]+", separator, value).strip(separator).lower()


def _there(folder: Path, content: Path, link: str) -> bool:
    """An article must lie where a link says; pages that the build makes are the audit's to check."""
    target = link.split("#")[0]
    if not target.endswith(".md"):
        return True
    return ((content / target[1:]) if target.startswith("/") else (folder / target)).exists()


def _dead(name: str, text: str, link: str) -> Problem:
    line = next((number for number, row in enumerate(text.splitlines(), 1) if link in row), 0)
    excerpt = text.splitlines()[line - 1] if line else ""
    place = Place(name, line, excerpt.find(link) + 1, excerpt=excerpt, width=len(link))
    return Problem(
        "article-link", place, f"「{link}」没有对应的文章", "链接指向的文件不在 content 里", "改正路径，或删去链接"
    )
