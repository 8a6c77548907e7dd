"""The entity index finds every part of every text and nothing else, in the same bytes each time."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pagefind_bin import get_executable  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from disclosure.search import (
    Document,
    FulltextError,
    Listed,
    Miss,
    Reader,
    bound,
    disk,
    grams,
    pairs,
    self_check,
    shards,
    token,
    write_fulltext,
    write_index,
)
from disclosure.search.digits import LIMIT, bits, from_bits, from_gaps, from_sparse, gaps, number, numbers, sparse
from disclosure.search.listed import answer, contains, rank
from disclosure.search.places import places, table_size
from disclosure.search.shards import pack, script, script_body, unpack
from disclosure.search.sounds import spellings
from disclosure.search.text import bare, fold, units, words
from disclosure.search.variants import VARIANTS

SECTIONS = ("基础信息", "行政管理", "严重失信")
SCRIPTS = Path(__file__).parent.parent / "theme" / "js"
PLACES = ("黑河市", "黑河市爱辉区", "北安市", "嫩江市", "五大连池市", "逊克县", "孙吴县", "")
TRADES = ("粮贸", "商贸", "农业科技", "建筑工程", "餐饮", "物流", "药店")
FORMS = ("有限公司", "有限责任公司", "农民专业合作社", "（集团）有限公司", "经销处")
SIGNS = "北疆丰源鑫盛达华瑞祥泰和兴隆永昌宏远金玉林森龙江"
FIGURES = "0123456789ABCDEFGHJKLMNPQRTUWXY"

OLD = {shape: sign for sign, shape in VARIANTS.items()}  # a traditional shape of a simplified character


def invented(count: int, seed: int = 1) -> list[Listed]:
    """Entities whose names share places, trades and forms; one in ten without a code, one in eight with a former name."""
    dice = random.Random(seed)
    made = []
    for at in range(count):
        trade = "".join(dice.choices(SIGNS, k=dice.choice((2, 2, 3))))
        name = dice.choice(PLACES) + trade + dice.choice(TRADES) + dice.choice(FORMS)
        code = "91231100MA" + "".join(dice.choices(FIGURES, k=8)) if dice.random() < 0.9 else ""
        address = f"entity/{code[-2:]}/{code}.html" if code else f"entity/name/{at % 7}/{at}.html"
        former = (f"{trade}商行",) if dice.random() < 0.125 else ()
        issued = tuple(
            f"黑市监罚〔{dice.choice((2025, 2026))}〕{dice.randrange(900)}号" for _ in range(dice.randrange(3))
        )
        counts = (dice.randrange(2), dice.randrange(4), 0)
        made.append(Listed(address, name, former, code, issued, counts, ("守信",) if at % 9 == 0 else ()))
    return made


def cuttings(entities: Sequence[Listed], count: int, seed: int = 2) -> list[str]:
    """Queries: random parts of random texts, pairs of words, full width, and some that nothing has."""
    dice = random.Random(seed)
    found: list[str] = []
    while len(found) < count:
        entity = dice.choice(entities)
        text = dice.choice((entity.name, entity.name, entity.code or entity.name, *entity.numbers, *entity.former))
        start = dice.randrange(len(text) - 1)
        part = text[start : start + dice.choice((2, 3, 4, 6, 40))]
        wide = part.translate({sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)})
        letters = dice.choice(spellings(entity.name)).lower()
        begin = dice.randrange(max(1, len(letters) - 2))
        heard = letters[begin : begin + dice.choice((3, 4, 7))], f"{letters[:6]} {entity.name[:2]}"
        old = "".join(OLD.get(sign, sign) for sign in part)
        found.append(dice.choice((part, part, wide.lower(), f"{part} {entity.name[:3]}", part[::-1], old, *heard)))
    return [query for query in found if all(len(bare(word)) > 1 for word in words(query))]


@pytest.fixture(scope="module")
def entities() -> list[Listed]:
    """Six hundred invented entities."""
    return invented(600)


@pytest.fixture(scope="module", params=[300, pytest.param(600, marks=pytest.mark.long)])
def asked(request: pytest.FixtureRequest, entities: list[Listed]) -> dict[str, set[str]]:
    """Random queries, and the answers that looking at every entity gives, which takes long."""
    return {query: answer(entities, words(query)) for query in cuttings(entities, request.param)}


@pytest.fixture(scope="module", params=[20, 3])
def index(request: pytest.FixtureRequest, entities: list[Listed], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their index, divided finely so that every sort of row occurs: by 3, also parts that are divided no further."""
    folder = tmp_path_factory.mktemp("search")
    write_index(entities, folder, sections=SECTIONS, share=request.param)
    return folder


