"""What may be shown on the day: no natural person, no withheld field, nothing past its last day, in no byte of the site."""

from __future__ import annotations

import json
import shutil

import pytest
from conftest import SiteMaker
from frontdoor import Outcome, credit_code, identity_number, licence, notice, notices, penalty, table, tree

from disclosure.audit.desk import Measure, Written
from disclosure.audit.figures import counts

SECRETS = {
    "法定代表人证件类型": "身份证",
    "法定代表人证件号码": identity_number(11),
    "自然人证件类型": "护照",
    "自然人证件号码": "E87654321",
}


def says(outcome: Outcome, secret: str) -> list[str]:
    """Return the files of a site that hold some text, in any case."""
    needle = secret.lower()
    return [name for name, data in tree(outcome.out).items() if needle in data.decode("utf-8", "replace").lower()]


def test_withheld_fields_stand_nowhere_in_the_bytes(site_maker: SiteMaker) -> None:
    older = {"CF_FR_SFZH": identity_number(12)}
    files = {
        "data/penalty/a.csv": table([penalty(SECRETS | older)]),
        "data/licence/a.csv": table([licence(**SECRETS, 许可编号="XK2026777")]),
        "data/blacklist/a.yaml": "- 名称: 黑河丙丁有限公司\n  统一社会信用代码: " + credit_code(3) + "\n"
        "  列入文号: 黑甲失〔2026〕1号\n  列入事由: 示例\n  列入日期: 2026-05-06\n  认定机关: 黑河市甲局\n"
        f"  法定代表人证件号码: '{identity_number(13)}'\n  证件号码: 231102900101123\n",
    }
    outcome = site_maker(files, base="blacklist licence penalty").good()
    assert "公示 3 条记录" in outcome.stdout
    secrets = [*list(SECRETS.values())[1:], *older.values(), identity_number(13), "231102900101123"]
    for secret in secrets:
        assert says(outcome, secret) == [], secret
    # neither are they in the store, where only digests are kept
    store = (outcome.root / ".cache" / "store.sqlite").read_bytes()
    for secret in secrets:
        assert secret.encode() not in store, secret
    assert says(outcome, "XK2026777")


def test_a_sole_traders_home_is_not_shown(site_maker: SiteMaker) -> None:
    head = "名称,统一社会信用代码,类型,法定代表人,成立日期,住所,登记机关,登记状态,曾用名,核准日期,联系电话\n"
    rows = [
        f"爱辉区老王小吃店,{credit_code(5, head='92')},个体工商户,王甲,2020-01-02,示例小区1栋2单元303室,黑河市甲局,存续,,2020-01-02,13900001111\n",
        f"黑河甲乙商贸有限公司,{credit_code(6)},有限责任公司,李乙,2020-01-02,示例大街1号,黑河市甲局,存续,,2020-01-02,13900002222\n",
    ]
    outcome = site_maker({"data/basics/a.csv": head + "".join(rows)}, base="basics penalty").good()
    assert len(outcome.entities()) == 2
    assert says(outcome, "示例小区") == says(outcome, "13900001111") == says(outcome, "13900002222") == []
    assert says(outcome, "示例大街1号")


def test_natural_persons_are_nowhere(site_maker: SiteMaker) -> None:
    person = penalty(
        {"行政相对人代码_1(统一社会信用代码)": ""},
        行政相对人名称="郗景行",
        行政相对人类别="自然人",
        行政处罚决定书文号="黑甲罚〔2026〕88号",
        法定代表人="",
    )
    files = {
        "data/penalty/a.csv": table([penalty(), person]),
        "data/licence/a.csv": table(
            [
                licence(
                    **{"行政相对人代码_1(统一社会信用代码)": ""},
                    行政相对人名称="亓思齐",
                    行政相对人类别="自然人",
                    法定代表人="",
                    行政许可决定文书号="黑甲许〔2026〕99号",
                )
            ]
        ),
    }
    outcome = site_maker(files, base="licence penalty").good()
    for secret in ("郗景行", "亓思齐", "88号", "99号"):
        assert says(outcome, secret) == [], secret
    assert len(outcome.entities()) == 1


