"""Identifiers, held against python-stdnum where it knows them, and against the standards' own examples where it does not."""

from __future__ import annotations

import pytest
from frontdoor import credit_code
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from disclosure.codes import (
    ALPHABET,
    FILLER,
    check_digit,
    looks_like_person,
    nameless,
    same_name,
    same_number,
    wrong_credit_code,
)

BODY = st.tuples(
    st.sampled_from(["11", "12", "13", "51", "52", "91", "92", "93"]),
    st.integers(110000, 659999).map(str),
    st.text(st.sampled_from(ALPHABET), min_size=9, max_size=9),
).map("".join)


@given(body=BODY)
def test_check_digits_are_those_of_the_oracle(body: str) -> None:
    assert check_digit(body) == uscc.calc_check_digit(body)


@given(body=BODY, at=st.integers(0, 17), char=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, at: int, char: str) -> None:
    code = body + uscc.calc_check_digit(body)
    assert wrong_credit_code(code) == ""
    other = code[:at] + char + code[at + 1 :]
    assert (wrong_credit_code(other) == "") is (other == code)


@given(text=st.one_of(st.text(max_size=20), st.text(st.sampled_from(ALPHABET + "IOSVZ"), min_size=18, max_size=18)))
def test_nothing_is_taken_that_the_oracle_refuses(text: str) -> None:
    if wrong_credit_code(text) == "" and text[0].isdigit():
        assert uscc.is_valid(text)


@pytest.mark.parametrize("head", ["A1", "N1", "N2", "N3", "Y1", "11", "19", "51", "53", "91", "92", "93"])
def test_every_registering_authority_is_known(head: str) -> None:
    assert wrong_credit_code(credit_code(7, head=head)) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "应为 18 位，这里是 0 位"),
        (credit_code(1)[:17], "应为 18 位，这里是 17 位"),
        (credit_code(1)[:8] + "I" + credit_code(1)[9:], "第 9 位「I」不会出现在代码里"),
        ("Z" + credit_code(1)[1:], "第 1 位「Z」不会出现在代码里"),
        ("0" + credit_code(1)[1:], "开头「01」不是登记管理部门和机构类别"),
        (credit_code(1)[:4] + "A" + credit_code(1)[5:], "第 3 至 8 位应为行政区划数字"),
        (credit_code(1)[:17] + "0", "最后一位校验码不符"),
    ],
)
def test_what_is_wrong_with_a_code_is_said(code: str, said: str) -> None:
    assert wrong_credit_code(code) == said


def test_the_filler_is_no_valid_code() -> None:
    assert wrong_credit_code(FILLER) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("黑河（集团）公司", "黑河(集团)公司"),
        ("黑河 公司", "黑河公司"),
        ("ＡＢＣ公司", "abc公司"),
        ("黑河【一】公司", "黑河〔一〕公司"),
        ("阿布都·热合曼", "阿布都•热合曼"),
        ("\ufeff黑河\u200b公司", "黑河公司"),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)


@given(name=st.text(st.sampled_from("黑河（）()【】〔〕 ·•.ＡaＢb１1ﬁß\u200b"), max_size=12))
def test_what_is_the_same_stays_the_same(name: str) -> None:
    assert same_name(same_name(name)) == same_name(name)
    assert same_number(same_number(name)) == same_number(name)


@pytest.mark.parametrize(
    "other",
    ["黑市监罚[2026]9号", "黑市监罚【2026】 9号", "黑市监罚（2026）9号", "黑市监罚〈２０２６〉9号", "黑市监罚2026 9号"],
)
def test_document_numbers_differ_not_by_their_brackets(other: str) -> None:
    assert same_number("黑市监罚〔2026〕9号") == same_number(other)
    assert same_number("黑市监罚〔2026〕9号") != same_number("黑市监罚〔2026〕19号")


@pytest.mark.parametrize("name", ["个体工商户", "个体 工商户", "自然人", "某某", "当事人"])
def test_generic_names_tell_nobody_apart(name: str) -> None:
    assert nameless(name)


@pytest.mark.parametrize("name", ["王五", "欧阳景行", "王 五"])
def test_short_names_without_a_trade_word_read_like_persons(name: str) -> None:
    assert looks_like_person(name)


@pytest.mark.parametrize("name", ["王五面店", "示例公司", "第三小学校", "A公司", "甲", "老王饭馆"])
def test_trade_names_do_not_read_like_persons(name: str) -> None:
    assert not looks_like_person(name)
