"""The demonstration in data/ is what the generator writes, small, invented, and full of every state."""

from __future__ import annotations

import csv
import datetime
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from python_calamine import CalamineWorkbook

from bench import codes
from bench.decisions import rows
from bench.generate import generate
from bench.layout import CODED, GB18030, SLASHES, SPOKEN, WORKBOOK
from bench.organs import DISTRICTS, ORGANS
from bench.plan import PLAN
from bench.titles import CODES, TITLES

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
TODAY = "2026-11-22"
PARTY_CODE = "行政相对人代码_1(统一社会信用代码)"
Row = dict[str, str]


def _names(folder: Path) -> list[str]:
    files = [
        path
        for register in (*TITLES, *(name for name in PLAN if name not in TITLES))
        for path in (folder / register).iterdir()
        if path.name != "register.yaml"
    ]
    files += [folder / "departments.yaml", *(folder / "events").iterdir()]
    return sorted(path.relative_to(folder).as_posix() for path in files)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration written anew by the command, in another hash seed, time zone and locale."""
    folder = tmp_path_factory.mktemp("again")
    surroundings = os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bench.generate", "--into", str(folder)]
    subprocess.run(command, check=True, env=surroundings, cwd=folder, capture_output=True)
    return folder


def test_the_same_files_are_generated(again: Path) -> None:
    assert _names(again) == _names(DATA)


def test_the_same_bytes_are_generated(again: Path) -> None:
    different = [name for name in _names(DATA) if (DATA / name).read_bytes() != (again / name).read_bytes()]
    assert different == []


def test_another_seed_gives_other_data(tmp_path: Path) -> None:
    generate(tmp_path, entities=50, records=150, seed=1)
    generate(tmp_path / "other", entities=50, records=150, seed=2)
    assert (tmp_path / "basics/heihe.csv").read_bytes() != (tmp_path / "other/basics/heihe.csv").read_bytes()


def test_every_file_is_smaller_than_a_megabyte() -> None:
    assert max((DATA / name).stat().st_size for name in _names(DATA)) < 1_000_000


def _read(path: Path) -> Iterator[list[Any]]:
    if path.suffix == ".yaml":
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield list(entries[0])
        yield from (list(entry.values()) for entry in entries)
    elif path.suffix == ".xlsx":
        yield from CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    else:
        name = path.relative_to(DATA).with_suffix("").as_posix()
        with path.open(encoding="gb18030" if name == GB18030 else "utf-8-sig", newline="") as stream:
            yield from csv.reader(stream, strict=True)


def _day(text: str) -> str:
    match = re.fullmatch(r"(\d{4})[/年-](\d{1,2})[/月-](\d{1,2})日?", text)
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else text


@pytest.fixture(scope="module")
def data() -> dict[str, list[Row]]:
    """All rows of all files, by register, with dates in one form."""
    found: dict[str, list[Row]] = {register: [] for register in TITLES}
    for register, titles in TITLES.items():
        for path in sorted((DATA / register).iterdir()):
            if path.name == "register.yaml":
                continue
            head, *body = _read(path)
            assert tuple(head) in (titles, CODES.get(register)), path
            for cells in body:
                assert len(cells) == len(titles), path
                found[register].append({title: _day(cell) for title, cell in zip(titles, cells, strict=True)})
    return found


def test_counts(data: dict[str, list[Row]]) -> None:
    assert sum(map(len, data.values())) == 6000 + PLAN["blacklist"]["rows"]
    decisions = data["licence"] + data["penalty"]
    coded = {row[PARTY_CODE] for row in decisions if row[PARTY_CODE]} - {codes.FILLER}
    coded |= {row["统一社会信用代码"] for row in data["basics"] + data["blacklist"]}
    assert len(coded) == 2000
    assert len(data["licence"]) > 2500
    assert len(data["penalty"]) > 1000
    assert len(data["blacklist"]) > 40


def test_files_come_as_departments_send_them() -> None:
    assert not (DATA / f"{GB18030}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (DATA / f"{WORKBOOK}.xlsx").read_bytes().startswith(b"PK")
    for name in CODED:
        assert (DATA / f"{name}.csv").read_text(encoding="utf-8-sig").startswith(("XK_XDR_MC,", "CF_XDR_MC,"))
    assert re.search(r",2026/\d+/\d+,", (DATA / f"{SLASHES}.csv").read_text(encoding="utf-8-sig"))
    assert re.search(r",2026年\d+月\d+日,", (DATA / f"{SPOKEN}.csv").read_text(encoding="utf-8-sig"))


def _identity_numbers(text: str) -> Iterator[str]:
    for number in re.findall(r"(?<![0-9A-Z])\d{17}[0-9Xx](?![0-9A-Z])", text):
        birth = number[6:14]
        plausible = "1900" <= birth[:4] <= "2099" and "01" <= birth[4:6] <= "12" and "01" <= birth[6:8] <= "31"
        if plausible and codes.identity_number(birth, int(number[14:17]))[:6] != number[:6]:
            yield number


def test_no_identity_number_that_somebody_could_have(data: dict[str, list[Row]]) -> None:
    cells = [cell for register in data.values() for row in register for cell in row.values()]
    assert [number for cell in cells for number in _identity_numbers(cell)] == []


def test_identity_numbers_stand_in_withheld_columns_only(data: dict[str, list[Row]]) -> None:
    titles = {title for rows in data.values() for row in rows for title, cell in row.items() if "990000" in cell}
    assert titles == {"法定代表人证件号码", "自然人证件号码"}


def test_no_telephone_number_and_no_old_identity_number_in_free_text(data: dict[str, list[Row]]) -> None:
    free = ("许可内容", "许可编号", "违法事实", "处罚内容", "处罚依据", "列入事由", "住所", "备注")
    cells = [row.get(title, "") for rows in data.values() for row in rows for title in free]
    assert [
        cell for cell in cells if re.search(r"(?<!\d)(1[3-9]\d{9}|\d{15}|\d{18}|0\d{2,3}-\d{7,8})(?!\d)", cell)
    ] == []


def test_codes_are_valid(data: dict[str, list[Row]]) -> None:
    found = {row[title] for rows in data.values() for row in rows for title in row if "统一社会信用代码" in title}
    for code in found - {"", codes.FILLER}:
        assert codes.credit_code(code[:2], code[2:8], code[8:16]) == code
    assert {code[:2] for code in found} >= {"91", "92", "93", "52", "12", "11"}
    assert {code[2:8] for code in found} >= {*DISTRICTS, "231121", "232601"}


def test_known_check_digits() -> None:
    assert codes.credit_code("91", "350100", "M000100Y") == "91350100M000100Y43"
    assert codes.identity_number("19491231", 2)[:17] == "99000019491231002"


def test_every_kind_of_decision_occurs(data: dict[str, list[Row]]) -> None:
    assert {row["许可类别"] for row in data["licence"]} == {
        "普通", "特许", "认可", "核准", "登记", "其他", "其他-补办",
    }  # fmt: skip
    assert {row["当前状态"] for row in data["licence"]} == {"有效", "注销", "撤销", "撤回", "异议", "其他"}
    cells = [row["处罚类别"] for row in data["penalty"]]
    assert {part for cell in cells for part in re.split("[、，；;]", cell)} == {
        "警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "降低资质等级", "吊销许可证件",
        "限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业", "行政拘留", "其他",
    }  # fmt: skip
    assert {separator for cell in cells for separator in "、，；;" if separator in cell} == set("、，；;")
    assert "2099-12-31" in {row["有效期至"] for row in data["licence"]}


def test_last_days_of_every_sort(data: dict[str, list[Row]]) -> None:
    for register, least in (("penalty", {"past": 50, "today": 1, "future": 500, "none": 50}),
                            ("blacklist", {"past": 5, "today": 1, "future": 20})):  # fmt: skip
        days = [row["公示截止期"] for row in data[register]]
        sorts = Counter(
            "none" if not day else "today" if day == TODAY else "past" if day < TODAY else "future" for day in days
        )
        assert all(sorts[sort] >= number for sort, number in least.items()), (register, sorts)


def test_dates_are_real_and_none_is_in_the_future(data: dict[str, list[Row]]) -> None:
    decided = {"licence": "许可决定日期", "penalty": "处罚决定日期", "blacklist": "列入日期", "basics": "核准日期"}
    for register, title in decided.items():
        days = [datetime.date.fromisoformat(row[title]) for row in data[register]]
        assert str(max(days)) <= TODAY
        if register != "basics":
            assert sum(day.weekday() > 4 for day in days) == 0
    years = {row["许可决定日期"][:4] for row in data["licence"]}
    assert years == {str(year) for year in range(2019, 2027)}
    assert all(row["许可决定日期"] <= row["有效期自"] <= row["有效期至"] for row in data["licence"])


def test_amounts_agree_with_the_text(data: dict[str, list[Row]]) -> None:
    for row in data["penalty"]:
        said = re.search(r"罚款(\d+)元", row["处罚内容"])
        amount = row["罚款金额（万元）"]
        assert (int(said[1]) if said else 0) == round(float(amount or 0) * 10_000), row
        assert bool(amount) == ("罚款" in row["处罚类别"]), row


def test_parties_of_every_sort(data: dict[str, list[Row]]) -> None:
    decisions = data["licence"] + data["penalty"]
    sorts = Counter(row["行政相对人类别"] for row in decisions)
    assert sorts["自然人"] > 50
    assert sorts["个体工商户"] > 500
    assert all(row["自然人证件号码"] and not row[PARTY_CODE] for row in decisions if row["行政相对人类别"] == "自然人")
    assert sum(row["行政相对人名称"] == "个体工商户" and row[PARTY_CODE] == codes.FILLER for row in decisions) > 20


def test_rows_without_a_code_join_one_entity_or_none(data: dict[str, list[Row]]) -> None:
    registered = Counter(row["名称"] for row in data["basics"])
    uncoded = [
        row["行政相对人名称"]
        for row in data["licence"]
        if row[PARTY_CODE] in ("", codes.FILLER)
        and row["行政相对人类别"] == "个体工商户"
        and row["行政相对人名称"] != "个体工商户"
    ]
    assert sum(registered[name] == 1 for name in uncoded) > 20
    assert sum(registered[name] == 0 for name in uncoded) > 20


def test_former_names_duplicates_and_sizes(data: dict[str, list[Row]]) -> None:
    decisions = data["licence"] + data["penalty"]
    names: dict[str, set[str]] = {}
    for row in decisions:
        names.setdefault(row[PARTY_CODE], set()).add(row["行政相对人名称"].replace("(", "（").replace(")", "）"))
    former = {row["统一社会信用代码"]: row["曾用名"] for row in data["basics"] if row["曾用名"]}
    assert len(former) >= 10
    assert all(former[code] in names[code] and len(names[code]) == 2 for code in former)
    assert any("(" in row["行政相对人名称"] for row in decisions)
    repeated = Counter(tuple(row.values()) for row in decisions)
    assert sum(count == 2 for count in repeated.values()) == 5
    sizes = Counter(row[PARTY_CODE] for row in decisions)
    assert 190 <= max(count for code, count in sizes.items() if code not in ("", codes.FILLER)) <= 215
    assert sum(row["统一社会信用代码"] not in sizes for row in data["basics"]) > 300


def test_keys_are_unique_but_for_exact_duplicates(data: dict[str, list[Row]]) -> None:
    for register, number, organ in (
        ("licence", "行政许可决定文书号", "许可机关"),
        ("penalty", "行政处罚决定书文号", "处罚机关"),
    ):
        different = {tuple(row.values()) for row in data[register]}
        keys = {(row[number], row[organ], row["行政相对人名称"]) for row in data[register]}
        assert len(keys) == len(different)


def test_names_share_openings_and_have_a_long_tail(data: dict[str, list[Row]]) -> None:
    names = [row["名称"] for row in data["basics"]]
    assert len(set(names)) == len(names)
    openings = ("黑河", "黑龙江", "爱辉", "北安", "五大连池", "嫩江", "逊克", "孙吴")
    assert 0.55 < sum(name.startswith(openings) for name in names) / len(names) < 0.75


def test_departments() -> None:
    departments = yaml.safe_load((DATA / "departments.yaml").read_text(encoding="utf-8"))
    assert len(departments) == len(ORGANS) == len({department["code"] for department in departments})
    assert {department["district"] for department in departments} == set(DISTRICTS)
    spoken = [name for row in departments for name in (row["name"], *row["aliases"])]
    assert len(set(spoken)) == len(spoken)


def test_any_size_is_streamed_in_parts(tmp_path: Path) -> None:
    written = generate(tmp_path, entities=3000, records=30_000, big=True)
    assert tmp_path / "licence/part-0001.csv" in written
    lines = sum(path.read_bytes().count(b"\r\n") - 1 for path in written[1:])
    assert lines == 30_000


@pytest.mark.parametrize("entities, records", [(1, 10), (7, 14), (300, 600), (500, 5000)])
def test_the_number_of_records_is_kept(entities: int, records: int) -> None:
    assert sum(1 for _ in rows(3, entities, records, datetime.date(2026, 11, 22))) == records
