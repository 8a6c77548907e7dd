"""What the audit reads of a file: its text, the parts that are read for numbers, tables row by row."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from disclosure.audit import rows
from disclosure.audit.desk import Seen, Written, broken
from disclosure.audit.rows import portions
from disclosure.problems import Place, Problem


def test_what_reading_found_is_put_together() -> None:
    one, two = (
        Seen([broken(name, "错")], lost=[name], missing={"x": [name], name: [name]}, astray=[(name, name, name)])
        for name in ("a", "b")
    )
    for seen, number in ((one, 1), (two, 2)):
        seen.anchors.append(number)
        seen.wanted.append(number)
        seen.suspects |= {("phone", "1"): str(number), ("phone", f"1{number}"): str(number)}
    one.add(two)
    assert [problem.place.path for problem in one.problems] == one.lost == ["a", "b"]
    assert list(one.anchors) == list(one.wanted) == [1]  # the marks of all go on a pile
    assert one.missing == {"x": ["a", "b"], "a": ["a"], "b": ["b"]}
    assert one.astray == [("a", "a", "a"), ("b", "b", "b")]
    assert one.suspects == {("phone", "1"): "1", ("phone", "11"): "1", ("phone", "12"): "2"}


def test_a_fault_of_a_site_says_what_and_how_it_is_mended() -> None:
    mend = "改正文章里的链接；若是程序自己的页面，请联系维护人员"
    assert broken("a.html", "错") == Problem(
        "broken-site", Place("a.html"), "错", "成品必须与计划一致，每个链接都通", mend
    )


@pytest.mark.parametrize(
    ("name", "page", "copy"),
    [("a/b.html", True, False), ("a.html.gz", False, True), ("a.html.br", False, True), ("a.js", False, False)],
)
def test_a_file_is_a_page_or_a_copy_by_its_name(name: str, page: bool, copy: bool) -> None:
    file = Written(Path("root"), name)
    assert (file.name, file.folder, file.path) == (name, Path("root"), Path("root") / name)
    assert (file.is_page, file.is_copy, file.coded) == (page, copy, False)


def test_every_attribute_is_parsed_once_in_order() -> None:
    text = "<a id='x' href=\"y\"><img src=z><p id=''><b ID='w'>"
    assert Written(Path(), "a.html", text).parsed() == [
        ("href", "y"), ("id", "x"), ("src", "z"), ("id", ""), ("id", "w")
    ]  # fmt: skip


HEAD = '<html><head><title>题</title></head><body class="x"><header>甲</header>'


def read(text: str, frames: set[int], name: str = "a.html") -> list[tuple[str, bool]]:
    """What is read of a file for numbers, and whether it is coded."""
    return [(part.text, part.coded) for part in Written(Path(), name, text).to_read(frames, None)]


def test_what_frames_a_page_is_read_once() -> None:
    frames = set[int]()
    one = f"{HEAD}<main>一<main></main>二</main><footer>足</footer></body>"
    assert read(one, frames) == [(one, False)]
    head = one[: one.index("<body")]
    assert read(one, frames) == [(f"{head}<main>一<main></main>二", False)]
    assert read(one.replace("<title>题", "<title>别的"), frames) == [
        (f"{head.replace('题', '别的')}<main>一<main></main>二", False)
    ]
    for other in (one.replace("甲", "乙"), one.replace("足", "手"), one.replace("<footer>", "x<footer>")):
        assert read(other, frames) == [(other, False)], "what frames it was not read before"
    assert len(frames) == 4
    assert read(one.replace("二", "<body>"), frames) == [(f"{head}<main>一<main></main><body>", False)]


@pytest.mark.parametrize(
    "text",
    [
        "<header>甲</header><main>一</main>",
        "<body><header>甲</header>一</main>",
        "<body><header>甲</header><main>一",
        "<header>甲</header><main>一</main><body>",
        "<body></main>甲<main>一",
        "<main>一</main>",
    ],
)
def test_a_page_of_another_shape_is_read_whole(text: str) -> None:
    frames = set[int]()
    assert read(text, frames) == read(text, frames) == [(text, False)]
    assert frames == set()


def test_a_page_that_begins_with_its_body_has_a_frame_too() -> None:
    frames, text = set[int](), "<body><main></main>甲"
    assert read(text, frames) == [(text, False)]
    assert read(text, frames) == [("<main>", False)]


def test_a_script_of_the_search_is_read_as_it_is_and_in_full(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    for name in ("search/a.js", "a.js"):
        (tmp_path / name).write_bytes(b"signs")

    def spell(name: str, data: bytes) -> str:
        return f"{name} {data.decode()}"

    def parts(name: str, spell: object) -> list[tuple[str, str, str, bool]]:
        file = Written(tmp_path, name, spell=spell)  # type: ignore[arg-type]
        return [(part.name, str(part.folder), part.text, part.coded) for part in file.to_read(set(), None)]

    of = ("search/a.js", str(tmp_path))
    assert parts("search/a.js", spell) == [(*of, "signs", True), (*of, "a.js signs", False)]
    assert parts("search/a.js", None) == parts("search/a.js", lambda name, data: "") == [(*of, "signs", False)]
    assert parts("a.js", spell) == [("a.js", str(tmp_path), "signs", False)]


def table(folder: Path, name: str, *lines: str) -> Path:
    """A text with these lines."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder / name