def test_every_part_is_found_and_nothing_else(asked: dict[str, set[str]], index: Path) -> None:
    """Random queries have exactly the answers that looking at every entity gives."""
    reader = Reader(index)
    assert [query for query, answers in asked.items() if reader.find(query) != answers] == []
    assert sum(map(bool, asked.values())) > len(asked) // 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("beijiang", True), ("bjlm", True), ("HHSBJLM", True), ("beijiangliangmaoy", True), ("hhsb", True),
        ("ktv", True), ("jttv", False), ("eijiang", False), ("iang", False), ("北疆糧貿", True), ("傢俱", True),
        ("具乐部", True), ("changqing", True), ("zhongqing", False), ("ｂｊｌｍ", True), ("bjlm 有限", True),
    ],
)  # fmt: skip
def test_pinyin_and_traditional_characters_find(tmp_path: Path, query: str, found: bool) -> None:
    """Full pinyin from the beginning of a syllable, initials, letters in names, traditional shapes; phrases have their reading."""
    names = ("黑河市北疆粮贸有限公司", "长庆家具（金源KTV）俱乐部", "重厂3号行")
    entities = [Listed(f"entity/name/{at}.html", name, (), "", (), (1, 0, 0), ()) for at, name in enumerate(names)]
    write_index(entities, tmp_path, sections=SECTIONS)
    assert bool(Reader(tmp_path).find(query)) is found
    assert bool(answer(entities, words(query))) is found


@pytest.mark.parametrize("some", [200, pytest.param(500, marks=pytest.mark.long)])
def test_the_page_reads_names_aloud_alike(browser: Browser, tmp_path: Path, some: int) -> None:
    """A query of letters has the same answers in the page as by looking at every entity, and so have traditional ones."""
    entities = invented(600, seed=8)
    extra = ("重庆长城旅行社", "厦门银行会计师事务所", "音乐KTV（俱乐部）", "長虹傢俱行", "乾隆3号都市")
    entities += [Listed(f"entity/name/{at}.html", name, ("曾名长行",), "", (), (1, 0, 0), ()) for at, name in enumerate(extra)]  # fmt: skip
    queries = [*cuttings(entities, some, seed=9), *(part.lower() for name in extra for part in spellings(name))]
    answers = [answer(entities, words(query)) for query in queries]
    assert sum(map(bool, answers)) > some * 3 // 5
    for share in (3, 20, 100):
        folder = tmp_path / str(share)
        write_index(entities, folder / "search", sections=SECTIONS, share=share)
        page = _opened(browser, folder, "find.js")
        found = page.evaluate(
            "async (queries) => { const told = []; for (const query of queries) { const { total, found, rest, index } = await siteSearch.find(query);"
            "const all = found.concat(total > found.length ? await Promise.all((await rest()).map((at) => index.entity(at))) : []);"
            "told.push(all.map((one) => one.address)); } return told; }",
            queries,
        )
        page.close()
        assert [query for query, links, all_of in zip(queries, found, answers, strict=True) if {*links} != all_of] == []


NEAR = "黑河市北疆粮贸有限公司"


