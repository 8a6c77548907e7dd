"""What the program says on a terminal: in Chinese, and no line wider than 80 columns, two for a Chinese character."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from frontdoor import credit_code, notice, notices, program, start, table, write

from disclosure.console import COMMANDS
from disclosure.problems import wrapped

COLUMNS = 80


def wide(line: str) -> int:
    """Return how many columns a line takes on a terminal."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line)


def too_wide(said: str) -> list[str]:
    """Return the lines that do not fit."""
    return [line for line in said.splitlines() if wide(line) > COLUMNS]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_chinese_and_fits(command: str) -> None:
    done = program(*command.split(), "--help")
    assert done.returncode == 0
    assert too_wide(done.stdout) == []
    assert not re.search(r"positional arguments|options:|usage:|show this help|default:|\{", done.stdout)
    meant = [line for line in done.stdout.splitlines() if line.startswith("  ") and not line.lstrip().startswith("[")]
    columns = {wide(re.match(r"\s*\S+(?: \S+)? {2,}|\s{24}|.*", line)[0]) for line in meant}  # type: ignore[index]
    assert columns <= {24, *(wide(line) for line in meant if wide(line) > 24)}
    for option in COMMANDS[command][1] if command else ():
        assert option.startswith("-") is False or option in done.stdout


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A root whose rows meet with every sort of fate, in files of long names, with unconfirmed rules and many changes."""
    root = tmp_path / "root"
    start(root, "small")
    many = [
        notice(文号=f"黑甲〔2026〕{number}号", 代码=credit_code(number), 名称=f"黑河第{number}公司")
        for number in range(1, 9)
    ]
    fates = [
        notice(文号="到期", 日期="2025-05-06", 截止="2026-01-01"), notice(文号="重复"), notice(文号="重复"), notice(文号="以后", 日期="2026-12-30", 截止="2027-12-30"),
        notice(文号="自然人", 名称="郗思齐", 代码=""), notice(文号="修复"), notice(文号="撤销"), notice(文号="无效"), notice(文号="违法"), notice(文号="移出"),
    ]  # fmt: skip
    sorts = {"修复": "信用修复", "撤销": "撤销", "无效": "确认无效", "违法": "确认违法", "移出": "移出"}
    happened = [
        {
            "事件类型": sort,
            "名录": "通知",
            "文书号": number,
            "日期": "2026-11-20",
            "原因": "复议",
            "决定文书号": f"{number}决",
        }
        for number, sort in sorts.items()
    ]
    name = "data/notice/黑河市市场监督管理局二〇二六年第三季度报送的全部行政处罚信息"
    write(root, notices(*fates) | {f"{name}（{part}）.csv": table(many[part::4]) for part in range(4)})
    write(root, {"data/events/2026.csv": table(happened)})
    return root


def test_progress_accounts_and_summary_fit(crowded: Path) -> None:
    for command in ("build", "check", "report"):
        done = program(command, "--jobs", "1", cwd=crowded)
        assert done.returncode == 0, done.stdout + done.stderr
        assert too_wide(done.stdout) == [], command
        assert "合计" in done.stdout
    assert "不公示的：" in program("check", "--jobs", "1", cwd=crowded).stdout


def test_lines_are_parted_where_chinese_may_be() -> None:
    text = "期限依据里有 14 条还没有核对原文：abnormal（40 条）、blacklist（81 条），见「state/rules.csv」。"
    for width in range(24, 90):
        lines = wrapped(text, width, "  ")
        assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")
        assert all(wide(line) <= width for line in lines)
        assert not any(line.strip()[0] in "，。、）」：" or line[-1] in "（「" for line in lines)
        assert "state/rules.csv" in "\n".join(lines)