def person(number: int, name: str) -> dict[str, str]:
    """A penalty of a natural person whose name stands in its text too."""
    code = {"行政相对人代码_1(统一社会信用代码)": ""}
    return penalty(code, 行政相对人名称=name, 行政相对人类别="自然人", 违法事实=f"经查，{name}（下称{name}）未按规定公示", 法定代表人="", 行政处罚决定书文号=f"黑甲罚〔2026〕{number}号")  # fmt: skip


def test_what_is_not_shown_is_counted_and_nothing_else_is_said_of_it(site_maker: SiteMaker) -> None:
    rows = [penalty(), person(5, "郗景行"), person(6, "亓思齐")]
    outcome = site_maker({"data/penalty/a.csv": table(rows)}, base="penalty").good()
    assert "仅统计、不公示内容的记录数" in outcome.text("statistics.html")
    assert 'data-count="counted/penalty/person">2<' in outcome.page("statistics.html")
    (line,) = outcome.page("counted.jsonl").splitlines()
    assert json.loads(line) == {"register": "penalty", "label": "行政处罚", "why": "自然人不公示", "count": 2, "mark": "仅统计"}  # fmt: skip
    assert says(outcome, "郗景行") == says(outcome, "〔2026〕5号") == []
    # the audit reckons it again, from the fates themselves
    held = Measure(figures={"counted/penalty/person": 2})
    assert list(counts(Written(outcome.out, "counted.jsonl"), held)) == []
    held = Measure(figures={"counted/penalty/person": 3})
    assert len(list(counts(Written(outcome.out, "counted.jsonl"), held))) == 1
    assert len(list(counts(Written(outcome.out, "statistics.html"), held))) == 1
    nobody = outcome.build(files={"data/penalty/a.csv": table([penalty()])}).good()
    assert "仅统计、不公示" not in nobody.text("statistics.html") and not (nobody.out / "counted.jsonl").exists()


def test_natural_persons_are_shown_by_a_masked_name_where_a_law_is_named(site_maker: SiteMaker) -> None:
    rows = [person(1, "郗景行"), person(1, "郗景明"), person(2, "郗景行"), person(3, "亓齐")]
    root = site_maker({"data/penalty/a.csv": table(rows)}, base="penalty").good().root
    declared = (root / "data/penalty/register.yaml").read_text(encoding="utf-8")
    shown = declared + "persons_shown: {as: masked-name, basis: 《示例条例》第九条}\n"
    outcome = site_maker(
        {"data/penalty/a.csv": table(rows), "data/penalty/register.yaml": shown}, base="penalty"
    ).good()
    assert len(outcome.entities()) == 4  # nobody knows that two of one name are one
    for name in ("郗景行", "郗景明", "亓齐", "景行"):
        assert says(outcome, name) == [], name
        assert name.encode() not in (outcome.root / ".cache/store.sqlite").read_bytes()
    pages = [outcome.text(address) for address in outcome.entities()]
    assert sum("郗**" in page for page in pages) == 3 and sum("亓*" in page for page in pages) == 1
    assert all("（下称" in page and "依据《示例条例》第九条公示" in page for page in pages)
    # whoever knows name, number and organ cannot make the address: it depends on a salt, and stays while that does
    assert (outcome.root / "state/salt").stat().st_mode & 0o077 == 0
    addresses = outcome.entities()
    assert outcome.build().good().entities() == addresses
    (outcome.root / "state/salt").write_bytes(b"another" * 5)
    shutil.rmtree(outcome.root / ".cache")
    assert not {*outcome.build().good().entities()} & {*addresses}
    other = declared.replace("persons:", "# persons:") + "persons_shown: {as: masked-name, basis: 《示例条例》第九条}\n"
    outcome.check(files={"data/penalty/register.yaml": other}).refused("bad-declaration", "没有写 persons")
    bare = declared + "persons_shown: {as: masked-name}\n"
    outcome.check(files={"data/penalty/register.yaml": bare}).refused("basis")