@pytest.fixture(scope="module")
def near(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page beside the index of four hundred entities and of one with a name that is typed from memory."""
    folder = tmp_path_factory.mktemp("near")
    entities = [*invented(400, seed=3), Listed("entity/name/x.html", NEAR, (), "", (), (1, 0, 0), ())]
    districts = {"231100": "黑河市", "231181": "北安市", "231183": "嫩江市"}
    write_index(entities, folder / "search", sections=SECTIONS, districts=districts)
    page = _opened(browser, folder, "find.js", "near.js")
    yield page
    page.close()


@pytest.mark.parametrize(
    "query",
    ["北疆粮贸公司", "黑河市北僵粮贸有限公司", "北江良贸", "黑河北疆粮贸", "粮贸北疆", "北疆（黑河）粮贸有限责任公司", "北疆粮冒有限公司"],
)  # fmt: skip
def test_a_name_typed_from_memory_is_among_the_first_near_ones(near: Page, query: str) -> None:
    """公司 for 有限公司, a wrong character, one that sounds alike, words in another order: the name is the first."""
    call = "async (query) => [(await siteSearch.find(query)).found, (await siteSearch.near(query)).found].map((all) => all.map((one) => one.name))"
    exact, others = near.evaluate(call, query)
    assert exact == []
    assert others[0] == NEAR


def _opened(browser: Browser, folder: Path, *names: str) -> Page:
    """A page beside the index in a folder, with these scripts."""
    for name in names:
        (folder / name).write_text((SCRIPTS / name).read_text(encoding="utf-8"), encoding="utf-8")
    tags = "".join(f"<script src={name}></script>" for name in names)
    (folder / "page.html").write_text(f"<meta charset=utf-8>{tags}", encoding="utf-8")
    page = browser.new_page()
    page.goto((folder / "page.html").as_uri())
    return page


def test_all_short_parts_are_found(entities: list[Listed], index: Path) -> None:
    """Every substring of two to five characters of fifty entities' texts finds its entity."""
    reader = Reader(index)
    for entity in entities[::12]:
        place = reader.place_of(entity)
        assert place is not None
        for text in (entity.name, *entity.former, entity.code, *entity.numbers):
            folded = fold(text)
            parts = {folded[at : at + size] for size in (2, 3, 4, 5) for at in range(len(folded) - size + 1)}
            assert [part for part in parts if len(bare(part)) > 1 and not reader.finds(part, place)] == []


def test_common_parts_hold_the_exact_number_and_the_first_by_rank(entities: list[Listed], index: Path) -> None:
    """A part that many share says how many, and its first fifty are those that rank first."""
    reader = Reader(index)
    for word in ("有限公司", "黑河", "23", "公司", "2026"):
        part = reader.part(word)
        assert part is not None and part.exact
        having = [entity for entity in entities if contains(entity, word)]
        first = [reader.entity(place).address for place in part.first]
        assert part.total == len(having) == len(part.every)
        assert set(first) == {entity.address for entity in sorted(having, key=lambda one: _order(one, word))[:50]}
        best = {entity.address for entity in sorted(having, key=lambda one: _order(one, word))[:8]}
        assert set(first[:8]) == best


def _order(entity: Listed, word: str) -> tuple[int, int, int, str]:
    texts = [form for text in (entity.name, *entity.former, entity.code) for form in (fold(text), bare(fold(text)))]
    near = 0 if word in texts else 1 if any(text.startswith(word) for text in texts) else 2
    return near, *rank(entity)


def test_what_is_shown_of_an_entity_is_what_was_listed(entities: list[Listed], index: Path) -> None:
    """Name, code, former names, counts, labels, numbers and address come back as they went in."""
    reader = Reader(index)
    assert reader.sections == SECTIONS
    for entity in entities[:200]:
        place = reader.place_of(entity)
        assert place is not None
        shown = reader.entity(place)
        assert replace(shown, numbers=()) == replace(entity, numbers=(), counts=_trimmed(entity.counts))
        assert set(shown.numbers) == set(entity.numbers)


def _trimmed(counts: tuple[int, ...]) -> tuple[int, ...]:
    while len(counts) > 1 and counts[-1] == 0:
        counts = counts[:-1]
    return counts


def test_the_order_of_the_entities_and_the_number_of_workers_change_no_byte(tmp_path: Path) -> None:
    """The same entities give the same files."""
    entities = invented(300)
    write_index(entities, tmp_path / "one", sections=SECTIONS)
    write_index(entities[::-1], tmp_path / "other", sections=SECTIONS, jobs=2)
    assert _files(tmp_path / "one") == _files(tmp_path / "other")


def test_what_is_held_of_the_files_at_a_time_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entities = invented(600)
    write_index(entities, tmp_path / "whole", sections=SECTIONS, share=10)
    monkeypatch.setattr(disk, "STRETCH", 4096)
    monkeypatch.setattr(grams, "LARGE", 300)
    monkeypatch.setattr(grams, "PORTION", 20)
    monkeypatch.setattr(grams, "ROWS", 7)
    write_index(entities, tmp_path / "parts", sections=SECTIONS, share=10, jobs=2)
    assert _files(tmp_path / "whole") == _files(tmp_path / "parts")


@given(st.data())
def test_an_array_on_disk_is_read_and_written_as_one_in_memory(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path, held = tmp_path_factory.mktemp("disk") / "array", np.arange(40, dtype=np.int32) * 3
    path.write_bytes(held.tobytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "STRETCH", data.draw(st.sampled_from([4, 24, 1 << 23]), "stretch"))
        lying = disk.OnDisk(path, np.int32, write=True)
        at = np.array(data.draw(st.lists(st.integers(0, 39), max_size=60)), np.int64)
        begin, end = data.draw(st.tuples(st.integers(0, 40), st.integers(0, 60)))
        assert len(lying) == 40 and lying[7] == held[7]
        assert (lying[at] == held[at]).all() and (lying[begin:end] == held[begin:end]).all()
        once = np.unique(at)
        lying[once] = held[once] = np.arange(len(once)) + 1000
        assert (lying[:] == held).all()
        lying[once] = held[once] = 7
        assert (np.fromfile(path, np.int32) == held).all()


def test_one_new_entity_changes_few_shards(tmp_path: Path) -> None:
    """Of the shards of parts most keep their names when one entity is added."""
    entities = invented(3000)
    before = write_index(entities[1:], tmp_path / "before", sections=SECTIONS)
    after = write_index(entities, tmp_path / "after", sections=SECTIONS)
    fresh = [path for path in set(after.paths) - set(before.paths) if path.startswith("parts/")]
    assert len(fresh) < len([path for path in after.paths if path.startswith("parts/")]) / 2


def test_what_an_older_index_has_is_not_written_again(tmp_path: Path) -> None:
    """Files that an older index has too are shared with it, most of them, and the index is as if made alone."""
    entities = invented(3000)
    older = write_index(entities[1:], tmp_path / "older", sections=SECTIONS)
    alone = write_index(entities, tmp_path / "alone", sections=SECTIONS)
    beside = write_index(entities, tmp_path / "beside", sections=SECTIONS, before=tmp_path / "older")
    assert _files(tmp_path / "beside") == _files(tmp_path / "alone")
    both = set(older.paths) & set(beside.paths) - {"entry.js"}
    assert {path for path in both if not (tmp_path / "beside" / path).samefile(tmp_path / "older" / path)} == set()
    assert len(both) > len(beside.paths) / 2
    assert alone.bytes == beside.bytes


def test_nothing_is_left_beside_the_index(tmp_path: Path) -> None:
    """What lies on disk while the index is made is gone afterwards, also where it was not made."""
    write_index(invented(300), tmp_path / "one", sections=SECTIONS, jobs=2)

    def broken() -> Iterator[Listed]:
        yield from invented(3)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_index(broken(), tmp_path / "other", sections=SECTIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_two_shards_of_one_hash_are_two_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two bodies have the same hash, one is named otherwise and both are found."""
    entities = invented(60)
    short = shards.digest
    monkeypatch.setattr(shards, "digest", lambda text: short(text)[:1] + "aaaaaaa")
    report = write_index(entities, tmp_path, sections=SECTIONS, share=20)
    names = [path for path in report.paths if path.startswith("parts/")]
    assert 8 < len(names) < 32
    assert self_check(entities, tmp_path) == []


def test_shards_are_small_and_reported(entities: list[Listed], tmp_path: Path) -> None:
    """No shard is above four kilobytes, and the report names exactly what lies in the folder."""
    report = write_index(entities, tmp_path, sections=SECTIONS)
    files = _files(tmp_path)
    assert report.largest_shard <= 4096
    assert set(report.paths) == set(files)
    assert report.bytes == sum(map(len, files.values()))
    assert report.entities == len(entities)


def test_sixty_of_one_name_are_found(tmp_path: Path) -> None:
    """Where every rare part is of more than fifty, they are in order of rank."""
    entities = [Listed(f"entity/name/a/{at}.html", "甲乙", (), "", (), (at,), ()) for at in range(60)]
    write_index(entities, tmp_path, sections=SECTIONS)
    reader = Reader(tmp_path)
    assert reader.find("甲乙") == {entity.address for entity in entities}
    part = reader.part("甲乙")
    assert part and [reader.entity(place).counts for place in part.first[:1]] != [(0,)]


def test_two_letters_are_no_pinyin(tmp_path: Path) -> None:
    """Two letters find what is written so, however many names sound so; three find those too."""
    written = Listed("entity/name/a/x.html", "金源BJ酒店", (), "", (), (1,), ())
    heard = [Listed(f"entity/name/a/{at}.html", f"北疆{sign}行", (), "", (), (1,), ()) for at, sign in enumerate(SIGNS)]
    for share in (3, 100):
        write_index([written, *heard], tmp_path / str(share), sections=SECTIONS, share=share)
        reader = Reader(tmp_path / str(share))
        assert reader.find("bj") == {written.address}
        assert reader.find("beij") == {entity.address for entity in heard}
        assert reader.find("xh") == set()


def _crowd() -> list[Listed]:
    """Two thousand entities of few characters, so that every sort of part is there, and bodies that share their beginning."""
    dice = random.Random(4)
    signs = "甲乙丙丁戊己庚辛"
    made = []
    for at in range(2000):
        name = (
            "黑河市"
            + "".join(dice.choices(signs, k=dice.randrange(3, 9)))
            + ("（集团）" if at % 9 == 0 else "")
            + "公司"
        )
        numbers = tuple(f"黑罚〔202{dice.randrange(6)}〕{dice.randrange(4000)}号" for _ in range(3))
        made.append(Listed(f"entity/name/{at % 7}/{at}.html", name, (), "", numbers, (1, 0, 0), ()))
    return made


@pytest.mark.parametrize("some", [75, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("share", [4, 20, 100])
def test_no_query_reads_more_than_is_told(browser: Browser, tmp_path: Path, share: int, some: int) -> None:
    """What the page reads for a word that is found is within the first bound of the report, and whatever is typed within
    the second: parts, long ones, several words, with brackets, many of them, and what is found nowhere.
    """
    entities = _crowd()
    report = write_index(entities, tmp_path / "search", sections=SECTIONS, share=share)
    page = _opened(browser, tmp_path, "find.js", "near.js")
    read: list[int] = []
    page.on("request", lambda request: read.append((tmp_path / "search" / request.url.partition("/search/")[2].partition("?")[0]).stat().st_size))  # fmt: skip
    call = "async (query) => { await siteSearch.openIndex(true); const { total } = await siteSearch.find(query); if (!total) await siteSearch.near(query); return total; }"
    dice = random.Random(5)
    lost = [
        "".join(dice.choices("甲乙丙丁戊己庚辛公司黑河", k=size))
        for size in (2, 3, 4, 6, 9, 40, 100)
        for _ in range(some // 50)
    ]
    many = [
        " ".join(dice.choices(("甲乙", "丙丁", "公司", "黑河", "（集团）", "202", "黑罚", "乙甲丙"), k=8))
        for _ in range(some // 15)
    ]
    costs: dict[str, tuple[int, int]] = {}
    for query in [
        *cuttings(entities, some, seed=6),
        *lost,
        *many,
        "（集团）",
        "黑河市",
        "heihe",
        "hhs",
        "公司（集团",
        "黑罚〔2023〕1",
    ]:
        read.clear()
        costs[query] = page.evaluate(call, query), sum(read)
    page.close()
    alone = {query: cost for query, (total, cost) in costs.items() if total and len(words(query)) == 1 and bare(fold(query)) == fold(query)}  # fmt: skip
    assert len(alone) > some // 4
    assert {query: cost for query, cost in alone.items() if cost > report.bound.word} == {}
    assert {query: cost for query, (_, cost) in costs.items() if cost > report.bound.anything} == {}


def test_the_page_keeps_to_the_limits_of_the_bound() -> None:
    """What bounds a query is written alike in the page's scripts and where the bound is counted."""
    told = {name: int(value) for script_name in ("find.js", "near.js") for name, value in re.findall(r"const ([A-Z_]+) = (\d+);", (SCRIPTS / script_name).read_text(encoding="utf-8"))}  # fmt: skip
    names = {"MOST_SIGNS": "SIGNS", "MOST_WORDS": "WORDS", "STEPS": "STEPS", "STEP_LISTS": "STEP_LISTS",
             "CHECKED": "CHECKED", "NUMBERED": "NUMBERED", "ROWS": "NEAR_LOOKUPS", "LISTS": "NEAR_LISTS", "WHOLE": "FAR",
             "PAGE": "FIRST"}  # fmt: skip
    assert {name: told[name] for name in names} == {name: getattr(bound, here) for name, here in names.items()}
    assert 2 * told["READ"] == bound.NEAR


def test_nothing_listed_gives_an_index_that_finds_nothing(tmp_path: Path) -> None:
    """A site without entities has a search all the same."""
    write_index([], tmp_path, sections=SECTIONS)
    assert Reader(tmp_path).find("黑河") == set()


def test_the_check_finds_an_index_that_misses(entities: list[Listed], tmp_path: Path) -> None:
    """The gate is silent for a whole index and names what a smaller one does not find."""
    write_index(entities[1:], tmp_path, sections=SECTIONS)
    assert self_check(entities[1:40], tmp_path) == []
    assert Miss(entities[0].name, entities[0].address) in self_check(entities[:1], tmp_path)


def test_brackets_count_only_where_the_query_has_them(tmp_path: Path) -> None:
    """With brackets a name that has them is meant; where none has them, and in numbers, they are ignored."""
    one = Listed("entity/name/a/1.html", "黑河（集团）公司", (), "", ("黑发〔2026〕7号",), (1,), ())
    other = Listed("entity/name/a/2.html", "黑河集团公司", (), "", (), (1,), ())
    write_index([one, other], tmp_path, sections=SECTIONS)
    found = Reader(tmp_path).find
    assert found("黑河[集团]") == {one.address}
    assert found("河集团") == {one.address, other.address}
    assert found("黑河集（团") == {one.address, other.address}
    assert found("黑发(2026) 7号") == found("发20267") == found("〔２０２６〕") == {one.address}


def test_rare_signs_are_found(tmp_path: Path) -> None:
    """Characters beyond the basic plane, template signs and marks of no width neither break nor hide a name."""
    odd = Listed("entity/name/a/1.html", "𠮷野家`${x}\\n\u200b餐饮 A\u2028B", (), "", (), (1,), ("`",))
    write_index([odd, *invented(80)], tmp_path, sections=SECTIONS, share=1)
    found = Reader(tmp_path).find
    for query in ("𠮷野", "野家`$", "{x}\\n餐", "餐饮a", "饮Ａb"):
        assert found(query) == {odd.address}, query


CODES = (
    "91231100MA18XK4J13",
    "91231100012345671L",
    "91231100MA18XK4J27",
    "91231100MAI8XK4J2X",
    "231100000012345",
    "~!ab",
    "",
)
NUMBERS = (
    "黑市监罚〔2026〕7号", "黑市监罚〔2026〕07号", "黑市监罚〔2026〕13688号", "黑市监罚〔2026〕13689号", "黑市监罚〔2026〕7", "〔2016〕第1号",
    "JY12311020001234", "00000000", "1234567 12345678号", "a~b{c}〔2025〕", "231", "ЁжԱ\x07",
)  # fmt: skip


def test_codes_numbers_and_names_come_back(browser: Browser, tmp_path: Path) -> None:
    """What is written in few bytes is read as it was listed, by the check of the build and by the page."""
    names = ("北疆ab（c）", "[髙]_^{丁|七}", "啊\x03座")
    entities = [
        Listed(f"entity/{code[-2:]}/{code}.html" if code else "entity/x.html", names[at % 3], names[at % 2 : 1], code, NUMBERS[at % 5 :], (at,), ())
        for at, code in enumerate(CODES)
    ]  # fmt: skip
    write_index(entities, tmp_path / "search", sections=SECTIONS)
    page = _opened(browser, tmp_path, "find.js")
    shown = page.evaluate(
        "async (places) => { const index = await siteSearch.openIndex(true); return Promise.all(places.map(async (place) => {"
        "const one = await index.entity(place); return [one.address, one.name, one.former, one.code, await index.numbersOf(place)]; })); }",
        [place for entity in entities if (place := Reader(tmp_path / "search").place_of(entity)) is not None],
    )
    page.close()
    listed = [(one.address, one.name, one.former, one.code, tuple(sorted(one.numbers))) for one in entities]
    read = [
        (one.address, one.name, one.former, one.code, one.numbers) for one in Reader(tmp_path / "search").entities()
    ]
    assert sorted(read) == sorted(listed)
    assert [
        (address, name, tuple(former), code, tuple(numbers)) for address, name, former, code, numbers in shown
    ] == listed


@given(st.lists(st.integers(0, LIMIT - 1), max_size=40))
def test_numbers_come_back(values: list[int]) -> None:
    """What is written as digits, gaps and bits is read again."""
    ascending = sorted(set(values))
    small = [0, *(value % 5000 for value in ascending)]
    assert list(numbers("".join(map(number, values)))) == values
    assert from_gaps(gaps(ascending)) == ascending
    assert from_bits(bits(sorted(set(small)))).tolist() == sorted(set(small))
    assert from_sparse(sparse(np.array(sorted(set(small))))).tolist() == sorted(set(small))


def test_too_many_entities_are_refused() -> None:
    """A number beyond the limit is an error and not a wrong answer."""
    with pytest.raises(ValueError, match="search index"):
        number(LIMIT)


@given(
    st.dictionaries(st.text("ab(黑河\ud842\udfb7", min_size=1, max_size=6), st.text("!#aZ~", min_size=1), min_size=1)
)
def test_rows_and_scripts_come_back(rows: dict[str, str]) -> None:
    """Rows are read again from the bytes of a shard, halves of pairs and template signs too."""
    ordered = sorted(rows.items())
    assert unpack(units(script_body(script(pack(ordered))))) == ordered
    assert script_body(script("`\\u0041`${a}\r\n\0")) == "`\\u0041`${a}\r\n\0"


@given(st.sets(st.text(min_size=1, max_size=8), max_size=60))
def test_places_are_different_and_few_are_free(names: set[str]) -> None:
    """Each entity has a place of its own, whatever the order, near the size of the table."""
    ordered = sorted(names)
    taken = places(ordered)
    assert len(set(taken)) == len(names)
    assert max(taken, default=0) < table_size(len(names)) + len(names)
    assert dict(zip(ordered[::-1], places(ordered[::-1]), strict=True)) == dict(zip(ordered, taken, strict=True))


TEXTS = (
    "黑河市北疆粮贸有限公司", "ＡＢＣ　ａｂｃ", "（甲）〔乙〕【丙】[丁]〈戊〉《己》", "黑市监罚〔2024〕9号", "①②㈱㍿", "ﾊﾝｶｸ", "İstanbul ΣΑΣ ς ß",
    "𠮷野家", "一\u200b二\ufeff三\u00a0四\u3000五", "A\tB\nC", "—–−", "艾孜买提·买买提•热依木", "é e\u0301", "\ue000\uf8ff", "ﬁ ﬂ", "½ ² ℃",
    "", " ", "\U000e0100葛\U000e0100", "ǅ Ⅷ ⅷ", "㋿令和", "9123110０MA1A2B3C4D", "_a_b 3.5万元，共２份。", "ÅÅ",
)  # fmt: skip


def test_python_and_the_page_compare_texts_alike(browser: Browser) -> None:
    """Folding and words are the same in Python and in the browser, over a table and every character of the basic plane."""
    plane = [chr(point) for point in range(0x10000) if category(chr(point)) not in {"Cn", "Cs"}]
    page = browser.new_page()
    page.evaluate((SCRIPTS / "find.js").read_text(encoding="utf-8"))
    page.evaluate("pairs => siteSearch.learn(pairs)", "".join(sign + shape for sign, shape in VARIANTS.items()))
    call = "texts => texts.map(t => [siteSearch.fold(t), siteSearch.words(t).join('|')])"
    ours = [[fold(text), "|".join(words(text))] for text in (*TEXTS, *plane)]
    theirs = page.evaluate(call, [*TEXTS, *plane])
    page.close()
    assert [[units(part) for part in pair] for pair in theirs] == ours


def test_python_and_the_page_cut_full_text_alike(browser: Browser) -> None:
    """What is left of a text and its pairs as words are the same on both sides, over a table and the basic plane."""
    plane = [chr(point) for point in range(0x10000) if category(chr(point)) not in {"Cn", "Cs"}]
    texts = [*TEXTS, *(f"黑{sign}河" for sign in plane)]
    script_text = "globalThis.module = {exports: {}};" + (SCRIPTS / "fulltext.js").read_text(encoding="utf-8")
    page = browser.new_page()
    page.evaluate(script_text)
    cut = page.evaluate("texts => texts.map(t => module.exports.pairs(t).map(module.exports.token).join(' '))", texts)
    page.close()
    assert [text for text, one in zip(texts, cut, strict=True) if one != " ".join(map(token, pairs(text)))] == []


def test_fulltext_is_the_same_each_time_and_complete(tmp_path: Path) -> None:
    """The bundle lies under a name made from its content, with what the page needs and no more."""
    documents = [Document(f"news/{at}.html", f"第{at}号通知", (("", "黑河市信用信息公示" * at),)) for at in range(1, 8)]
    documents.append(Document("entity/a.html#b", "黑河甲公司", (("违法事实", "未按规定公示"),), "record"))
    one = write_fulltext(documents, tmp_path / "one")
    other = write_fulltext(documents[::-1], tmp_path / "other")
    assert one == other and one.documents == 8
    assert _files(tmp_path / "one") == _files(tmp_path / "other")
    names = {re.sub(r"_[0-9a-f]{6,}", "", Path(path).name) for path in one.paths}
    assert names == {
        "entry.json",
        "pagefind-entry.json",
        "pagefind-worker.js",
        "pagefind.und.pf_meta",
        "und.pf_filter",
        "und.pf_fragment",
        "und.pf_index",
        "wasm.unknown.pagefind",
        "worker.js",
    }


@pytest.mark.parametrize("documents", [[], [Document("news/1.html", "——", ())]], ids=["none", "without a word"])
def test_nothing_to_find_gives_an_empty_fulltext(tmp_path: Path, documents: list[Document]) -> None:
    """A site without articles and records, or words in them, has a full text in which nothing is found."""
    assert write_fulltext(documents, tmp_path).documents == len(documents)
    assert (tmp_path / "entry.json").exists()


@pytest.mark.parametrize(
    "harm",
    [
        "truncate -s 20 $made/pagefind-worker.js",
        "truncate -s 20 $made/pagefind-entry.json",
        "truncate -s 20 $made/index/*",
        "truncate -s 0 $made/wasm.*",
        "printf 没有 > $(ls $made/*.pf_meta)",
        "rm $(ls $made/fragment/* | head -1)",
    ],
)
def test_files_that_the_disk_cut_short_are_no_fulltext(tmp_path: Path, harm: str) -> None:
    """Pagefind says that all went well where a full disk refused the last bytes of a file; what it wrote is looked at."""
    program = tmp_path / "pagefind"
    program.write_text(f'#!/bin/sh\n{get_executable()} "$@" && made=$4 && {harm}\n', encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(FulltextError, match="不完整"):
        write_fulltext([Document("a.html", "甲乙", ())], tmp_path / "out", program=program)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("lines", "words"),
    [("sleep 5", "0.5 秒内没有做完"), ("echo 坏了 >&2; exit 3", "以代码 3 结束；坏了"), ("exit 0", "代码 0")],
)
def test_a_program_that_hangs_or_dies_ends_the_index_and_nothing_else(tmp_path: Path, lines: str, words: str) -> None:
    """Within the time that it is given the caller knows, also where a child of the program lives on."""
    program = tmp_path / "pagefind"
    program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(FulltextError, match=words):
        write_fulltext([], tmp_path / "out", program=program, patience=0.5)
    assert not (tmp_path / "out").exists()


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
