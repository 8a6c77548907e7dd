"""Take-down: what must be gone is gone from every byte that can be reached, what is planted is found, the receipt verifies."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from conftest import SiteMaker
from frontdoor import CODE, SITES, Outcome, credit_code, notice, notices, start, tree
from hypothesis import given
from hypothesis import strategies as st

from disclosure.contents import contents
from disclosure.needles import Needles
from disclosure.search import Reader
from disclosure.search.shards import script, script_body
from disclosure.search.shorthand import Shorthand

ONE, OTHER, THIRD = credit_code(2), credit_code(3), credit_code(4)
ROWS = [
    notice(文号="黑甲〔2026〕1号", 截止=""),
    notice(文号="黑甲〔2026〕11号", 截止="", 说明="另一件事"),
    notice(文号="黑乙〔2026〕1号", 名称="北安丙丁粮贸有限公司", 代码=ONE, 截止=""),
    notice(文号="黑乙〔2026〕2号", 名称="北安丙丁粮贸有限公司分公司", 代码=OTHER, 截止="", 说明="说明" * 400),
    notice(文号="黑丙〔2026〕1号", 名称="嫩江戊己种植合作社", 代码="", 截止=""),
    notice(文号="黑丙〔2026〕2号", 名称="嫩江戊己种植合作社", 代码="", 截止=""),
]
WORDS = {"北安丙丁粮贸有限公司": "name", ONE: "code", "黑乙〔2026〕1号": "number"}
DOWN = ("--reason", "依申请撤下", "--by", "郗思齐")


def page_of(code: str) -> str:
    """The address of a coded entity."""
    return f"entity/{code[-2:]}/{code}.html"


def taken(outcome: Outcome, *keys: str) -> Outcome:
    """Take down, and hold that all went well."""
    return outcome.run("take-down", *keys, *DOWN).good()


def receipt(outcome: Outcome) -> Path:
    """The last receipt."""
    return max((outcome.root / "state" / "takedown").glob("*.json"))


def where(outcome: Outcome, word: str, *leave_out: str) -> list[str]:
    """Every file of a root but its inputs and receipts in which a word stands, its parts opened by the test's own means."""
    found = []
    for name, data in tree(outcome.root).items():
        if name.startswith(("data/", "state/takedown/", *leave_out)):
            continue
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        plain = brotli.decompress(data) if name.endswith(".br") else plain
        if word.encode() in plain.replace(page_of(word).encode(), b""):
            found.append(name)
    return found


