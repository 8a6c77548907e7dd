"""The gate: personal numbers are found in free text however they are written, and nothing else is taken for one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from random import Random

import pytest
from conftest import SiteMaker
from frontdoor import Outcome, credit_code, identity_number, notice, notices, penalty, table
from hypothesis import given
from hypothesis import strategies as st
from planted import CAPITAL, DISGUISES, IDENTITY_DISGUISES, SORTS, SPOKEN, clean, identity, plant
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

from disclosure.personal import contacts, find, mask, registration_check


def sorts(text: str, **given: object) -> list[str]:
    """Return the sorts of what is found in a text."""
    return [found.sort for found in find(text, **given)]  # type: ignore[arg-type]


@given(
    number=st.integers(0, 10_000),
    around=st.sampled_from(["{}", "号码{}。", "（{}）", "甲{}乙", "id:{} ,", "NO{}", "{}a"]),
)
def test_an_identity_number_is_found_in_any_text(number: int, around: str) -> None:
    secret = identity_number(number)
    assert ric.calc_check_digit(secret) == secret[17]
    for written in (secret, secret.lower()):
        (found,) = find(around.format(written))
        assert found.sort == "identity"
        assert around.format(written)[found.start : found.end] == written
        assert found.masked == secret[:6] + "*" * 12


@given(number=st.integers(0, 10_000), at=st.integers(6, 17), digit=st.sampled_from("0123456789"))
def test_a_number_whose_check_digit_fails_is_none_unless_it_is_called_one(number: int, at: int, digit: str) -> None:
    good = identity_number(number)
    other = good[:at] + digit + good[at + 1 :]
    if find(other):
        assert ric.calc_check_digit(other) == other[17]
    assert sorts(f"身份证号{other}") == ["identity"]


@given(seed=st.integers(0, 10**9), disguise=st.sampled_from([*DISGUISES, *IDENTITY_DISGUISES]))
def test_every_disguise_is_seen_through(seed: int, disguise: str) -> None:
    dice = Random(seed)
    for sort, make in SORTS.items():
        if disguise in DISGUISES or sort == "identity":
            secret = make(dice)
            written = (DISGUISES | IDENTITY_DISGUISES)[disguise](secret)
            text = f"当事人{written}的行为"
            found = find(text)
            assert [text[f.start : f.end] for f in found] == [written], (sort, disguise)
            assert len(found[0].masked) == len(written)
            assert find(mask(text)) == []


def test_there_are_twenty_disguises() -> None:
    assert len(DISGUISES) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+86 138-1234-5678", ["mobile"]),
        ("手机：0086 13812345678。", ["mobile"]),
        ("电话 0456-8223344", ["landline"]),
        ("联系(0456)8223344转8", ["landline"]),
        ("010-66554433", ["landline"]),
        ("持护照E87654321入境", ["document"]),
        ("港澳通行证号C12345678", ["document"]),
        ("邮箱 zhang.san@example.com，", ["email"]),
        ("ｚｓ＠ｅｘａｍｐｌｅ．ｃｏｍ", ["email"]),
        ("zhangsan艾特example点com", ["email"]),
        ("住址：黑河市爱辉区示例街3号楼2单元501室", ["address"]),
        ("家住某镇某村三组十二号", ["address"]),
        ("户籍地为黑龙江省示例县示例路12号", ["address"]),
        ("卡号4111 1111 1111 1111", ["card"]),
        ("身份证231102900101123", ["identity"]),
        (f"电话13812345678、身份证{identity_number(3)}", ["mobile", "identity"]),
    ],
)
def test_sorts_of_numbers(text: str, expected: list[str]) -> None:
    assert sorts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        credit_code(1),
        "A" * 18,
        "00000000000000000X",
        "黑市监罚〔2026〕13812345678号",
        "第13812345678号",
        "编号：13812345678",
        "15000000000元",
        "2026-05-06至2027-05-06 12:00:00",
        "1568180781000",
        "E87654321",
        "住所：黑河市示例路1号",
        "常住人口300户",
        "新建居住区3号楼",
        "市住建局2026年5号文",
        "身份证遗失",
        "4111111111111111",
        "4111 1111 1111 1112",
    ],
)
def test_what_is_none(text: str) -> None:
    assert find(text) == []


@given(body=st.integers(0, 10**7 - 1), kind=st.sampled_from("0123456789"))
def test_a_registration_number_is_none(body: int, kind: str) -> None:
    number = f"231102{kind}{body % 100_000:07}"
    number += mod_11_10.calc_check_digit(number)
    assert registration_check(number)
    assert not registration_check(number[:14] + str((int(number[14]) + 1) % 10))
    assert find(f"字号「示例」{number}，") == []


def test_contacts_that_are_declared_may_stand() -> None:
    known = contacts(["0456-8223344", "credit@example.org", " 13812345678 "])
    assert sorts("电话（0456）8223344，138 1234 5678，credit@example.org", known=known) == []
    assert sorts("电话（0456）8223345", known=known) == ["landline"]


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_clean_texts_raise_no_false_alarm(count: int) -> None:
    dice = Random(5)
    texts = [clean(dice, number) for number in range(count)]
    alarms = [(text, found) for text in texts for found in find(text)]
    assert alarms == [] if count < 100_000 else len(alarms) <= 1, alarms[:5]


def test_credit_codes_licences_and_documents_raise_none(site_maker: SiteMaker) -> None:
    dice, secret = Random(3), identity(Random(1))
    rows = [
        penalty(
            {
                "行政相对人名称": f"黑河示例{number}公司",
                "行政相对人代码_1(统一社会信用代码)": credit_code(number + 1),
                "行政相对人代码_2(工商注册号)": f"2311029001{number:04}1",
                "行政相对人代码_4(税务登记号)": f"23110290010{number:04}",
                "行政处罚决定书文号": f"1381234{number:04}",
                "违法事实": f"注册号2311029001{number:04}1，{clean(dice, number)}",
            }
        )
        for number in range(60)
    ]
    outcome = site_maker({"data/penalty/1.csv": table(rows)}, base="penalty").good()
    assert "个人号码" not in outcome.stdout + outcome.stderr
    rows[0]["行政处罚决定书文号"] = secret
    outcome.build(files={"data/penalty/1.csv": table(rows)}).refused(
        "personal-number", "「行政处罚决定书文号」里有身份证号码"
    )


# By the front door.

REGISTER = """
label: 通知
badge: 通知
section: 行政管理
party: 名称
key: [文号]
date: 日期
columns: [名称, 文号, 日期]
summary: [说明, 备注]
numbers: [文号]
personal: {}
fields:
  名称: {{kind: name, required: true}}
  文号: {{kind: document_number, required: true}}
  日期: {{kind: date, required: true}}
  说明: text
  备注: text
