"""Kinds of value: every form met in real files reads into one canonical text, and nothing but NotOfKind is ever raised."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from cn2an import an2cn  # type: ignore[import-untyped]
from frontdoor import credit_code
from hypothesis import example, given
from hypothesis import strategies as st

from disclosure.cells import NotOfKind
from disclosure.codes import check_digit, organisation_digit
from disclosure.dates import FOREVER
from disclosure.forensics import EXPORT_AGAIN, proved
from disclosure.kinds import KINDS, Options, reader, shown

CHOICES = Options("万元", ("警告", "罚款", "其他"))


def read(kind: str, text: str, options: Options = CHOICES) -> str:
    """Read one cell as a file gives it, and as if for the first time."""
    return reader.__wrapped__(kind, options)(text)


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
    ("text", "what"),
    [
        ("2024-02-30", "不是日期"),
        ("2023-02-29", "不是日期"),
        ("3/4/2024", "有两种读法：2024-03-04 和 2024-04-03"),
        ("31/4/2024", "不是日期"),
        ("17-9-27", "年份只有两位"),
        ("9/27/17", "年份只有两位"),
        ("17年9月27日", "年份只有两位"),
        ("2019.09", "没有写到哪一日"),
        ("2019", "不是日期"),
        ("昨天", "不是日期"),
        ("20190", "日期序号"),
        ("2024-13-01", "不是日期"),
        ("0000-01-01", "不是日期"),
        ("43830", "日期序号"),
        ("2024-01-01甲", "不是日期"),
    ],
)
def test_a_date_in_doubt_is_refused(text: str, what: str) -> None:
    with pytest.raises(NotOfKind, match=what):
        read("date", text)


def test_a_serial_number_of_a_spreadsheet_is_answered_with_its_day() -> None:
    with pytest.raises(NotOfKind) as refused:
        read("date", "43830")
    assert refused.value.proposal == "2019-12-31"
    assert "2019-12-31" in refused.value.mend


@given(day=st.dates(datetime.date(2000, 1, 1), datetime.date(2098, 12, 31)))
def test_a_year_at_the_end_reads_only_where_one_order_is_a_day(day: datetime.date) -> None:
    for text in (f"{day.month}/{day.day}/{day.year}", f"{day.day}-{day.month}-{day.year}"):
        if day.day > 12 or day.day == day.month:
            assert read("date", text) == day.isoformat()
        else:
            with pytest.raises(NotOfKind, match="两种读法"):
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
        ("三十五万元", "35"),
        ("叁拾伍万元整", "35"),
        ("人民币贰仟圆整", "0.2"),
        ("两万", "2"),
        ("一亿三千万元", "13000"),
        ("一亿零十万元", "10010"),
        ("一千零一十万元", "1010"),
        ("贰佰元伍角", "0.02005"),
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


@pytest.mark.parametrize(
    "text",
    [
        "很多",
        "三百五元",
        "一亿十万元",
        "1万5千元",
        "三万五",
        "万元",
        "1-2",
        "1.2.3",
        "2000美元",
        "约5",
        "NaN",
        "Infinity",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotOfKind, match="不是金额"):
        read("money", text)


@given(yuan=st.integers(1, 99_999_999))
def test_an_amount_in_words_is_the_amount(yuan: int) -> None:
    assert Decimal(read("money", f"{an2cn(yuan)}元")) * 10000 == yuan
    assert Decimal(read("money", f"人民币{an2cn(yuan, 'up')}元整")) * 10000 == yuan


def test_words_without_a_unit_are_in_doubt() -> None:
    with pytest.raises(NotOfKind, match="没有写单位"):
        read("money", "三千")


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


PROVED = "912311021803406340"  # both check digits right


@pytest.mark.parametrize(
    ("text", "what", "proposal"),
    [
        ("9.12311E+17", "只剩前 6 位", ""),
        ("912311021803406000", "第 15 位以后成了 000", ""),  # four codes fit
        (repr(float(PROVED)), "只剩前 16 位", PROVED),
        (f"{PROVED}.0", "代码以外还有别的内容", PROVED),
        (PROVED.replace("0", "O"), "「O」不会出现", PROVED),
        (PROVED.replace("1", "I", 2), "「I」不会出现", PROVED),
        (PROVED.replace("8", "B"), "校验码不符", PROVED),
        (f"{PROVED}/231102000012345", "代码以外还有别的内容", PROVED),
        (PROVED[:17], "应为 18 位，这里是 17 位", ""),
        ("110108000000016", "15 位的工商注册号", ""),
        ("00000000-0", "9 位的组织机构代码", ""),
    ],
)
def test_what_became_of_a_code_is_said(text: str, what: str, proposal: str) -> None:
    with pytest.raises(NotOfKind, match=what) as refused:
        read("credit_code", text)
    assert refused.value.proposal == proposal
    assert not proposal or proposal in refused.value.mend


@given(number=st.integers(0, 10**8 - 1), at=st.integers(0, 16), region=st.sampled_from(["231102", "231100", "110101"]))
def test_a_proposed_code_is_always_a_right_one(number: int, at: int, region: str) -> None:
    body = f"91{region}{number:08d}"
    code = body + organisation_digit(body[8:])
    code += check_digit(code)
    assert read("credit_code", code) == code
    spoilt = [code[:at] + code[at + 1] + code[at] + code[at + 2 :], code[:15] + "000", code.replace("0", "O", 1)]
    if code.isdigit():
        spoilt.append(repr(float(code)))
    for text in spoilt:
        try:
            read("credit_code", text)
        except NotOfKind as refused:
            assert not refused.proposal or proved(refused.proposal)
            assert not code.isdigit() or text != repr(float(code)) or code in (refused.proposal or refused.mend + code)


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


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1,234.50", "1234.5"),
        ("number", "-3", "-3"),
        ("identifier", "230000123.0", "230000123"),
        ("identifier", "0a-1", "0A-1"),
        ("identifier", "000X", ""),
        ("identifier", "00", ""),
        ("credit_code", "零", "00000000000000000X"),
        ("credit_code", "0" * 14 + "7", "00000000000000000X"),
        ("choice", "其他-补办（一）", "其他-补办（一）"),
        ("choice", "警 告", "警告"),
        ("page", "/service/repair.html#2", "service/repair.html#2"),
        ("page", "index.html", "index.html"),
    ],
)
def test_a_value_is_read_into_its_one_form(kind: str, text: str, value: str) -> None:
    assert read(kind, text) == value


CODE_MEND = "按营业执照或登记证书核对 18 位代码后改正"


@pytest.mark.parametrize(
    ("kind", "text", "what", "mend"),
    [
        ("number", "1.", "「1.」不是数字", "只写数字"),
        ("identifier", "2.3E+14", "「2.3E+14」是表格软件改写过的号码，后几位已经丢失", EXPORT_AGAIN),
        ("choice", "没收", "「没收」不在可选的值里", "改成其中之一：警告、罚款、其他"),
        ("page", "a/", "「a/」不是本站页面的地址", "写网址里域名后面的部分，如 list/penalty/index.html"),
        ("credit_code", "0" * 13 + "7", "应为 18 位，这里是 14 位", CODE_MEND),
        ("credit_code", "0" * 14 + "77", "应为 18 位，这里是 16 位", CODE_MEND),
        ("credit_code", "12345", "应为 18 位，这里是 5 位", CODE_MEND),
        (
            "credit_code",
            "19231102000000001Y",
            "最后一位校验码不符",
            f"{CODE_MEND}；证书上确实如此的，写进这个字段的 allow",
        ),
        (
            "credit_code",
            "912311020000000000",
            "第 15 位以后成了 000",
            "核对营业执照或登记证书后改成 912311020000000439 或 912311020000000514",
        ),
        (
            "credit_code",
            "912311021803400000",
            "第 15 位以后成了 000",
            "核对营业执照或登记证书后改成 912311021803400289 或 912311021803400364 或 912311021803400957",
        ),
        ("credit_code", "912311021803406000", "第 15 位以后成了 000", EXPORT_AGAIN),
    ],
)
def test_what_is_wrong_and_how_to_mend_it_are_said_in_full(kind: str, text: str, what: str, mend: str) -> None:
    with pytest.raises(NotOfKind) as refused:
        read(kind, text)
    assert refused.value.what.endswith(what)
    assert refused.value.mend == mend


def test_without_a_unit_of_its_own_a_field_is_in_yuan() -> None:
    assert read("money", "2万元", Options()) == "20000"
    assert shown("money", Options(), "1200") == "1,200 元"
    assert shown("money", Options(), "") == ""
    assert shown("credit_code", Options(), "91231102000000001Y") == "91231102000000001Y"