def test_a_table_is_read_in_portions_of_what_is_new(tmp_path: Path) -> None:
    new = table(tmp_path / "new", "a.csv", "题", "一", "二", "新", "三", "四", "新二", "新三", "五")
    table(tmp_path / "old", "a.csv", "题", "一", "二", "三", "四", "五")
    file = Written(tmp_path / "new", "a.csv")
    assert [(part.name, part.text) for part in file.to_read(set(), tmp_path / "old")] == [
        ("a.csv", "\n二\n新\n三\n四\n新二\n新三\n五")
    ]
    everything = ["\n\n题\n一\n二\n新\n三\n四\n新二\n新三\n五"]
    assert [part.text for part in file.to_read(set(), tmp_path / "none")] == everything
    assert [part.text for part in file.to_read(set(), None)] == everything
    assert list(portions(new, new)) == [""]


def test_a_portion_begins_with_the_last_row_of_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PORTION", 4)
    path = table(tmp_path, "a.jsonl", "一二", "三四", "五", "六七八")
    assert list(portions(path, None)) == ["\n\n一二\n三四", "三四\n五\n六七八", "六七八"]
    path = table(tmp_path, "b.jsonl", "一二三", "四", "五六七", "八", "九")
    assert list(portions(path, None)) == ["\n\n一二三\n四", "四\n五六七\n八", "八\n九"]


def test_the_lines_of_a_text_are_told_without_their_ends(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("一\r\n\n 二 \n".encode() + b"\xff")
    assert list(rows.lines_of(tmp_path / "a.csv")) == ["一", "", " 二 ", "\ufffd"]


class Noted(io.TextIOWrapper):
    """A text of which it is noted how much was read at a time."""

    sizes: ClassVar[set[int | None]] = set()

    def read(self, size: int | None = -1) -> str:
        self.sizes.add(size)
        return super().read(size)


def test_the_rows_of_a_workbook_are_told_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/sheet1.xml", '<row r="1"><c r="A1" t="s">甲</c></row><row><c r="XFD1048576">乙</c></row>尾'
        )
        archive.writestr("xl/other.xml", "丙".encode() + b"\xff")
    whole = ['<row r="1"><c t="s">甲</c>', "<row><c>乙</c>", "尾", "丙\ufffd"]
    assert list(rows.rows_of_workbook(path)) == whole
    monkeypatch.setattr(rows, "PORTION", 7)  # a cell and the end of a row may be cut
    monkeypatch.setattr(rows, "TextIOWrapper", Noted)
    assert list(rows.rows_of_workbook(path)) == whole
    assert Noted.sizes == {7}, "of any size it takes little memory"


def test_the_rows_of_a_database_are_told_by_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "文 a.sqlite"
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            'CREATE TABLE "甲 ""乙""" (a, b UNIQUE); CREATE INDEX i ON "甲 ""乙""" (a);'
            'INSERT INTO "甲 ""乙""" VALUES (1, \'二\'), (NULL, 2.5); CREATE VIEW v AS SELECT 1;'
        )
    told = list(rows.rows_of_database(path))
    assert told == [
        'CREATE TABLE "甲 ""乙""" (a, b UNIQUE)', 'CREATE INDEX i ON "甲 ""乙""" (a)', "CREATE VIEW v AS SELECT 1", (1, "二"), (None, 2.5)
    ]  # fmt: skip
    assert [rows._text(row) for row in told[-2:]] == ["1\t二", "None\t2.5"]
    (portion,) = portions(path, None)
    assert portion.endswith("SELECT 1\n1\t二\nNone\t2.5")
    path.chmod(0o400)
    assert list(rows.rows_of_database(path)) == told


def test_a_text_is_read_whatever_it_is_wrapped_in(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", "甲")
    for name, data, text in (
        ("a.txt", "甲".encode() + b"\xff", "甲\ufffd"),
        ("a.pf_fragment", gzip.compress("甲".encode()), "甲"),
        ("a.zip", stream.getvalue(), "甲"),
        ("a.bin", "甲".encode() + b"\xff1", "甲\n1"),
    ):
        (tmp_path / name).write_bytes(data)
        assert text in Written(tmp_path, name).text.split("\n") or Written(tmp_path, name).text == text, name
