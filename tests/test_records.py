"""Rows to records: whatever spelling of the standard a file uses, the same pages come of it, and every fault is said."""

from __future__ import annotations

import json

from conftest import SiteMaker
from frontdoor import (
    PROJECT,
    Outcome,
    credit_code,
    identity_number,
    licence,
    notice,
    notices,
    penalty,
    site_bytes,
    table,
)

REGISTERS = PROJECT / "data"
PENALTY_CODES = {
    "行政相对人名称": "CF_XDR_MC",
    "行政相对人类别": "CF_XDR_LB",
    "行政相对人代码_1(统一社会信用代码)": "CF_XDR_SHXYM",
    "行政相对人代码_2(工商注册号)": "CF_XDR_GSZC",
    "行政相对人代码_3(组织机构代码)": "CF_XDR_ZZJG",
    "行政相对人代码_4(税务登记号)": "CF_XDR_SWDJ",
    "行政相对人代码_5(事业单位证书号)": "CF_XDR_SYDW",
    "行政相对人代码_6(社会组织登记证号)": "CF_XDR_SHZZ",
    "法定代表人": "CF_FRDB",
    "法定代表人证件类型": "CF_FR_ZJLX",
    "法定代表人证件号码": "CF_FR_ZJHM",
    "自然人证件类型": "CF_XDR_ZJLX",
    "自然人证件号码": "CF_XDR_ZJHM",
    "行政处罚决定书文号": "CF_WSH",
    "违法行为类型": "CF_WFXW",
    "违法事实": "CF_SY",
    "处罚依据": "CF_YJ",
    "处罚类别": "CF_CFLB",
    "处罚内容": "CF_NR",
    "罚款金额（万元）": "CF_NR_FK",
    "没收违法所得、没收非法财物的金额（万元）": "CF_NR_WFFF",
    "暂扣或吊销证照名称及编号": "CF_NR_ZKDX",
    "处罚决定日期": "CF_JDRQ",
    "处罚有效期": "CF_YXQ",
    "公示截止期": "CF_GSJZQ",
    "处罚机关": "CF_CFJG",
    "处罚机关统一社会信用代码": "CF_CFJGDM",
    "数据来源单位": "CF_SJLY",
    "数据来源单位统一社会信用代码": "CF_SJLYDM",
    "备注": "BZ",
}
LICENCE_CODES = {
    "行政相对人名称": "XK_XDR_MC",
    "行政相对人类别": "XK_XDR_LB",
    "行政相对人代码_1(统一社会信用代码)": "XK_XDR_SHXYM",
    "法定代表人": "XK_FRDB",
    "法定代表人证件类型": "XK_FR_ZJLX",
    "法定代表人证件号码": "XK_FR_ZJHM",
    "自然人证件类型": "XK_XDR_ZJLX",
    "自然人证件号码": "XK_XDR_ZJHM",
    "行政许可决定文书名称": "XK_XKWS",
    "行政许可决定文书号": "XK_WSH",
    "许可类别": "XK_XKLB",
    "许可证书名称": "XK_XKZS",
    "许可编号": "XK_XKBH",
    "许可内容": "XK_NR",
    "许可决定日期": "XK_JDRQ",
    "有效期自": "XK_YXQZ",
    "有效期至": "XK_YXQZI",
    "许可机关": "XK_XKJG",
    "许可机关统一社会信用代码": "XK_XKJGDM",
    "当前状态": "XK_ZT",
    "数据来源单位": "XK_LYDW",
    "数据来源单位统一社会信用代码": "XK_LYDWDM",
    "备注": "BZ",
}


