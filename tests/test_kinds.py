"""Kinds of value: every form met in real files reads into one canonical text, and nothing but NotOfKind is ever raised."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from frontdoor import credit_code
from hypothesis import example, given
from hypothesis import strategies as st

from disclosure.kinds import FOREVER, KINDS, NotOfKind, Options, reader, shown

CHOICES = Options("万元", ("警告", "罚款", "其他"))


def read(kind: str, text: str, options: Options = CHOICES) -> str:
    """Read one cell as a file gives it."""
    return reader(kind, options)(text)


CELLS = st.one_of(
    st.text(max_size=30),
    st.text(st.sampled_from("0123456789-/.年月日eE+ ,元万亿整零¥T:Z９１一"), max_size=24),
    st.from_regex(r"-?\d{1,4}(\.\d{1,8})?([eE][+-]?\d{1,12})?(元|万元|万|亿元)?整?", fullmatch=True),
)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(text=CELLS)
@example(text="1e999999999")
@example(text="1e-999999999")
@example(text="٢٠٢٦-٠٥-٠٦")
@example(text="9" * 13)
@example(text="'")
@example(text="、")
def test_any_text_is_a_value_or_not_of_the_kind(kind: str, text: str) -> None:
    try:
        value = read(kind, text)
    except NotOfKind as wrong:
        assert wrong.what
        assert wrong.mend
        return
    assert len(value) < 1000
    assert isinstance(shown(kind, CHOICES, value), str)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(text=CELLS)
def test_a_canonical_value_reads_as_itself(kind: str, text: str) -> None:
    try:
        value = read(kind, text)
    except NotOfKind:
        return
    if value:
        assert read(kind, value) == value


@given(day=st.dates(datetime.date(1900, 1, 1), datetime.date(2098, 12, 31)))
def test_every_day_reads_in_every_form(day: datetime.date) -> None:
    forms = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day.year:04}{day.month:02}{day.day:02}",
        f"{day.isoformat()} 00:00:00",
        f"{day.isoformat()} 00:00:00.0",
        f"{day.isoformat()} 00:00;00",
        f"{day.isoformat()}T00:00:00Z",
    ]
    for form in forms:
        assert read("date", form) == read("end_date", form) == day.isoformat()
    assert shown("date", CHOICES, day.isoformat()) == f"{day.year}年{day.month}月{day.day}日"


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "2023-02-29",
        "17-9-27",
        "3/14/2018",
        "2019.09",
        "2019",
        "昨天",
        "20190",
        "2024-13-01",
        "0000-01-01",
        "43830",
        "2024-01-01甲",
    ],
)
def test_a_date_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(NotOfKind, match="不是日期"):
        read("date", text)


def test_milliseconds_are_those_of_china() -> None:
    assert read("date", "1568180781000") == "2019-09-11"
    assert read("date", "1577808000000") == "2020-01-01"


@pytest.mark.parametrize(
    "text",
    [
        "长期",
        "长期有效",
        "永久",
        "9999-12-31",
        "99991231",
        "9999-09-09",
        "2099/12/31",
        "2099-12-31",
        "20991231",
        "2099-01-31",
        "2099-12-31 00:00;00",
    ],
)
def test_what_stands_for_ever_is_for_ever(text: str) -> None:
    assert read("end_date", text) == FOREVER
    assert shown("end_date", CHOICES, FOREVER) == "长期"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2028-02", "2028-02-29"), ("2027年2月", "2027-02-28"), ("2026.12", "2026-12-31"), ("2026/4", "2026-04-30")],
)
def test_a_month_ends_on_its_last_day(text: str, day: str) -> None:
    assert read("end_date", text) == day


@pytest.mark.parametrize("text", ["99991", "9999年前后", "9999元", "2099-12-310", "2026-13", "长期？"])
def test_an_end_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(NotOfKind):
        read("end_date", text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ("0.500000", "0.5"),
        ("1,234.50", "1234.5"),
        ("２", "2"),
        ("2000元", "0.2"),
        ("1亿元", "10000"),
        ("3万", "3"),
        ("¥2", "2"),
        ("人民币2万元整", "2"),
        ("零", "0"),
        ("5E-3", "0.005"),
        ("5.0", "5"),
        ("100", "100"),
        ("", ""),
        ("/", ""),
    ],
)
def test_amounts_are_read_in_the_fields_unit(text: str, amount: str) -> None:
    assert read("money", text) == amount


@given(yuan=st.integers(0, 10**12))
def test_no_fen_is_lost_between_units(yuan: int) -> None:
    assert Decimal(read("money", f"{yuan}元")) * 10000 == yuan


@pytest.mark.parametrize("text", ["很多", "一万", "1-2", "1.2.3", "2000美元", "约5", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotOfKind, match="不是金额"):
        read("money", text)


@pytest.mark.parametrize(
    ("value", "text"), [("1234.5", "1,234.5 万元"), ("0", "0 万元"), ("-0.5", "-0.5 万元"), ("-1200", "-1,200 万元")]
)
def test_amounts_are_shown_with_their_unit(value: str, text: str) -> None:
    assert shown("money", CHOICES, value) == text


def test_codes_are_read_past_what_spreadsheets_do_to_them() -> None:
    code = credit_code(1)
    for text in (
        code.lower(),
        f" {code} ",
        f"'{code}",
        f"{code[:9]} {code[9:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in code),
        f"{code}\u200b",
    ):
        assert read("credit_code", text) == code
    for text in ("0", "0" * 18, "00000000000000000X", "0" * 17 + "x"):
        assert read("credit_code", text) == "00000000000000000X"
    assert shown("credit_code", CHOICES, "00000000000000000X") == ""
    for text in ("9.12311E+17", code[:17], f"{code}{code}", "231102000012345"):
        with pytest.raises(NotOfKind, match="不是统一社会信用代码"):
            read("credit_code", text)


def test_a_code_on_the_allow_list_passes() -> None:
    assert read("credit_code", "91350211M0000XUF46", Options(allow=("91350211M0000XUF46",))) == "91350211M0000XUF46"
    with pytest.raises(NotOfKind):
        read("credit_code", "91350211M0000XUF46")


def test_choices_are_parted_by_any_of_four_marks() -> None:
    for text in ("警告、罚款", "警告，罚款", "警告,罚款", "警告；罚款", "警告;罚款", "警告 、罚款、警告", "警告\n罚款"):
        assert read("choices", text) == "警告、罚款"
    assert read("choice", "其他-补办") == "其他-补办"
    for text in ("警告罚款", "没收", "警告-严重"):
        with pytest.raises(NotOfKind, match="不在可选的值里"):
            read("choices", text)


def test_names_lose_blanks_between_characters_and_keep_them_between_words() -> None:
    assert read("name", "黑河  甲 公司") == "黑河甲公司"
    assert read("name", "ABC  Trading 公司") == "ABC Trading公司"
    with pytest.raises(NotOfKind, match="无法显示的字"):
        read("name", "黑河\ufffd公司")


def test_document_numbers_keep_their_brackets_as_printed() -> None:
    assert read("document_number", "黑市监罚【2026】 9 号") == "黑市监罚【2026】9号"


def test_free_text_keeps_its_lines() -> None:
    assert read("text", "一　二\r\n三  四\u200b") == "一 二\n三 四"
