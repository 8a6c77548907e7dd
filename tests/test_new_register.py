"""Drafts of registers from files that were sent: what is guessed, on what evidence, and that the program reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from conftest import SiteMaker
from frontdoor import PROJECT, Outcome, credit_code, identity_number, penalty, program, start, table
from hypothesis import given
from hypothesis import strategies as st
from test_docs import EXAMPLE, spreadsheet, tables

from disclosure.declarations import load_registers
from disclosure.drafts import draft
from disclosure.drafts.columns import Column, quoted
from disclosure.drafts.declaration import scalar
from disclosure.drafts.guess import guess

PERSON = identity_number(5)


def sent(count: int = 40) -> list[dict[str, str]]:
    """Return the rows of a table such as departments send, no two of its columns alike."""
    return [
        {
            "序号": str(number + 1),
            "企业名称": f"黑河示例{number}商贸有限公司",
            "统一社会信用代码": credit_code(number + 1),
            "认定文号": f"黑示认〔2026〕{number + 1}号",
            "认定结果": ["合格", "基本合格", "不合格"][number % 3],
            "涉及事项": ["消防", "消防、用电", "用电"][number % 3],
            "奖励金额(万元)": f"{number}.5",
            "从业人数": str(number * 7),
            "认定日期": f"2026年3月{number % 28 + 1}日" if number else "无此项",
            "有效期至": "长期" if number % 2 else "2027-01-31",
            "认定机关": ["黑河市甲局", "爱辉区乙局"][number % 2],
            "经办情况": f"第{number}次会议议定，经办人身份证{PERSON}",
            "联系人手机": f"1380456{number:04d}",
            "经办人": identity_number(number),
            "备注": "",
            "说明: #一\n二": "是" if number else "",
        }
        for number in range(count)
    ]


@pytest.fixture
def drafted(site_maker: SiteMaker) -> Outcome:
    """A root with a draft from a table that a department sent, the file not yet beside it."""
    made = site_maker({"sent/认定结果2026.csv": table(sent())}, verb="check")
    return made.run("new", "register", str(made.root / "sent" / "认定结果2026.csv"), "--name", "awards").good()


def declaration(outcome: Outcome, name: str = "awards") -> str:
    """Return the text of a draft."""
    return (outcome.root / "data" / name / "register.yaml").read_text(encoding="utf-8")


def test_every_column_is_of_the_kind_that_its_values_are_of(drafted: Outcome) -> None:
    register = yaml.safe_load(declaration(drafted))
    kinds = {name: spec if isinstance(spec, str) else spec["kind"] for name, spec in register["fields"].items()}
    assert kinds == {
        "企业名称": "name",
        "统一社会信用代码": "credit_code",
        "认定文号": "document_number",
        "认定结果": "choice",
        "涉及事项": "choices",
        "奖励金额(万元)": "money",
        "从业人数": "number",
        "认定日期": "date",
        "有效期至": "end_date",
        "认定机关": "name",
        "经办情况": "text",
        "备注": "text",
        "说明: #一 二": "text",
    }
    assert register["fields"]["奖励金额(万元)"]["unit"] == "万元"
    assert register["fields"]["认定结果"]["choices"] == ["合格", "基本合格", "不合格"]
    assert register["fields"]["涉及事项"]["choices"] == ["消防", "用电"]
    assert register["withheld"] == ["联系人手机", "经办人"]
    assert register["ignored"] == ["序号"]


def test_the_parts_are_proposed(drafted: Outcome) -> None:
    register = yaml.safe_load(declaration(drafted))
    parts = {part: register.get(part) for part in ("label", "party", "code", "date", "department", "ends", "persons")}
    assert parts == {
        "label": "认定结果",
        "party": "企业名称",
        "code": "统一社会信用代码",
        "date": "认定日期",
        "department": "认定机关",
        "ends": None,
        "persons": None,
    }
    assert register["key"] == ["认定文号", "认定机关", "企业名称"]
    assert register["columns"] == ["企业名称", "认定文号", "认定结果", "涉及事项", "认定日期", "认定机关"]


def test_the_evidence_stands_beside_each_guess(drafted: Outcome) -> None:
    said = declaration(drafted)
    assert "  # 40 行都填了，39 行是日期，例：「2026年3月2日」；不像的：第 3 行「无此项」\n  认定日期:" in said
    assert "  # 40 行全空，种类是按列名猜的\n  备注: text" in said
    assert re.search(r"key: \[认定文号.*# .*40 行各不相同", said)


def test_no_personal_number_is_quoted(drafted: Outcome) -> None:
    said = declaration(drafted)
    for row in sent():
        for title in ("联系人手机", "经办人"):
            assert row[title] not in said
    assert PERSON not in said
    assert f"身份证{PERSON[:6]}" in said  # the column itself is quoted


def test_check_reaches_the_data_with_the_file_beside_the_draft(drafted: Outcome) -> None:
    beside = {"data/awards/认定结果2026.csv": table(sent())}
    found = drafted.check(files=beside)
    sorts = set(re.findall(r"(?:错误|提示)\[(\S+)\]", found.stderr))
    assert sorts == {"refused-value", "personal-number"}, found.stderr
    good = [row | {"认定日期": "2026-03-01", "经办情况": "议定"} for row in sent()]
    made = drafted.build(files={"data/awards/认定结果2026.csv": table(good)}).good()
    assert "data/awards/认定结果2026.csv" in made.stdout
    assert len([name for name in made.entities() if name.endswith(".html")]) == 40


@pytest.mark.parametrize("name", ["market-2026.csv", "nenjiang-2026.xlsx"])
def test_a_file_of_the_standard_is_drafted_and_read(tmp_path: Path, name: str) -> None:
    root = tmp_path / "site"
    start(root, "small")
    folder = root / "data" / "sent"
    folder.mkdir()
    found = next((PROJECT / "data").glob(f"*/{name}"))
    (folder / name).write_bytes(found.read_bytes())
    done = program("new", "register", str(folder / name), "--name", "sent", "--root", str(root))
    assert done.returncode == 0, done.stderr
    assert "1. 打开 register.yaml" in done.stdout  # the file lies there already
    done = program("check", "--root", str(root), "--jobs", "1")
    assert set(re.findall(r"错误\[(\S+)\]", done.stderr)) <= {"refused-value", "conflicting-rows"}, done.stderr


def test_the_table_of_the_document_is_drafted_and_read(tmp_path: Path) -> None:
    root = tmp_path / "site"
    start(root, "small")
    spreadsheet(tmp_path / "penalties.xlsx", tables(EXAMPLE)[0])
    done = program("new", "register", str(tmp_path / "penalties.xlsx"), "--root", str(root))
    assert done.returncode == 0, done.stderr
    spreadsheet(root / "data" / "penalties" / "penalties.xlsx", tables(EXAMPLE)[0])
    done = program("check", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stderr


def test_what_is_there_is_never_written_over(drafted: Outcome) -> None:
    before = declaration(drafted)
    file = str(drafted.root / "sent" / "认定结果2026.csv")
    drafted.run("new", "register", file, "--name", "awards").refused("cannot-draft", "已有这个名录的声明")
    assert declaration(drafted) == before
    with_other = {"data/other/mine.csv": "甲\n乙\n"}
    drafted.run("new", "register", file, "--name", "other", files=with_other).refused("里面有别的内容")
    assert not (drafted.root / "data" / "other" / "register.yaml").exists()


@pytest.mark.parametrize(
    ("file", "content", "name", "words"),
    [
        ("表.csv", "甲,乙\n1,2\n", "", ["取不出英文的文件夹名", "--name finance"]),
        ("a.csv", "甲,乙\n1,2\n", "Ab c", ["「Ab c」不能作文件夹名"]),
        ("a.csv", "甲,乙\n1,2\n", "../up", ["「../up」不能作文件夹名"]),
        ("a.csv", None, "", ["找不到这个文件"]),
        ("a.csv", "甲,乙\n", "", ["文件里没有记录"]),
        ("a.csv", "联系电话\n13804560001\n", "", ["没有一列可以公开"]),
        ("a.docx", "甲", "", ["不认识的文件「a.docx」"]),
        ("a.xlsx", "不是表格", "", ["打不开这个电子表格"]),
    ],
)
def test_what_cannot_be_drafted_is_refused_in_words(
    site_maker: SiteMaker, file: str, content: str | None, name: str, words: list[str]
) -> None:
    made = site_maker({f"sent/{file}": content} if content else {}, verb="check")
    before = sorted(made.root.rglob("*"))
    named = ["--name", name] if name else []
    made.run("new", "register", str(made.root / "sent" / file), *named).refused(*words)
    assert sorted(made.root.rglob("*")) == before


def test_a_name_is_taken_from_the_file(site_maker: SiteMaker) -> None:
    made = site_maker({"2026 Q1_List (final).csv": "企业名称,事项\n甲公司,乙\n"}, verb="check")
    made.run("new", "register", str(made.root / "2026 Q1_List (final).csv")).good()
    assert (made.root / "data" / "q1_list-final" / "register.yaml").exists()


def test_penalties_are_told_from_their_columns(site_maker: SiteMaker) -> None:
    rows = [
        penalty(行政处罚决定书文号=f"黑甲罚〔2026〕{n}号", 行政相对人类别="自然人" if n % 2 else "法人及非法人组织")
        for n in range(12)
    ]
    made = site_maker({"sent/cf.csv": table(rows)}, verb="check")
    made.run("new", "register", str(made.root / "sent" / "cf.csv")).good()
    register = yaml.safe_load(declaration(made, "cf"))
    assert register["persons"] == {"行政相对人类别": ["自然人"]}
    assert register["ends"] == "公示截止期"
    assert register["source"] == "数据来源单位"
    assert register["withheld"] == ["法定代表人证件类型", "法定代表人证件号码", "自然人证件类型", "自然人证件号码"]


ANY = st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable() or "\x00" not in text)


@given(ANY)
def test_any_text_is_read_back_from_a_draft(text: str) -> None:
    try:
        assert yaml.safe_load(f"[{scalar(text)}]") == [text]
    except yaml.reader.ReaderError:
        assert not text.isprintable()


@given(
    titles=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20), min_size=1, max_size=6, unique=True),
    cells=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12), min_size=6, max_size=30),
)  # fmt: skip
def test_a_draft_from_any_table_is_one_that_the_program_reads(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = [dict(zip(titles, cells[i : i + len(titles)], strict=False)) for i in range(0, len(cells), len(titles))]
    (folder / "t.csv").write_text(table([dict.fromkeys(titles, "") | row for row in rows]), encoding="utf-8")
    made, problems = draft(folder / "t.csv", "t.csv", "any", ["其他"])
    if made is None:
        assert problems
        return
    (folder / "any").mkdir()
    (folder / "any" / "register.yaml").write_text(made.text, encoding="utf-8")
    registers, faults = load_registers(folder, folder)
    assert [(fault.what, fault.place) for fault in faults] == []
    assert list(registers) == ["any"]


def test_a_kind_needs_nearly_all_values_unless_the_title_says_it() -> None:
    def kind(title: str, *values: str) -> str:
        column = Column(title)
        for number, value in enumerate(values):
            column.values[value] += 1
            column.first.setdefault(value, f"第 {number + 2} 行")
        return guess(column, len(values)).kind

    days = [f"2026-03-{n:02d}" for n in range(1, 20)]
    assert kind("某项", *days, "无法确定") == "date"
    assert kind("某项", *days, "无法确定", "不知道") == "text"
    assert kind("办理日期", *days, "无法确定", "不知道") == "date"
    assert kind("证书编号", *(f"202603{n:02d}" for n in range(10, 28))) == "identifier"
    assert kind("证书编号", *(f"第{n}号" for n in range(10, 28))) == "text"
    assert kind("次数", *(str(n) for n in range(30))) == "number"
    assert kind("统一社会信用代码", *["00000000000000000X"] * 9, credit_code(1)) != "credit_code"


def test_a_value_in_a_comment_stays_in_its_line() -> None:
    assert quoted("甲\n# 乙: {") == "「甲 # 乙: {」"
    assert "\n" not in quoted("一\u2028二\x85三")
    assert len(quoted("长" * 100)) < 30