@pytest.mark.parametrize("name", ["郗景行", "欧阳景行", "阿布都·热合曼", "阿依古丽·买买提江", "郗 景 行"])
def test_an_uncoded_name_that_reads_like_a_persons_is_not_shown(site_maker: SiteMaker, name: str) -> None:
    outcome = site_maker(notices(notice(名称=name, 代码=""), notice(文号="2号"))).good()
    assert says(outcome, name) == []
    assert len(outcome.entities()) == 1


@pytest.mark.parametrize("name", ["老王面馆", "乐购超市", "示例合作社", "爱辉区第一小学校"])
def test_a_trade_name_without_a_code_is_shown(site_maker: SiteMaker, name: str) -> None:
    outcome = site_maker(notices(notice(名称=name, 代码=""))).good()
    assert says(outcome, name)


@pytest.mark.parametrize(("day", "shown"), [("2027-05-05", True), ("2027-05-06", True), ("2027-05-07", False)])
def test_the_last_day_counts(site_maker: SiteMaker, day: str, shown: bool) -> None:
    rows = [notice(截止="2027-05-06"), notice(文号="长期的", 截止="长期", 代码=credit_code(2), 名称="乙公司")]
    outcome = site_maker(notices(*rows), "--as-of", day).good()
    assert bool(says(outcome, "黑甲〔2026〕1号")) is shown
    assert bool(says(outcome, "黑河甲乙商贸有限公司")) is shown
    assert says(outcome, "长期的")


def test_a_month_as_last_day_is_shown_through_its_end(site_maker: SiteMaker) -> None:
    rows = [notice(截止="2028年2月"), notice(文号="长期的", 截止="2099/12/31")]
    assert says(site_maker(notices(*rows), "--as-of", "2028-02-29").good(), "黑甲〔2026〕1号")
    assert not says(site_maker(notices(*rows), "--as-of", "2028-03-01").good(), "黑甲〔2026〕1号")


def test_a_decision_of_tomorrow_is_not_shown_today(site_maker: SiteMaker) -> None:
    rows = [notice(日期="2026-11-23", 文号="明天的"), notice(日期="2026-11-22", 文号="今天的")]
    outcome = site_maker(notices(*rows)).good()
    assert says(outcome, "今天的")
    assert not says(outcome, "明天的")
    assert says(outcome.build("--as-of", "2026-11-23").good(), "明天的")


def test_when_the_last_record_ends_the_site_goes_on_without_it(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    later = outcome.build("--as-of", "2027-05-07").good()
    assert later.entities() == []
    assert not says(later, "黑河甲乙商贸有限公司")


def test_a_name_borne_only_by_rows_not_shown_is_no_former_name(site_maker: SiteMaker) -> None:
    rows = [notice(), notice(文号="2号", 名称="从前的名字有限公司", 截止="2026-01-01", 日期="2025-01-01")]
    assert not says(site_maker(notices(*rows)).good(), "从前的名字")


def test_two_contents_of_one_decision_are_a_fault_that_names_both_places(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(), notice(说明="别的")), verb="check")
    outcome.refused("conflicting-rows", "--> data/notice/2026.csv:3", "data/notice/2026.csv:2 是同一决定，内容不同")


def test_one_decision_sent_in_two_files_is_shown_once(site_maker: SiteMaker) -> None:
    spaced = notice(文号="黑甲[2026] 1号", 名称="黑河甲乙商贸有限公司 ")
    outcome = site_maker({"data/notice/a.csv": table([notice()]), "data/notice/b.csv": table([notice()])}).good()
    assert "公示 1 条记录" in outcome.stdout
    assert outcome.text(outcome.entities()[0]).count("公示至") == 1
    # another spelling of the same number is the same decision too
    outcome.check(files={"data/notice/b.csv": table([spaced])}).refused("conflicting-rows")
