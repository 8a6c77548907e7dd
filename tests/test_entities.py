"""Who is who: the code decides; else the name within a district; a name that fits several stays apart."""

from __future__ import annotations

import re

from conftest import SiteMaker
from frontdoor import Outcome, credit_code, notice, notices, penalty, table

ONE, TWO = credit_code(1), credit_code(2)
DISTRICT_ORGAN, CITY_ORGAN, OTHER_ORGAN = "爱辉区乙局", "黑河市甲局", "北安市丙局"


def page_of(outcome: Outcome, code: str) -> str:
    """Return what the page of a coded entity says."""
    return outcome.text(f"entity/{code[-2:]}/{code}.html")


def test_the_page_of_a_code_stands_under_its_last_two_characters(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    assert outcome.entities() == [f"entity/{ONE[-2:]}/{ONE}.html"]


def test_the_page_of_a_name_stands_under_a_stable_hash(site_maker: SiteMaker) -> None:
    first = site_maker(notices(notice(代码="", 名称="黑河无码公司"))).good()
    (address,) = first.entities()
    assert re.fullmatch(r"entity/name/([0-9a-f]{2})/\1[0-9a-f]{18}\.html", address)
    other = notice(代码="", 名称="黑河无码公司", 文号="2号", 说明="别的", 日期="2026-08-08")
    more = [notice(文号=f"{n}号", 代码=credit_code(n), 名称=f"第{n}公司") for n in range(5, 9)]
    assert address in site_maker(notices(*more, other)).good().entities()


def test_the_newest_name_of_a_code_wins_and_the_others_are_former(site_maker: SiteMaker) -> None:
    rows = [
        notice(文号="1号", 名称="黑河旧名商贸有限公司", 日期="2025-01-01"),
        notice(文号="2号", 名称="黑河新名商贸有限公司", 日期="2026-06-01"),
        notice(文号="3号", 名称="黑河更旧商贸有限公司", 日期="2024-01-01", 截止="长期"),
    ]
    outcome = site_maker(notices(*rows)).good()
    said = page_of(outcome, ONE)
    assert "曾用名 黑河旧名商贸有限公司；黑河更旧商贸有限公司" in said
    assert '<h1 id="name">黑河新名商贸有限公司</h1>' in outcome.page(f"entity/{ONE[-2:]}/{ONE}.html")
    checked = outcome.check().good()
    assert f"提示[names-of-one-code]：代码 {ONE} 有 3 个名称" in checked.stderr


def test_spellings_of_one_name_are_no_two_names(site_maker: SiteMaker) -> None:
    rows = [
        notice(文号="1号", 名称="黑河甲乙（集团）有限公司"),
        notice(文号="2号", 名称="黑河甲乙(集团) 有限公司", 日期="2026-06-01"),
    ]
    outcome = site_maker(notices(*rows)).good()
    assert "曾用名" not in page_of(outcome, ONE)
    assert "names-of-one-code" not in outcome.check().stderr


def test_a_generic_name_never_takes_the_place_of_a_real_one(site_maker: SiteMaker) -> None:
    rows = [
        notice(文号="1号", 名称="爱辉区老王小吃店", 日期="2025-01-01"),
        notice(文号="2号", 名称="个体工商户", 日期="2026-06-01"),
    ]
    outcome = site_maker(notices(*rows)).good()
    assert '<h1 id="name">爱辉区老王小吃店</h1>' in outcome.page(f"entity/{ONE[-2:]}/{ONE}.html")


def test_a_row_without_a_code_joins_the_one_entity_of_its_name_and_district(site_maker: SiteMaker) -> None:
    rows = [notice(), notice(文号="2号", 代码="", 名称="黑河甲乙商贸有限公司 ", 机关=DISTRICT_ORGAN)]
    outcome = site_maker(notices(*rows)).good()
    assert outcome.entities() == [f"entity/{ONE[-2:]}/{ONE}.html"]
    assert "2号" in page_of(outcome, ONE)


def test_a_city_organ_works_in_all_its_districts(site_maker: SiteMaker) -> None:
    rows = [notice(机关=DISTRICT_ORGAN), notice(文号="2号", 代码="", 机关=CITY_ORGAN)]
    assert len(site_maker(notices(*rows)).good().entities()) == 1


def test_the_filler_is_no_code(site_maker: SiteMaker) -> None:
    rows = [
        notice(文号="1号", 代码="00000000000000000X", 名称="甲面馆"),
        notice(文号="2号", 代码="00000000000000000X", 名称="乙面馆"),
    ]
    outcome = site_maker(notices(*rows)).good()
    assert len(outcome.entities()) == 2
    assert b"00000000000000000X" not in outcome.everything()


def test_a_row_without_a_code_stays_apart_in_another_district(site_maker: SiteMaker) -> None:
    rows = [notice(机关=DISTRICT_ORGAN), notice(文号="2号", 代码="", 机关=OTHER_ORGAN)]
    outcome = site_maker(notices(*rows)).good()
    assert len(outcome.entities()) == 2
    assert "2号" not in page_of(outcome, ONE)


def test_a_row_without_a_code_stays_apart_when_two_entities_fit(site_maker: SiteMaker) -> None:
    rows = [notice(), notice(文号="2号", 代码=TWO), notice(文号="3号", 代码="")]
    outcome = site_maker(notices(*rows)).good()
    assert len(outcome.entities()) == 3
    assert "3号" not in page_of(outcome, ONE) + page_of(outcome, TWO)
    said = outcome.check().good().stderr
    assert f"提示[name-ambiguous]：「黑河甲乙商贸有限公司」没有代码，对应 2 个主体：{ONE}、{TWO}" in said
    assert "--> data/notice/2026.csv:4" in said


def test_the_same_name_in_two_districts_is_two_entities(site_maker: SiteMaker) -> None:
    rows = [
        notice(文号="1号", 代码="", 名称="老王面馆", 机关=DISTRICT_ORGAN),
        notice(文号="2号", 代码="", 名称="老王面馆", 机关=OTHER_ORGAN),
        notice(文号="3号", 代码="", 名称="老王 面馆", 机关=OTHER_ORGAN),
    ]
    assert len(site_maker(notices(*rows)).good().entities()) == 2


def test_nameless_sole_traders_are_never_taken_for_one(site_maker: SiteMaker) -> None:
    code = "行政相对人代码_1(统一社会信用代码)"
    rows = [
        penalty(
            {code: ""},
            行政相对人名称="个体工商户",
            行政相对人类别="个体工商户",
            法定代表人="",
            行政处罚决定书文号=f"{n}号",
        )
        for n in range(1, 5)
    ]
    coded = penalty(
        {code: credit_code(9, head="92")},
        行政相对人名称="个体工商户",
        行政相对人类别="个体工商户",
        行政处罚决定书文号="9号",
    )
    outcome = site_maker({"data/penalty/a.csv": table([*rows, coded])}, base="penalty").good()
    assert len(outcome.entities()) == 5
    assert len({address.split("/")[1] for address in outcome.entities() if "/name/" in address}) == 1


def test_no_folder_of_entities_grows_beyond_5000_at_a_million() -> None:
    # The last two characters of a code are one of 31 x 31; check digits and serials spread evenly over them.
    assert 1_000_000 / 31**2 < 5_000
    assert 1_000_000 / 16**2 < 5_000


def test_basics_give_the_head_and_the_former_names(site_maker: SiteMaker) -> None:
    head = "名称,统一社会信用代码,类型,法定代表人,成立日期,住所,登记机关,登记状态,曾用名,核准日期\n"
    row = f"黑河甲乙商贸有限公司,{ONE},有限责任公司,郗思齐,2019-03-04,示例大街1号,黑河市甲局,存续,黑河旧名商行、黑河更旧商行,2020-01-02\n"
    files = {"data/basics/a.csv": head + row, "data/penalty/a.csv": table([penalty()])}
    outcome = site_maker(files, base="basics penalty").good()
    said = page_of(outcome, ONE)
    for fact in (
        "类型 有限责任公司",
        "成立日期 2019年3月4日",
        "住所 示例大街1号",
        "登记机关 黑河市甲局",
        "曾用名 黑河旧名商行；黑河更旧商行",
    ):
        assert fact in said