"""


def planted_site(site_maker: SiteMaker, count: int, action: str) -> tuple[Outcome, list[tuple[str, str, str]]]:
    """Build a site of rows with a planted number each; return it and (sort, disguise, number) of every row."""
    dice, rows, secrets = Random(11), [], []
    for number in range(count):
        sort, disguise, secret, text = plant(dice, number)
        fields = [text, clean(dice, number)]
        rows.append(
            {
                "名称": f"黑河示例{number}号公司",
                "文号": f"黑示〔2026〕{number}号",
                "日期": f"2026-{number % 10 + 1:02}-{number // 10 % 28 + 1:02}",
                "说明": fields[number % 2],
                "备注": fields[1 - number % 2],
            }
        )
        secrets.append((sort, disguise, secret))
    files = {"data/notice/register.yaml": REGISTER.format(action), "data/notice/2026.csv": table(rows)}
    return site_maker(files), secrets


SPELT = {word: str(value) for spoken in (SPOKEN, CAPITAL) for value, word in enumerate(spoken.values())}


def bare(text: str) -> str:
    """Return the digits of a text, whatever stands between them and however they are written."""
    half = text.translate(SPELT)
    return "".join("X" if char in "Xx×" else str(unicodedata.digit(char, "")) for char in half)


@pytest.mark.parametrize("count", [600, pytest.param(10_000, marks=pytest.mark.long)])
def test_planted_numbers_are_masked_before_drawing_and_none_reaches_the_output(
    site_maker: SiteMaker, count: int
) -> None:
    outcome, secrets = planted_site(site_maker, count, "mask")
    outcome.good()
    rows = {}
    for page in outcome.entities():
        text = outcome.text(page)
        rows[int(re.search(r"黑河示例(\d+)号公司", text)[1])] = text  # type: ignore[index]
    assert len(rows) == count
    left = [
        (sort, disguise)
        for number, (sort, disguise, secret) in enumerate(secrets)
        if secret[6:] in bare(rows[number]) or secret[4:] in bare(rows[number])
    ]
    assert not [found for found in left if found[1] == "plain"]
    assert len(left) <= count / 1000, Counter(left)
    everything = outcome.everything().decode(errors="ignore")
    assert not [secret for _, disguise, secret in secrets if disguise == "plain" and secret in everything]
    said = outcome.check()
    assert f"提示[masked-number]：另有 {count - 20} 处" in said.stderr


def test_what_is_masked_is_said_and_again_when_nothing_changed(site_maker: SiteMaker) -> None:
    row = notice(说明=f"身份证{identity_number(2)}，电话13812345678")
    declaration = (site_maker(notices(row)).root / "data/notice/register.yaml").read_text(encoding="utf-8")
    outcome = site_maker({**notices(row), "data/notice/register.yaml": declaration + "personal: mask\n"}).good()
    text = outcome.text(outcome.entities()[0])
    assert f"身份证{identity_number(2)[:6]}************，电话138********" in text
    assert "提示 1 处" in outcome.stdout
    assert "提示 1 处" in outcome.build().good().stdout
    assert "masked-number" not in (outcome.root / "state" / "set-aside.csv").read_text(encoding="utf-8-sig")


def test_a_field_may_have_its_own_rule(site_maker: SiteMaker) -> None:
    row = notice(说明="电话13812345678")
    refused = site_maker(notices(row))
    refused.refused("personal-number", "「说明」里有手机号码")
    declaration = (refused.root / "data/notice/register.yaml").read_text(encoding="utf-8")
    declaration = declaration.replace("说明: text", "说明: {kind: text, personal: mask}")
    refused.build(files={"data/notice/register.yaml": declaration}).good()


def test_a_row_is_set_aside_and_the_others_go_out(site_maker: SiteMaker) -> None:
    rows = [notice(), notice(名称="黑河丙丁公司", 文号="2号", 说明="电话13812345678")]
    declaration = (site_maker(notices(notice())).root / "data/notice/register.yaml").read_text(encoding="utf-8")
    outcome = site_maker({**notices(*rows), "data/notice/register.yaml": declaration + "personal: set-aside\n"}).good()
    for done in (outcome, outcome.build().good()):
        assert re.search(r"data/notice/2026.csv +2 +1 +1\n", done.stdout)
        assert "提示 1 处" in done.stdout
    assert b"13812345678" not in outcome.everything()
    assert "「说明」里有手机号码" in (outcome.root / "state" / "set-aside.csv").read_text(encoding="utf-8-sig")
    assert "13812345678" not in (outcome.root / "state" / "set-aside.csv").read_text(encoding="utf-8-sig")


def test_a_declared_contact_may_stand_in_free_text(site_maker: SiteMaker) -> None:
    row = notice(说明="咨询电话0456-8223344")
    outcome = site_maker(notices(row))
    outcome.refused("personal-number", "「说明」里有电话号码")
    site = (outcome.root / "site.yaml").read_text(encoding="utf-8")
    outcome.build(files={"site.yaml": site + "contacts: [0456-8223344]\n"}).good()
    outcome.build(files={"site.yaml": site}).refused("personal-number")


def test_messages_carry_no_disguised_number(site_maker: SiteMaker) -> None:
    row = notice(日期="231102900101123", 说明="二三一一〇二一九九〇〇一二二〇二一X 13812345678")
    outcome = site_maker(notices(row))
    outcome.refused("refused-value")
    for secret in ("900101123", "九九〇〇一二二", "13812345678"):
        assert secret not in outcome.stderr


def test_a_text_may_repeat_the_registration_number_of_its_row(site_maker: SiteMaker) -> None:
    number = next(n for n in map(str, range(231102900101000, 231102900101999)) if registration_check(n))
    text = f"当事人（证件号{number}）未按期年报"
    assert sorts(text) == ["identity"]
    row = penalty({"行政相对人代码_2(工商注册号)": number, "违法事实": text})
    files = {"data/penalty/2026.csv": table([row])}
    page = site_maker(files, base="penalty").good()
    (address,) = page.entities()
    assert text in page.text(address)
    assert re.search(rf'<div class="whole"><dt>[^<]*工商注册号[^<]*</dt><dd[^>]*>{number}', page.page(address))
