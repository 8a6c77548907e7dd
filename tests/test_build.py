"""The contract of the command line: exit codes, where the site is put, what a fault leaves standing, what is accounted for."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from pathlib import Path

import pytest
from conftest import SiteMaker
from frontdoor import (
    NOTICE,
    Outcome,
    credit_code,
    identity_number,
    notice,
    notices,
    program,
    site_bytes,
    start,
    table,
    tree,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st

FAULTY = notice(文号="黑甲〔2026〕2号", 日期="2026-02-30")


def set_aside(site: Path) -> str:
    """Return a site.yaml that sets faulty rows aside."""
    return site.read_text(encoding="utf-8") + "faults: set-aside\n"


def intake(outcome: Outcome) -> list[dict[str, str]]:
    """Return the account that is kept for staff."""
    text = (outcome.root / "state" / "intake.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_good_build_ends_with_0_and_a_home_page(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    assert (outcome.out / "index.html").is_file()
    assert "公示 1 条记录" in outcome.stdout


def test_build_is_what_is_done_when_no_verb_is_given(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    done = program("--root", str(outcome.root), "--out", str(outcome.root / "other"))
    assert done.returncode == 0, done.stderr
    assert (outcome.root / "other" / "index.html").is_file()


def test_root_defaults_to_the_folder_one_stands_in(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    done = program("check", cwd=outcome.root)
    assert done.returncode == 0, done.stderr


def test_the_users_faults_end_with_1_and_say_so_last(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(FAULTY))
    outcome.refused("refused-value")
    assert not outcome.out.exists()
    last = outcome.stderr.strip().splitlines()[-1]
    assert last == f"共 1 处错误，没有发布任何内容。{outcome.out} 还没有发布过。"


@pytest.mark.parametrize("wrong", [["--as-of", "2026-02-30"], ["--nonsense"], ["--jobs", "many"], ["nonsense"]])
def test_wrong_usage_ends_with_2(tmp_path: Path, wrong: list[str]) -> None:
    assert program(*wrong, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_help_is_chinese(tmp_path: Path) -> None:
    done = program("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "用法：" in done.stdout
    assert not re.search(r"show this help|positional arguments|options:|usage:", done.stdout)


def test_our_own_bug_ends_with_3_and_looks_different(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    (outcome.root / ".cache" / "store.sqlite").unlink()
    (outcome.root / ".cache" / "store.sqlite").mkdir()
    broken = outcome.build()
    assert broken.code == 3
    last = broken.stderr.strip().splitlines()[-1]
    assert "程序自身的错误" in last
    assert "仍是版本" in last
    assert (outcome.out / "index.html").is_file()


def test_the_old_release_stands_after_a_fault_and_is_named(site_maker: SiteMaker) -> None:
    good = site_maker(notices(notice())).good()
    before = tree(good.out)
    release = json.loads(good.page("release.json"))["release"]
    bad = good.build(files=notices(FAULTY))
    bad.refused(f"{good.out} 仍是版本 {release}（数据截至 2026-11-22）。")
    assert tree(good.out) == before


def test_out_may_be_absent_empty_or_ours(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    empty = outcome.root / "empty"
    empty.mkdir()
    for _ in range(2):
        outcome.run("build", "--out", str(empty)).good()
        assert (empty / "index.html").is_file()
    deep = outcome.root / "not" / "yet" / "there"
    outcome.run("build", "--out", str(deep)).good()
    assert (deep / "index.html").is_file()


def test_out_that_is_a_copy_of_a_release_is_ours(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    copy = outcome.root / "copy"
    files = tree(outcome.out)
    for name, data in files.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data)
    outcome.run("build", "--out", str(copy)).good()
    assert tree(copy) == files


def test_out_that_holds_something_else_is_left_alone(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    foreign = outcome.root / "foreign"
    foreign.mkdir()
    (foreign / "mine.txt").write_text("mine")
    refused = outcome.run("build", "--out", str(foreign))
    refused.refused("out-not-ours", "「foreign」里已有别的内容")
    assert [path.name for path in foreign.iterdir()] == ["mine.txt"]
    link = outcome.root / "link"
    link.symlink_to(foreign)
    outcome.run("build", "--out", str(link)).refused("out-not-ours")
    assert link.readlink() == foreign
    file = outcome.root / "file"
    file.write_text("mine")
    outcome.run("build", "--out", str(file)).refused("out-not-ours")
    assert file.read_text() == "mine"


def test_as_of_on_the_command_line_stands_above_the_settings(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(截止="2026-10-31")), "--as-of", "2026-10-31").good()
    assert "数据截至 2026-10-31" in outcome.stdout
    assert json.loads(outcome.page("release.json"))["as_of"] == "2026-10-31"
    assert len(outcome.entities()) == 1
    assert outcome.build().good().entities() == []


def test_check_finds_all_faults_and_publishes_nothing(site_maker: SiteMaker) -> None:
    wrong = notice(文号="黑甲〔2026〕3号", 金额="很多")
    outcome = site_maker({**notices(FAULTY, wrong), "data/notice/note.docx": "x"}, verb="check")
    outcome.refused("「2026-02-30」不是日期", "「很多」不是金额", "unknown-file")
    assert "检查完毕：3 处错误，0 处提示。" in outcome.stdout
    assert not outcome.out.exists()
    assert not (outcome.root / "releases").exists()


def test_check_finds_the_faults_of_settings_declarations_articles_and_data_at_once(site_maker: SiteMaker) -> None:
    files = {
        "site.yaml": "name: 甲\nformal_name: 乙\naddress: https://a.example/\ndescription: 丙\nfalts: x\n",
        "data/departments.yaml": "- nam: 甲局\n",
        "content/a.md": "---\ntitle: 甲\n---\n文\n",
        **notices(FAULTY),
    }
    outcome = site_maker(files, verb="check")
    outcome.refused("site.yaml:5:1", "data/departments.yaml:1:3", "content/a.md:1", "data/notice/2026.csv:2")


def test_check_answers_in_json(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(FAULTY), "--format", "json", verb="check")
    assert outcome.code == 1
    said = json.loads(outcome.stdout)
    assert said["faults"] == 1
    (problem,) = said["problems"]
    assert problem["name"] == "refused-value"
    assert problem["severity"] == "错误"
    assert problem["what"] == "「2026-02-30」不是日期"
    assert (problem["place"]["path"], problem["place"]["line"]) == ("data/notice/2026.csv", 2)
    good = outcome.check("--format", "json", files=notices(notice())).good()
    said = json.loads(good.stdout)
    assert said == {
        "faults": 0,
        "problems": [],
        "files": [{"path": "data/notice/2026.csv", "rows": 1, "fates": {"shown": 1}, "aside": 0, "split": 0}],
    }


def test_json_leaves_no_fault_out_where_the_text_is_capped(site_maker: SiteMaker) -> None:
    rows = [notice(文号=f"黑甲〔2026〕{n}号", 日期="昨天") for n in range(30)]
    outcome = site_maker(notices(*rows), verb="check")
    assert outcome.stderr.count("「昨天」不是日期") == 20
    assert "错误[refused-value]：另有 10 处" in outcome.stderr
    said = json.loads(outcome.check("--format", "json").stdout)
    assert len(said["problems"]) == said["faults"] == 30


def test_a_fault_stops_all_unless_rows_are_to_be_set_aside(site_maker: SiteMaker) -> None:
    files = notices(notice(), FAULTY)
    refused = site_maker(files)
    refused.refused("refused-value")
    aside = refused.build(files={"site.yaml": set_aside(refused.root / "site.yaml")}).good()
    assert "公示 1 条记录" in aside.stdout
    assert b"2026-02-30" not in aside.everything()
    (file, total) = intake(aside)
    assert file["搁置（有错）"] == total["搁置（有错）"] == "1"
    kept = aside.root / "state" / "set-aside.csv"
    (row,) = csv.DictReader(io.StringIO(kept.read_text(encoding="utf-8-sig")))
    assert row["位置"].startswith("data/notice/2026.csv:3:")
    assert row["问题"] == "「2026-02-30」不是日期"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_setting_aside_ends_when_the_settings_say_so(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(), FAULTY), verb="check")
    plain = (outcome.root / "site.yaml").read_text(encoding="utf-8")
    outcome.build(files={"site.yaml": set_aside(outcome.root / "site.yaml")}).good()
    outcome.build(files={"site.yaml": plain}).refused("refused-value")


def test_what_was_set_aside_is_said_at_every_check(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice(), FAULTY), verb="check")
    files = {"site.yaml": set_aside(outcome.root / "site.yaml")}
    first = outcome.check(files=files).good()
    assert "提示[refused-value]：「2026-02-30」不是日期" in first.stderr
    assert outcome.check().good().stderr == first.stderr


def test_a_whole_file_that_cannot_be_read_is_never_set_aside(site_maker: SiteMaker) -> None:
    files = {**notices(notice()), "data/notice/other.csv": "名称,不知\n甲,乙\n"}
    outcome = site_maker(files, verb="check")
    outcome.build(files={"site.yaml": set_aside(outcome.root / "site.yaml")}).refused("unknown-title", "missing-title")


def test_set_aside_lists_for_staff_carry_no_identity_number(site_maker: SiteMaker) -> None:
    number = identity_number(7)
    outcome = site_maker(notices(notice(), notice(文号="2号", 代码=number)), verb="check")
    outcome.refused(f"「{number[:6]}************」不是统一社会信用代码")
    assert number not in outcome.stdout + outcome.stderr
    outcome.build(files={"site.yaml": set_aside(outcome.root / "site.yaml")}).good()
    for path in (outcome.root / "state").iterdir():
        assert number.encode() not in path.read_bytes()


def test_every_row_is_accounted_for_per_file(site_maker: SiteMaker) -> None:
    again = {**notice(), "文号": "黑甲〔2026〕1 号"}
    rows = [
        notice(),
        notice(),
        again,
        notice(文号="2号", 名称="郗思齐", 代码=""),
        notice(文号="3号", 截止="2026-11-21"),
        notice(文号="4号", 日期="2026-11-23"),
        FAULTY,
        notice(文号="1号", 说明="一"),
        notice(文号="1号", 说明="二"),
    ]
    files = {**notices(*rows), "data/notice/more.csv": table([notice(文号="9号")])}
    outcome = site_maker(files, verb="check")
    outcome.build(files={"site.yaml": set_aside(outcome.root / "site.yaml")}).good()
    first, second, total = intake(outcome)
    assert {name: cell for name, cell in first.items() if cell != "0"} == {
        "文件": "data/notice/2026.csv",
        "行数": "9",
        "公示": "2",
        "疑似自然人不公示": "1",
        "公示期已满": "1",
        "未到日期": "1",
        "重复": "2",
        "搁置（内容不一）": "1",
        "搁置（有错）": "1",
    }
    assert (second["行数"], second["公示"]) == ("1", "1")
    for name in list(first)[1:]:
        assert int(total[name]) == int(first[name]) + int(second[name])


CELL = st.sampled_from(["", "x", "2026-05-06", "2026-11-23", "2026-02-30", "9999-12-31", "无", NOTICE["代码"]])
ROW = st.fixed_dictionaries(
    {
        "名称": st.sampled_from(["甲公司", "乙公司", "郗思齐", "个体工商户", ""]),
        "代码": st.sampled_from(["", NOTICE["代码"], credit_code(2), "91", "00000000000000000X"]),
        "文号": st.sampled_from(["1号", "2号", ""]),
        "类别": st.sampled_from(["警告", "警告、罚款", "不知", ""]),
        "说明": CELL,
        "金额": st.sampled_from(["", "1", "1万元", "x"]),
        "日期": CELL,
        "截止": CELL,
        "机关": st.sampled_from(["黑河市甲局", "无名局", ""]),
    }
)


@settings(max_examples=8)
@given(tables=st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=2))
def test_rows_in_are_the_sum_of_all_that_became_of_them(
    tmp_path_factory: pytest.TempPathFactory, tables: list[list[dict[str, str]]]
) -> None:
    root = tmp_path_factory.mktemp("any") / "root"
    start(root, "small")
    write(root, {f"data/notice/{n}.csv": table(rows) for n, rows in enumerate(tables)})
    write(root, {"site.yaml": set_aside(root / "site.yaml")})
    done = program("check", "--root", str(root), "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert [file["rows"] for file in said["files"]] == [len(rows) for rows in tables]
    for file in said["files"]:
        assert file["rows"] == file["aside"] + sum(file["fates"].values())


def test_the_same_input_gives_the_same_release_wherever_and_however_it_is_built(site_maker: SiteMaker) -> None:
    rows = [
        notice(文号=f"{n}号", 代码=credit_code(n), 名称=f"黑河第{n}公司", 日期=f"2026-{n % 10 + 1:02d}-11")
        for n in range(40)
    ]
    first = site_maker(notices(*rows)).good()
    second = site_maker(notices(*rows)).run("build", "--jobs", "2").good()
    assert tree(first.out) == tree(second.out)
    assert json.loads(first.page("release.json"))["release"] == first.out.resolve().name


def test_a_build_upon_a_build_gives_what_a_fresh_one_gives(site_maker: SiteMaker) -> None:
    one, two = table([notice()]), table([notice(文号="2号", 名称="黑河甲乙商贸有限责任公司", 日期="2026-07-01")])
    three = table([notice(文号="3号", 名称="黑河旧名公司", 日期="2026-01-01")])
    fresh = site_maker({"data/notice/a.csv": one, "data/notice/b.csv": two, "data/notice/c.csv": three}).good()
    grown = site_maker({"data/notice/c.csv": three, "data/notice/x.csv": one}).good()
    grown.build(files={"data/notice/b.csv": two, "data/notice/x.csv": None}).good()
    grown.build(files={"data/notice/a.csv": one}).good()
    assert site_bytes(grown) == site_bytes(fresh)
    facts = [json.loads(site.page("release.json")) for site in (grown, fresh)]
    assert {**facts[0], "release": ""} == {**facts[1], "release": ""}, "but for its name, which its history enters"


def test_a_file_taken_away_takes_its_records_away(site_maker: SiteMaker) -> None:
    outcome = site_maker({**notices(notice()), "data/notice/b.csv": table([notice(文号="2号")])}).good()
    less = outcome.build(files={"data/notice/b.csv": None}).good()
    assert "公示 1 条记录" in less.stdout
    assert "2号" not in less.text(less.entities()[0])


def test_nothing_temporary_is_left(site_maker: SiteMaker) -> None:
    outcome = site_maker(notices(notice())).good()
    outcome.build(files=notices(FAULTY)).refused()
    outcome.build(files=notices(notice())).good()
    assert not (outcome.root / "releases" / ".partial").exists()
    assert sorted(path.name for path in outcome.root.iterdir() if path.name.startswith(".")) == [".cache"]


def test_a_root_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = program("check", "--root", str(tmp_path / "typo"))
    assert done.returncode in (1, 2)
    assert list(tmp_path.iterdir()) == []
