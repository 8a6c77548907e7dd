"""The audit's search for personal and withheld numbers: what each check takes for one, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from frontdoor import identity_number
from planted import registration
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

from disclosure.audit import leaks
from disclosure.audit.desk import Measure, Seen, Written
from disclosure.intake import withheld_digest
from disclosure.problems import Place, Problem

MEND = "先看报送文件和文章里有没有；没有就是程序或模板的错误，请联系维护人员。成品没有发布"


def written(text: str, name: str = "a.txt") -> Written:
    """A file that was written."""
    return Written(Path(), name, text)


def suspected(check: Callable[[Written, Seen], None], text: str, name: str = "a.txt") -> list[str]:
    """The numbers that a check suspects in a file."""
    seen = Seen()
    check(written(text, name), seen)
    assert set(seen.suspects.values()) <= {name}
    return sorted(number for _, number in seen.suspects)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ａ①号１２／⑩（甲）：２０", "A1号12/10（甲）：20"),
        ("1\u200b2\u00ad3\ufe0f", "123"),
        ("٤５𝟔", "456"),
        ("一二三四五六七八", "一二三四五六七八"),
        ("一二三四五六七八九", "123456789"),
        ("〇零壹贰叁肆伍陆柒捌玖杠九", "00123456789-9"),
    ],
)
def test_digits_are_read_however_they_are_written(text: str, said: str) -> None:
    assert leaks.words(written(text)) == said


def test_a_text_of_plain_signs_is_read_as_it_is() -> None:
    file = written("罚款2000元（大写：贰仟元）")
    assert leaks.words(file) is file.text


def test_a_run_of_digits_is_told_with_its_groups_and_its_place() -> None:
    found = leaks.runs(written("甲 138-1234 5678，乙231102 19900101 123x。123456789"))
    assert found == [
        ("13812345678", ["138", "1234", "5678"], 2, 15),
        ("23110219900101123X", ["231102", "19900101", "123X"], 17, 37),
    ]


def test_words_of_eight_letters_and_figures_are_told_once() -> None:
    assert leaks.tokens(written("E8765432,E8765432;abcdefgh E876543")) == {"E8765432"}


SECRET = "E87654321"
WITHHELD = Measure(withheld=frozenset([withheld_digest(SECRET), withheld_digest("F12345678")]))


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.txt", "甲E87654321乙", ["E87654321"]),
        ("a.txt", "e87654321 F12345678 E87654321", ["E87654321", "F12345678", "e87654321"]),
        ("a.txt", "Ｅ８７６５４３２１", ["E87654321"]),
        ("a.html", "<p>Ｅ８７６５４３２１</p>", ["E87654321"]),
        ("a.html", '<p title="E87654321">甲</p>', ["E87654321"]),
        ("a.html", "<p>E8<b>7654321</b></p>", ["E87654321"]),
        ("a.html", "<!-- 注 --><p>E8<b>7654321</b></p>", ["E87654321"]),
        ("a.xml", "<p>E8<b>7654321</b></p>", ["E87654321"]),
        ("a.xml", "<p>&#69;87654321</p>", ["E87654321"]),
        ("a.xml", "<p>Ｅ８７６５４３２１</p>", ["E87654321"]),
        ("a.html", "<!-- 注 --><p>Ｅ８７６５４３２１</p>", ["E87654321"]),
        ("a.xml", "<p>E87654321１</p>", ["E87654321"]),
        ("a.txt", "1E87654321 E8765432", []),
    ],
)
def test_a_withheld_number_is_found_by_its_digest(name: str, text: str, found: list[str]) -> None:
    told = list(leaks.withheld(written(text, name), WITHHELD))
    why = "这个号码在报送文件里属于不公开的字段"
    assert told == [leaks.leak(name, number, "不得公开的号码", why) for number in found]
    assert list(leaks.withheld(written(text, name), Measure())) == []


def test_a_word_of_letters_alone_is_no_withheld_number() -> None:
    held = Measure(withheld=frozenset([withheld_digest("ABCDEFGH")]))
    assert list(leaks.withheld(written("ABCDEFGH ＡＢＣＤＥＦＧＨ"), held)) == []


def test_a_leak_is_told_without_its_number() -> None:
    number, what = identity_number(21), "身份证号码"
    (problem,) = leaks.identity(written(f"甲{number}"), Measure())
    assert problem == Problem(
        "leak", Place("a.txt"), "成品里有身份证号码（2311…，共 18 位）", "任何人的身份证号码都不得公开", MEND
    )
    for told, shown in (
        ("zhang@a.cn", "zhan…，共 10"),
        ("z.ng@a.cn", "z.…，共 9"),
        ("家住示例1号", "家住…，共 6"),
        ("zhan.g@a", "zhan…，共 8"),
        ("A123号5", "A123…，共 6"),
        ("甲1号室", "甲1…，共 4"),
    ):
        assert leaks.leak("a", told, what, "").what == f"成品里有身份证号码（{shown} 位）"  # fmt: skip


def identity(born: str, region: str = "231102", order: str = "12") -> str:
    """A number with a right check digit of somebody born on a day."""
    body = region + born + order
    return next(body + sex + ric.calc_check_digit(body + sex + "0") for sex in "3579")


def with_check(check: str) -> str:
    """An identity number with this check digit."""
    bodies = (f"23110219900101{order:03}" for order in range(1, 99))
    return next(body + check for body in bodies if ric.calc_check_digit(body + "0") == check)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((f"甲{number}乙", [number]) for number in map(with_check, "0123456789X")),
        (f"甲{with_check('X').lower()}乙", [with_check("X")]),
        (f"甲{with_check('1')[:-1]}2乙", []),
        ("-".join(with_check("X")), [with_check("X")]),
        (f"2026 {with_check('1')} 8", [with_check("1")]),
        (identity("19000101"), [identity("19000101")]),
        (identity("20121231"), [identity("20121231")]),
        (identity("18991231"), []),
        (identity("20130101"), []),
        (identity("19900230"), []),
        (identity("19901301"), []),
        (identity("19900101", "831102"), [identity("19900101", "831102")]),
        (identity("19900101", "131102"), [identity("19900101", "131102")]),
        (identity("19900101", "931102"), []),
        (identity("19900101", "031102"), []),
        (identity("19900101") + "1", []),
    ],
)
def test_an_identity_number_has_region_day_of_birth_and_check_digit(text: str, found: list[str]) -> None:
    told = [problem.what for problem in leaks.identity(written(text), Measure())]
    assert sorted(set(told)) == [f"成品里有身份证号码（{number[:4]}…，共 18 位）" for number in found]


def test_an_identity_number_is_found_in_an_attribute_of_a_page() -> None:
    page = f'<p title="甲{with_check("X").lower()}乙 12345678"></p>'
    assert len(list(leaks.identity(written(page, "a.html"), Measure()))) == 1


def test_identity_numbers_are_told_in_order() -> None:
    numbers = [identity("19900101", region) for region in ("110101", "231102", "510104")]
    told = [problem.what for problem in leaks.identity(written("，".join(reversed(numbers))), Measure())]
    assert told == [f"成品里有身份证号码（{number[:4]}…，共 18 位）" for number in numbers]


OLD = "231102900101123"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (OLD, [OLD]),
        (f"李某{OLD}的", [OLD]),
        ("231102 900101 123", [OLD]),
        (f"{OLD} 2026", [OLD]),
        (f"税号{OLD}", []),
        (f"税号{'甲' * 12}{OLD}", []),
        (f"税号{'甲' * 13}{OLD}", [OLD]),
        (f"登记的身份证号{OLD}", [OLD]),
        (f"甲A：{OLD}", [OLD]),
        (f"甲A {OLD}", [OLD]),
        (f"证件号A{OLD}", [OLD]),
        (f"甲é{OLD}", [OLD]),
        (f"甲乙A{OLD}", []),
        (f"甲-A{OLD}", []),
        (f"甲-乙A{OLD}", []),
        (f"税号1234567890，身份证号{OLD}", [OLD]),
        ("831102900101123", ["831102900101123"]),
        ("931102900101123", []),
        ("231102900230123", []),
        ("231102000101123", ["231102000101123"]),
        ("231102991231123", ["231102991231123"]),
        ("23110290010112X", []),
        ("2311029001011234", []),
        ("23110290010112", []),
    ],
)
def test_an_old_identity_number_has_region_and_day_of_birth(text: str, found: list[str]) -> None:
    assert suspected(leaks.old_identity, text) == found


def test_a_number_that_goes_on_in_letters_is_no_old_identity_number() -> None:
    assert suspected(leaks.old_identity, f"_A{OLD}") == suspected(leaks.old_identity, f"甲A{OLD}") == []


def test_a_registration_number_is_no_old_identity_number() -> None:
    dice = Random(4)
    numbers = [registration(dice) for _ in range(50)] + [f"{dice.randint(10**14, 10**15 - 1)}" for _ in range(500)]
    assert [leaks._is_registration(number) for number in numbers] == [mod_11_10.is_valid(number) for number in numbers]
    both = next(number for number in map(str, range(231102900101000, 231102900101999)) if mod_11_10.is_valid(number))
    assert suspected(leaks.old_identity, both) == []


MOBILE = "13812345678"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MOBILE, [MOBILE]),
        ("电话138-1234-5678", [MOBILE]),
        ("138 1234 5678。", [MOBILE]),
        (" ".join(MOBILE), [MOBILE]),
        (" ".join(MOBILE + "9"), []),
        ("0086 138 1234 5678", [MOBILE]),
        (f"{MOBILE} 2026", [MOBILE]),
        ("1381 234 5678", []),
        ("19912345678", ["19912345678"]),
        ("12812345678", []),
        ("23812345678", []),
        ("1381234567X", []),
        ("138123456789", []),
        (f"编号{MOBILE}", []),
        (f"编号：{MOBILE}", []),
        (f"许可证号： {MOBILE}", []),
        (f"许可证号：  {MOBILE}", [MOBILE]),
        (f"A{MOBILE}", []),
        (f"A13912345678，{MOBILE}", [MOBILE]),
        (f"{MOBILE}元", []),
        (f"{MOBILE}号", []),
        (f"{MOBILE}号码", [MOBILE]),
        ("电话0456-8223344", ["04568223344"]),
        ("0456-82233441", ["045682233441"]),
        ("010-82233441", ["01082233441"]),
        ("024-8223344", ["0248223344"]),
        ("024-822334411", []),
        ("1456-8223344", []),
        ("0456-1223344", []),
        ("0456-0223344", []),
        ("04568223344", []),
    ],
)
def test_a_telephone_is_eleven_figures_or_stands_behind_its_area_code(text: str, found: list[str]) -> None:
    assert suspected(leaks.phones, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'<a href="tel:{MOBILE}">甲</a>', [MOBILE]),
        (f'<a href="a" title="x">{MOBILE}</a>', []),
        ('<a href="tel:12812345678">甲</a>', []),
        ('<a href="tel:23812345678">甲</a>', []),
        ('<a href="tel:1381234567X">甲</a>', []),
        ('<a href="tel:138123456789">甲</a>', []),
        ('<a href="1381234" title="5678">甲</a>', []),
    ],
)
def test_a_mobile_telephone_is_found_in_what_a_page_refers_to(text: str, found: list[str]) -> None:
    assert suspected(leaks.attribute_phones, text, "a.html") == found
    assert suspected(leaks.attribute_phones, text, "a.txt") == []


CARD, SHORT = "6222021234567890128", "6222021234567894"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"卡号{CARD}", [CARD]),
        (f"卡号{SHORT}", [SHORT]),
        ("6222 0212 3456 7890 128", [CARD]),
        (f"{CARD} 2026", [CARD]),
        (f"订单{CARD}", []),
        (f"订单{'甲' * 14}{CARD}", []),
        (f"订单{'甲' * 15}{CARD}", [CARD]),
        (CARD[:-1] + "9", []),
        ("5555555555554444", []),
        ("62220212345678901", []),
        ("622202123456789X", []),
    ],
)
def test_a_card_has_sixteen_or_nineteen_figures_and_their_check(text: str, found: list[str]) -> None:
    assert suspected(leaks.cards, text) == found


@pytest.mark.parametrize(
    ("check", "text", "found"),
    [
        (leaks.mails, "邮箱 zhang.x@a-b.example.com，li@b.cn", ["li@b.cn", "zhang.x@a-b.example.com"]),
        (leaks.mails, "ｚhang＠a.cn", ["zhang@a.cn"]),
        (leaks.mails, "@a.cn zhang@a", []),
        (leaks.places, "家住示例街3号，持护照E12345678", ["家住示例街3号", "护照E12345678"]),
        (leaks.places, "经营场所：示例街3号，护照", []),
    ],
)
def test_what_names_a_person_s_place_is_suspected(check: Callable[[Written, Seen], None], text: str, found: list[str]) -> None:  # fmt: skip
    assert suspected(check, text) == sorted(found)


@pytest.mark.parametrize("check", [leaks.old_identity, leaks.phones, leaks.cards, leaks.mails, leaks.places])
def test_of_a_suspect_the_first_file_is_told(check: Callable[[Written, Seen], None]) -> None:
    seen = Seen()
    text = f"李某{OLD}，{MOBILE}，024-8223344，{CARD}，li@b.cn，家住示例街3号"
    for name in ("b.txt", "a.txt"):
        check(written(text, name), seen)
    assert set(seen.suspects.values()) == {"b.txt"}


def test_of_a_suspect_in_an_attribute_the_first_file_is_told() -> None:
    seen = Seen()
    for name in ("b.html", "a.html"):
        leaks.attribute_phones(written(f'<a href="tel:{MOBILE}">甲</a>', name), seen)
    assert seen.suspects == {("phone", MOBILE): "b.html"}


def test_what_is_suspected_is_judged_by_what_is_declared() -> None:
    suspects = {
        ("phone", MOBILE): "c.html",
        ("card", CARD): "b.html",
        ("identity", OLD): "a.html",
        ("mail", "li@b.cn"): "d.html",
        ("place", "家住示例街3号"): "e.html",
        ("phone", "04568223344"): "f.html",
    }
    why = "个人的号码和住址不得公开；可以公开的联系方式要在 site.yaml 或 departments.yaml 里声明"
    found = list(leaks.judged(Seen(suspects=suspects), lambda asked: asked & {CARD}, frozenset(["04568223344"])))
    assert found == [
        leaks.leak("a.html", OLD, "身份证号码", why),
        leaks.leak("d.html", "li@b.cn", "电子邮箱", why),
        leaks.leak("c.html", MOBILE, "电话号码", why),
        leaks.leak("e.html", "家住示例街3号", "住址或证件号码", why),
    ]
    (card,) = leaks.judged(Seen(suspects={("card", CARD): "b.html"}), lambda asked: (), frozenset())
    assert card == leaks.leak("b.html", CARD, "银行卡号", why)


def test_what_is_declared_is_not_read_where_nothing_is_suspected() -> None:
    def declared(asked: set[str]) -> frozenset[str]:
        raise AssertionError("it takes a look at every record")

    assert list(leaks.judged(Seen(suspects={("mail", "a@b.cn"): "a"}), declared, frozenset(["a@b.cn"]))) == []


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("a.html", True),
        ("search/names/0.js", True),
        ("search/numbers/0.js", False),
        ("search.html", True),
        ("a.html.gz", False),
        ("search/names/0.js.br", False),
    ],
)
def test_which_files_hold_words(name: str, holds: bool) -> None:
    assert leaks.worded(written("", name)) is holds