def renamed(row: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """Return a row under other titles."""
    return {names[title]: value for title, value in row.items()}


def standard_rows() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return some penalties and licences of the whole standard."""
    penalties = [penalty(行政处罚决定书文号=f"黑甲罚〔2026〕{n}号", 处罚决定日期=f"2026-0{n}-07") for n in range(1, 6)]
    return penalties, [licence(行政许可决定文书号=f"黑甲许〔2026〕{n}号") for n in range(1, 4)]


def site(site_maker: SiteMaker, penalties: bytes, licences: bytes) -> Outcome:
    """Build a site of one file of penalties and one of licences."""
    files = {"data/penalty/a.csv": penalties, "data/licence/a.csv": licences}
    outcome: Outcome = site_maker(files, base="licence penalty").good()
    return outcome


def test_encodings_and_codes_of_the_standard_give_byte_identical_sites(site_maker: SiteMaker) -> None:
    penalties, licences = standard_rows()
    texts = table(penalties), table(licences)
    plain = site(site_maker, *(text.encode() for text in texts))
    assert "公示 8 条记录" in plain.stdout
    bom = site(site_maker, *(text.encode("utf-8-sig") for text in texts))
    gb18030 = site(site_maker, *(text.encode("gb18030") for text in texts))
    crlf = site(site_maker, *(text.replace("\n", "\r\n").encode() for text in texts))
    coded = site(
        site_maker,
        table([renamed(row, PENALTY_CODES) for row in penalties]).encode(),
        table([renamed(row, LICENCE_CODES) for row in licences]).encode("gb18030"),
    )
    for other in (bom, gb18030, crlf, coded):
        assert site_bytes(other) == site_bytes(plain)
        assert json.loads(other.page("release.json")) == json.loads(plain.page("release.json"))


def test_every_code_of_the_standard_is_known_to_the_register() -> None:
    penalty_titles = (REGISTERS / "penalty" / "register.yaml").read_text(encoding="utf-8")
    licence_titles = (REGISTERS / "licence" / "register.yaml").read_text(encoding="utf-8")
    assert [code for code in PENALTY_CODES.values() if code not in penalty_titles] == []
    assert [code for code in LICENCE_CODES.values() if code not in licence_titles] == []


def test_titles_are_known_in_full_width_with_blanks_and_line_breaks(site_maker: SiteMaker) -> None:
    plain = site_maker({"data/penalty/a.csv": table([penalty()])}, base="penalty").good()
    row = {
        {
            "罚款金额（万元）": "罚款金额 (万元)",
            "行政处罚决定书文号": "行政处罚\n决定书文号",
            "行政相对人代码_1(统一社会信用代码)": "行政相对人代码＿1（统一社会信用代码）",
        }.get(title, title): value
        for title, value in penalty().items()
    }
    other = site_maker({"data/penalty/a.csv": table([row])}, base="penalty").good()
    assert site_bytes(other) == site_bytes(plain)


def test_columns_may_stand_in_any_order(site_maker: SiteMaker) -> None:
    plain = site_maker({"data/penalty/a.csv": table([penalty()])}, base="penalty").good()
    other = site_maker({"data/penalty/a.csv": table([dict(reversed(penalty().items()))])}, base="penalty").good()
    assert site_bytes(other) == site_bytes(plain)


def test_semicolons_and_tabs_part_cells_too(site_maker: SiteMaker) -> None:
    plain = site_maker(notices(notice())).good()
    for delimiter in ";\t":
        other = site_maker({"data/notice/2026.csv": table([notice()], delimiter)}).good()
        assert site_bytes(other) == site_bytes(plain)


def test_a_licence_without_a_number_is_known_by_its_certificates(site_maker: SiteMaker) -> None:
    outcome = site_maker({"data/licence/a.csv": table([licence(行政许可决定文书号="")])}, base="licence").good()
    said = outcome.text(outcome.entities()[0])
    assert "XK2026001（据许可编号）" in said


def test_a_coded_licence_without_a_number_is_known_by_its_certificates(site_maker: SiteMaker) -> None:
    row = licence(行政许可决定文书号="")
    plain = site_maker({"data/licence/a.csv": table([row])}, base="licence").good()
    coded = site_maker({"data/licence/a.csv": table([renamed(row, LICENCE_CODES)])}, base="licence").good()
    assert "XK2026001（据" in coded.text(coded.entities()[0])
    assert coded.pages() == plain.pages()


def test_an_amount_in_a_column_of_its_own_unit_is_converted(site_maker: SiteMaker) -> None:
    for text, shown in {
        "2000": "0.2 万元",
        "2000元": "0.2 万元",
        "2,000.50": "0.20005 万元",
        "2000元整": "0.2 万元",
        "2万元": "2 万元",
        "0": "0 万元",
    }.items():
        row = notice()
        del row["金额"]
        outcome = site_maker(notices({**row, "金额（元）": text})).good()
        assert f"金额 {shown}（据金额（元）） " in outcome.text(outcome.entities()[0]), text


def test_a_whole_amount_in_a_column_of_its_own_unit_is_converted(site_maker: SiteMaker) -> None:
    row = notice()
    del row["金额"]
    outcome = site_maker(notices({**row, "金额（元）": "2000整"})).good()
    assert "金额 0.2 万元（据金额（元）） " in outcome.text(outcome.entities()[0])


def test_all_faults_of_a_row_are_said_at_once(site_maker: SiteMaker) -> None:
    outcome = site_maker(
        notices(notice(代码="91", 文号="", 金额="很多", 日期="昨天", 截止="明天", 机关="无")), verb="check"
    )
    outcome.refused(
        "「91」不是", "「文号」没有填", "「很多」不是金额", "「昨天」不是日期", "「明天」不是日期", "「机关」没有填"
    )
    assert "共" not in outcome.stderr
    assert "检查完毕：6 处错误" in outcome.stdout


def test_one_fault_is_one_message(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(日期="昨天")), verb="check")
    assert outcome.stderr.count("错误[") == 1


def test_a_number_of_a_person_in_free_text_stops_the_build(site_maker: SiteMaker) -> None:
    number = identity_number(5)
    full_width = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
    for text in (f"当事人身份证号{number}。", f"当事人（{full_width}）"):
        outcome = site_maker(notices(notice(说明=text)), verb="check")
        outcome.refused("personal-number", "「说明」里有身份证号码")
        assert number not in outcome.stderr


def test_an_identity_number_in_a_sole_traders_tax_number_is_withheld(site_maker: SiteMaker) -> None:
    number = identity_number(6)
    row = penalty(
        {"行政相对人代码_1(统一社会信用代码)": credit_code(4, head="92"), "行政相对人代码_4(税务登记号)": number},
        行政相对人名称="爱辉区老王小吃店",
        行政相对人类别="个体工商户",
    )
    outcome = site_maker({"data/penalty/a.csv": table([row])}, base="penalty").good()
    assert number.encode() not in outcome.everything()


def test_rows_without_content_are_no_rows(site_maker: SiteMaker) -> None:
    text = table([notice()]) + ",,,,,,,,\n\n  ,,,,,,,,\n"
    outcome = site_maker({"data/notice/2026.csv": text}).good()
    assert json.loads(outcome.check("--format", "json").stdout)["files"][0]["rows"] == 1


def test_placeholders_are_empty(site_maker: SiteMaker) -> None:
    marks = ["无", "/", "\\", "空", "-", "——", "— —", "暂无", "未办", "*", "***", "null", "\\N", "\u3000", "\u200b"]
    outcome = site_maker(notices(*(notice(文号=mark) for mark in marks)), verb="check")
    assert outcome.stderr.count("「文号」没有填") == len(marks)


def test_an_empty_cell_is_drawn_as_nothing_known(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(类别="无"))).good()
    assert "— —" in outcome.text("list/notice/2026.html")