@pytest.fixture(scope="module")
def down(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A site that was published in two releases, then one entity and one record taken down. Tests work on copies."""
    root = tmp_path_factory.mktemp("down") / "root"
    start(root, "small")
    site = (SITES / "small" / "site.yaml").read_text(encoding="utf-8") + "compress: [gzip, brotli]\n"
    outcome = Outcome(root, root / "public", 0, "", "")
    outcome.build(files={"site.yaml": site, **notices(*ROWS[:-1])}).good()
    outcome.run("publish", "--to", str(root.parent / "target")).good()
    outcome.build(files=notices(*ROWS)).good()
    return taken(outcome, "黑甲[2026]1号", ONE)


@pytest.fixture
def copy(down: Outcome, tmp_path: Path) -> Outcome:
    """A copy of that root and of its target."""
    for name in ("root", "target"):
        shutil.copytree(down.root.parent / name, tmp_path / name, symlinks=True)
    with closing(sqlite3.connect(tmp_path / "root" / "state" / "history.sqlite")) as history:
        history.execute("UPDATE target SET address = ?", (str(tmp_path / "target"),))
        history.execute("UPDATE place SET out = ?", (str(tmp_path / "root" / "public"),))
        history.commit()
    return Outcome(tmp_path / "root", tmp_path / "root" / "public", 0, "", "")


def test_nothing_is_left_but_the_address_of_the_tombstone(down: Outcome) -> None:
    for word in ("黑甲〔2026〕1号", "黑乙〔2026〕1号", ONE):
        assert where(down, word) == []
    shown = [name for name in where(down, "北安丙丁粮贸有限公司") if not name.startswith("search/")]
    for name in shown:  # the branch bears the whole name within its own
        data = contents(name, (down.root / name).read_bytes())
        assert b"".join(data).count("北安丙丁粮贸有限公司".encode()) == b"".join(data).count(
            "北安丙丁粮贸有限公司分公司".encode()
        )
    assert "已撤下。依申请撤下" in down.text(page_of(ONE))
    assert "黑甲〔2026〕11号" in down.text(page_of(CODE))
    target = down.root.parent / "target"
    assert [path.name for path in (target / "releases").iterdir()] == [down.out.resolve().name]
    assert [path.name for path in (down.root / "releases").iterdir() if path.name[0] != "."] == [
        down.out.resolve().name
    ]


def test_the_receipt_says_what_was_done_and_verifies(down: Outcome) -> None:
    facts = json.loads(receipt(down).read_text(encoding="utf-8"))
    assert (facts["by"], facts["reason"], facts["release"]) == ("郗思齐", "依申请撤下", down.out.resolve().name)
    assert {*WORDS, "黑甲〔2026〕1号"} < {*facts["sought"]}
    held = {spot["sort"] for spot in facts["found"] if spot["holding"]}
    assert held == {"older", "state", "target"}
    assert not any(spot["holding"] for spot in facts["left"])
    assert {spot["sort"] for spot in facts["left"]} == {"release", "server", "cache", "state", "target"}
    assert receipt(down).stat().st_mode & 0o077 == 0
    retraction = receipt(down).with_name(receipt(down).stem + "-retraction.csv").read_text("utf-8-sig")
    assert f"黑乙〔2026〕1号,北安丙丁粮贸有限公司,{ONE},https://credit.example/{page_of(ONE)}" in retraction
    assert f"https://credit.example/{page_of(ONE)}" in (down.root / "server" / "dead.txt").read_text("utf-8")
    assert "撤下的哪里也没有。" in down.run("verify", "--receipt", str(receipt(down))).good().stdout


def test_a_receipt_that_was_changed_does_not_verify(copy: Outcome) -> None:
    path = receipt(copy)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("郗思齐", "别的人"), encoding="utf-8")
    copy.run("verify", "--receipt", str(path)).refused("broken-receipt", "与它的封印不符")
    path.write_text(text, encoding="utf-8")
    shutil.copy(path, path.with_name("20260101-000000-0.json"))
    copy.run("verify", "--receipt", str(path.with_name("20260101-000000-0.json"))).refused("broken-receipt", "history")


def shard(release: Path) -> Path:
    """Plant a name in a shard of names, in the index's own signs."""
    entry = script_body((release / "search" / "entry.js").read_bytes()).split("\n")
    (path,) = sorted((release / "search" / "names").rglob("*.js"))[:1]
    body = (
        script_body(path.read_bytes()) + "\n" + Shorthand.of(entry[7].split("\x1f")).write("北安丙丁粮贸有限公司\t\t1")
    )
    path.unlink()
    path.write_bytes(script(body))
    assert "北安丙丁粮贸有限公司".encode() not in path.read_bytes()
    return path


def packed(release: Path) -> Path:
    """Plant a number in a compressed copy alone."""
    path = next(path for path in sorted(release.rglob("*.html.gz")))
    text = gzip.decompress(path.read_bytes())
    path.unlink()
    path.write_bytes(gzip.compress(text + "黑乙〔2026〕1号".encode()))
    return path


def database(release: Path) -> Path:
    """Plant a row in a database that is a download, long enough to lie on several of its pages."""
    path = release / "data.sqlite"
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("CREATE TABLE record (text TEXT)")
        rows.execute("INSERT INTO record VALUES (?)", ("字" * 1350 + ONE + "字" * 3000,))
        rows.commit()
    return path


def lines(release: Path) -> Path:
    """Plant a line of JSON in ASCII."""
    path = release / "data.jsonl"
    path.write_text(json.dumps({"文号": "黑乙〔2026〕1号"}), encoding="ascii")
    return path


def table_of(release: Path) -> Path:
    """Plant a cell of a CSV file as spreadsheets of Windows write it."""
    path = release / "data.csv"
    path.write_bytes("文号,名称\n黑乙〔2026〕1号,某\n".encode("gb18030"))
    return path


def book(release: Path) -> Path:
    """Plant a cell of a workbook."""
    path = release / "data.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet().write_string("A1", ONE)
    return path


def brotlied(release: Path) -> Path:
    """Plant a compressed copy."""
    path = release / "feed.xml.br"
    path.unlink(missing_ok=True)
    path.write_bytes(brotli.compress("<feed>北安丙丁<b>粮贸</b>有限公司</feed>".encode()))
    return path


PLANTS = [shard, packed, database, lines, table_of, book, brotlied]


def test_every_survivor_is_found_and_purged(copy: Outcome) -> None:
    release, target = copy.out.resolve(), copy.root.parent / "target"
    planted = [plant(release) for plant in PLANTS]
    texts = {
        copy.root / "releases" / "0123456789abcdef" / "a.html": "<p>黑乙〔2026〕1号",
        target / "releases" / "fedcba9876543210" / "b.txt": ONE,
        target / "releases" / release.name / "c.txt": ONE,
        copy.root / ".cache" / "report.next": "北安丙丁粮贸有限公司",
        copy.root / "state" / "reports" / "甲局.html": "北安丙丁粮贸有限公司",
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    said = copy.run("verify", "--receipt", str(receipt(copy)))
    said.refused(*(f"{path.relative_to(copy.root.parent)}\n" for path in [*planted, *texts]))
    assert f"共 {len(planted) + len(texts)} 处" in said.stderr or said.stderr.count("错误[survivor]") == len(planted) + len(texts)  # fmt: skip
    taken(copy, ONE)
    assert [path for path in texts if path.exists()] == []
    copy.run("verify", "--receipt", str(receipt(copy))).good()
    copy.run("verify").good()


def test_what_survives_on_a_server_is_found_and_purged(copy: Outcome, tools: Path) -> None:
    release, target = copy.out.resolve(), copy.root.parent / "target"
    with closing(sqlite3.connect(copy.root / "state" / "history.sqlite")) as history:
        history.execute("UPDATE target SET address = ?", (f"中心@server.example:{target}",))
        history.commit()
    older, beside, changed = (target / "releases" / name for name in ("fedcba9876543210", f"{release.name}/c.txt", f"{release.name}/index.html"))  # fmt: skip
    older.mkdir()
    for path in (older / "b.txt", beside, changed):
        path.unlink(missing_ok=True)  # not the release's own file here, which it shares
        path.write_text(ONE)
    said = copy.run("verify", "--receipt", str(receipt(copy)))
    said.refused(*(f"releases/{path.relative_to(target / 'releases')}\n" for path in (older, beside, changed)))
    taken(copy, ONE)
    assert [path.name for path in (target / "releases").iterdir()] == [release.name]
    assert not beside.exists()
    assert changed.read_bytes() == (release / "index.html").read_bytes()
    copy.run("verify", "--receipt", str(receipt(copy))).good()


def test_a_server_that_cannot_be_asked_is_named(copy: Outcome, tools: Path) -> None:
    with closing(sqlite3.connect(copy.root / "state" / "history.sqlite")) as history:
        history.execute("UPDATE target SET address = '中心@server.example:/nowhere'")
        history.commit()
    (tools / "ssh").write_text("#!/bin/sh\necho Connection refused >&2\nexit 255\n")
    copy.run("take-down", "黑丙〔2026〕1号", *DOWN).refused(
        "target-unreachable", "中心@server.example", "还没有清除干净"
    )
    assert where(copy, "黑丙〔2026〕1号") == []


def test_what_people_must_mend_is_named_and_the_rest_is_done(copy: Outcome) -> None:
    article = "---\ntitle: 说明\ndate: 2026-11-20\nsource: 本站\n---\n当事人是嫩江戊己种植合作社。\n"
    copy.build(files={"content/note.md": article, "state/note.txt": "嫩江戊己种植合作社"}).good()
    done = copy.run("take-down", "嫩江戊己种植合作社", *DOWN)
    done.refused("survivor", "state/note.txt", "note.html", "没有清除干净")
    assert where(copy, "黑丙〔2026〕2号") == []


def test_the_row_in_the_department_s_file_does_not_come_back(copy: Outcome) -> None:
    for again in range(2):
        done = copy.build(files=notices(*ROWS, notice(文号=f"黑丁〔2026〕{again}号", 截止=""))).good()
        assert "已撤下" in done.stdout
        assert where(done, ONE) == []
    assert where(done, "黑乙〔2026〕1号") == []
    copy.run("verify", "--receipt", str(receipt(copy))).good()
    # and none of it is left where only removals are made, from the rows last accepted, by broken events
    (copy.root / ".cache" / "store.sqlite").unlink()
    (event,) = (copy.root / "data" / "events").iterdir()
    after = copy.build("--removals-only", files={f"data/events/{event.name}": '"没有关上'}).good()
    assert where(after, ONE) == []
    assert "已撤下。依申请撤下" in after.text(page_of(ONE))
    # taken down by mistake: without the event, and read anew, all of it is there again
    shutil.rmtree(copy.root / ".cache")
    assert "黑乙〔2026〕1号" in copy.build(files={f"data/events/{event.name}": None}).good().text(page_of(ONE))


def test_a_key_that_means_nothing_or_several_is_a_fault(copy: Outcome) -> None:
    copy.build(files=notices(*ROWS, notice(文号="黑乙〔2026〕2号", 截止=""))).good()
    before = tree(copy.root / "data")
    copy.run("take-down", "没有的", *DOWN).refused("event-unmatched", "「没有的」对不上任何记录或主体")
    copy.run("take-down", "黑乙〔2026〕2号", *DOWN).refused("event-several", "对上 2 个记录或主体")
    copy.run("take-down", *DOWN).refused("event-unmatched", "没有说要撤下什么")
    assert tree(copy.root / "data") == before
    # by its own key the one is meant
    with closing(sqlite3.connect(copy.root / ".cache" / "store.sqlite")) as rows:
        ((key,),) = rows.execute("SELECT key FROM row WHERE code = ?", (OTHER,)).fetchall()
    listed = copy.root.parent / "keys.txt"
    listed.write_text(f"# 依申请\n{key}\n\n嫩江戊己种植合作社\n", encoding="utf-8")
    done = copy.run("take-down", "--from", str(listed), *DOWN).good()
    assert "撤下 2 个，事件 2 个" in done.stdout
    assert "黑乙〔2026〕2号" in done.text(page_of(CODE))
    assert where(done, OTHER) == []
    with closing(
        sqlite3.connect(copy.root / ".cache" / "store.sqlite")
    ) as rows:  # nor anything made of how it was sent
        assert set(rows.execute("SELECT key LIKE 'erased %', sent IS NULL FROM row")) == {(0, 0), (1, 1)}
    facts = json.loads(receipt(copy).read_text(encoding="utf-8"))
    assert facts["unsought"] == {"黑乙〔2026〕2号": "别的记录也有"}


@given(
    word=st.text("北安丙丁〔〕12号ABX公司&'\"", min_size=3, max_size=12),
    around=st.sampled_from(["", "甲", "号", " ", "\x00"]),
)
def test_a_word_is_found_however_it_is_encoded(word: str, around: str) -> None:
    needles = Needles([word])
    for form in (
        word.encode(),
        word.encode("gb18030"),
        json.dumps(word).encode(),
        json.dumps(word, ensure_ascii=False).encode(),
    ):
        assert needles.count(around.encode() + form + around.encode())[word] >= 1
    assert Needles([word], [f"甲{word}乙"]).count(f"甲{word}乙".encode())[word] == 0


TOKENS = re.compile("91[0-9A-Z]{16}|黑示〔2026〕[0-9]+号|黑河示例[0-9]+号公司")


@pytest.mark.long
def test_a_thousand_taken_down_in_batches_of_ten_thousand(site_maker: SiteMaker) -> None:
    rows = [
        notice(名称=f"黑河示例{n}号公司", 代码=credit_code(1000 + n), 文号=f"黑示〔2026〕{n}号", 截止="", 日期=f"2026-{n % 10 + 1:02}-{n % 28 + 1:02}")
        for n in range(10_000)
    ]  # fmt: skip
    site = (SITES / "small" / "site.yaml").read_text(encoding="utf-8") + "compress: [gzip]\n"
    outcome = site_maker({"site.yaml": site, **notices(*rows)}).good()
    target = outcome.root.parent / "target"
    outcome.run("publish", "--to", str(target)).good()
    gone = rows[::10]
    for batch in range(4):
        keys = outcome.root.parent / "keys.txt"
        part = gone[batch::4]
        keys.write_text("\n".join(row["代码" if n % 2 else "文号"] for n, row in enumerate(part)), encoding="utf-8")
        begun = time.perf_counter()
        said = outcome.run("take-down", "--from", str(keys), *DOWN).good()
        print(f"batch {batch}: {time.perf_counter() - begun:.0f} s\n{said.stdout}")
        outcome.run("verify", "--receipt").good()
    words = {row[field] for row in gone for field in ("名称", "代码", "文号")}
    tombstones = {page_of(row["代码"]) for row in gone}
    for root in (outcome.root, target):
        for name, data in tree(root).items():
            if name.startswith(("data/", "state/takedown/")):
                continue
            for piece in contents(name, data):
                text = re.sub(r"entity/[0-9A-Z]{2}/[0-9A-Z]{18}\.html", lambda at: "" if at[0] in tombstones else at[0], piece.decode(errors="ignore"))  # fmt: skip
                assert not words.intersection(TOKENS.findall(text)), name
    assert len(outcome.entities()) == 10_000
    listed = {one.name for one in Reader(outcome.out / "search").entities()}
    assert len(listed) == 9_000 and not listed & words
    secret = gone[123]  # of the last batch
    for name, text in {"search/names/zz.js": secret["名称"], "data.jsonl": secret["文号"], "list/a.html.gz": secret["代码"]}.items():  # fmt: skip
        path = outcome.out / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    said = outcome.run("verify", "--receipt")
    said.refused("search/names/zz.js", "data.jsonl", "list/a.html.gz")
