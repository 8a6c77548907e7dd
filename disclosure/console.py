"""What the program says while it works and when it is done."""

from __future__ import annotations

import argparse
import datetime
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from disclosure import exchange
from disclosure.problems import COLUMNS, wide, wrapped


class Parser(argparse.ArgumentParser):
    """argparse's parser, its complaints in Chinese."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the usage and exit with 2."""
        for english, chinese in _WORDS:
            message = re.sub(english, chinese, message)
        self.print_usage(sys.stderr)
        self.exit(2, f"用法有误：{message}\n")


_WORDS = [
    (r"unrecognized arguments: (.*)", r"不认识的参数 \1"),
    (r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", r"\1 不能是「\2」，可以是 \3"),
    (r"argument (\S+): invalid int value: '(.*)'", r"\1 要一个整数，「\2」不是"),
    (r"argument (\S+): expected one argument", r"\1 后面要写一个值"),
    (r"argument (\S+): (.*)", r"\1 \2"),
    (r"the following arguments are required: (.*)", r"还要写 \1"),
]


HELP = 24  # the column where what an option means begins


class Chinese(argparse.HelpFormatter):
    """argparse's help, in Chinese, no line wider than COLUMNS; argparse itself counts a Chinese character as one column."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=COLUMNS * 3 // 4)  # for the usage, which is its own

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        return super().add_usage(usage, actions, groups, "用法：")

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(wrapped(text, COLUMNS))

    def _format_action(self, action: argparse.Action) -> str:
        """Return an option or command and what it means, side by side where there is room, and all that belongs to it."""
        head = " " * self._current_indent + self._format_action_invocation(action)
        told = wrapped(self._expand_help(action), COLUMNS - HELP) if action.help else [""]
        beside = [head + " " * (HELP - wide(head)) + told[0]] if wide(head) < HELP - 1 else [head, " " * HELP + told[0]]
        lines = [*beside, *(" " * HELP + line for line in told[1:])] if action.help else []
        below = "".join(self._format_action(each) for each in self._iter_indented_subactions(action))
        return "".join(f"{line}\n" for line in lines) + below


def parser(description: str) -> Parser:
    """Return an empty parser whose help reads Chinese."""
    made = Parser("python build.py", description=description, formatter_class=Chinese, add_help=False)
    made._optionals.title = "选项"
    made._positionals.title = "命令"
    made.add_argument("-h", "--help", action="help", help="显示这份说明")
    return made


def sub_parser(verbs: argparse._SubParsersAction[Parser], name: str, help: str) -> Parser:
    """Add the parser of one command."""
    made = verbs.add_parser(
        name, prog=f"python build.py {name}", help=help, description=help, formatter_class=Chinese, add_help=False
    )
    made._optionals.title = "选项"
    made._positionals.title = "写明"
    made.add_argument("-h", "--help", action="help", help="显示这份说明")
    return made


def day(text: str) -> datetime.date:
    """Return a day of the command line."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"「{text}」不是日期，写成 年-月-日，如 2026-11-22") from None


# Every option, declared once.
OPTIONS: dict[str, dict[str, Any]] = {
    "--root": {
        "type": Path,
        "default": Path(),
        "metavar": "文件夹",
        "help": "放 site.yaml、content、data 的文件夹，默认当前文件夹",
    },
    "--out": {"type": Path, "metavar": "位置", "help": "网站放在哪里，默认为 root 下的 public"},
    "--as-of": {"type": day, "metavar": "日期", "help": "以哪一天为准（年-月-日），默认今天"},
    "--jobs": {"type": int, "default": os.cpu_count() or 1, "metavar": "数目", "help": "同时用几个进程"},
    "--removals-only": {"action": "store_true", "help": "不读新数据，只撤下今天起不得公示的记录"},
    "--accept": {
        "action": "append",
        "default": [],
        "metavar": "编号",
        "help": "这一次放行某条「记录少得可疑」，编号见错误信息",
    },
    "--format": {
        "choices": ["text", "json"],
        "default": "text",
        "metavar": "格式",
        "help": "输出的格式：text（默认）或 json",
    },
    "--into": {
        "type": Path,
        "metavar": "文件夹",
        "help": "写到哪里；不写，report 是 root 下的 state/reports，export 是 root 下的 exchange/标准",
    },
    "--since": {"type": day, "required": True, "metavar": "日期", "help": "从哪天作出的决定起（年-月-日）"},
    "--ending": {"action": "store_true", "help": "30 天内到期的也写出名称；推送以后收不回来，默认只计数"},
    "--standard": {
        "required": True,
        "choices": exchange.NAMES,
        "metavar": "标准",
        "help": "按哪个标准的列：2018、2016 是双公示，supervision 是互联网+监管",
    },
    "--days": {"type": int, "default": 30, "metavar": "天数", "help": "看今后多少天，默认 30"},
    "--exit-code": {"action": "store_true", "help": "有要撤下的、将到期的、逾期的异议时，结束的代码是 1"},
    "what": {"choices": ["register", "site"], "metavar": "register|site", "help": "起草名录的声明，或另一个站点"},
    "file": {"type": Path, "metavar": "文件", "help": "部门发来的文件，或新站点的文件夹"},
    "--name": {"default": "", "metavar": "名字", "help": "名录的文件夹名，默认取自文件名；或新站点的名称"},
    "--port": {"type": int, "default": 5500, "metavar": "端口", "help": "默认 5500；0 是随便一个空着的"},
    "--once": {"action": "store_true", "help": "只试着生成一次，说出错误就结束，不打开预览"},
    "--by": {"required": True, "metavar": "姓名", "help": "经办人（批准人）"},
    "keys": {
        "nargs": "*",
        "metavar": "撤下什么",
        "help": "文书号或记录的编号（只撤这一条），或主体的代码、名称（撤它的全部），可以写几个",
    },
    "--from": {"type": Path, "dest": "listed", "metavar": "文件", "help": "要撤下的写在一个文本文件里，一行一个"},
    "--reason": {"required": True, "metavar": "原因", "help": "公开的原因，一句话，不写是谁"},
    "--receipt": {
        "type": Path,
        "nargs": "?",
        "const": Path(),
        "metavar": "回执",
        "help": "核验一份撤下的回执（不写文件是最近的一份）：封印没有变，撤下的还是哪里也没有",
    },
    "--to": {"required": True, "metavar": "目标", "help": "文件夹，或 用户@服务器:路径（经 ssh）"},
    "--release": {"default": "", "metavar": "版本", "help": "releases 里的版本号，默认为 public 所示的一版"},
    "--dry-run": {"action": "store_true", "help": "只说会传送什么，不作任何改动"},
    "release": {"metavar": "版本", "help": "releases 里的版本号"},
    "folder": {"type": Path, "nargs": "?", "metavar": "文件夹", "help": "要核验的发布文件夹，默认为 public"},
}
BUILDING = ("--root", "--out", "--as-of", "--jobs", "--removals-only", "--accept")
# Every command: what it does, and its options.
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "build": ("检查数据、生成网站并切换发布（默认）", BUILDING),
    "check": ("只检查，不生成", ("--root", "--as-of", "--jobs", "--format")),
    "report": ("给每个部门写出检查结果：收到什么、哪里要改", ("--root", "--as-of", "--jobs", "--into")),
    "due": (
        "列出将到期的、可申请修复的记录和逾期的异议",
        ("--days", "--exit-code", "--root", "--as-of", "--jobs"),
    ),
    "digest": (
        "写一篇公众号文章：一段时间里公示了什么，贴进编辑器就能用",
        ("--since", "--ending", "--root", "--as-of", "--jobs"),
    ),
    "new": ("起草名录的声明：new register 文件；或另一个站点：new site 文件夹", ("what", "file", "--name", "--root")),
    "export": (
        "把公示的记录按上级平台的标准导出，附撤回清单",
        ("--standard", "--into", "--root", "--as-of"),
    ),
    "preview": (
        "在本机预览，文件一改就重新生成；不发布，不动 public",
        ("--root", "--as-of", "--jobs", "--accept", "--port", "--once"),
    ),
    "take-down": (
        "撤下记录或主体，查遍能查到的地方，清除还留着的，写出回执",
        ("keys", "--from", "--reason", "--by", "--root", "--out", "--as-of", "--jobs"),
    ),
    "verify": (
        "核验一版的每个文件是否与清单一致，或一份撤下的回执",
        ("folder", "--receipt", "--root", "--out", "--jobs"),
    ),
    "rollback": ("退回旧版；里面有今天不得公示的记录时拒绝", ("release", "--root", "--out", "--as-of")),
    "publish": (
        "把一版送到对外服务的文件夹或服务器，核验后切换",
        ("--to", "--release", "--dry-run", "--root", "--out", "--as-of"),
    ),
    "approve": ("记录谁批准了一版（保密审查）", ("release", "--root", "--by")),
}


def command_line() -> Parser:
    """Return the whole command line."""
    top = parser("把各部门报送的文件变成可查询的公示网站。不写命令就是 build。")
    verbs = top.add_subparsers(dest="verb", metavar="命令", title="命令", required=True)
    for name, (says, options) in COMMANDS.items():
        verb = sub_parser(verbs, name, says)
        verb.set_defaults(removals_only=False, accept=[])
        for option in options:
            verb.add_argument(option, **OPTIONS[option])
    return top


class Say:
    """Says each step with its time, on standard output."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """Say a step when it begins and how long it took when it is done."""
        print(f"{label} ……", end="", flush=True)
        begun = time.perf_counter()
        try:
            yield
        except BaseException:
            print(" 未完成", flush=True)
            raise
        print(f" {time.perf_counter() - begun:.1f} 秒", flush=True)

    def line(self, text: str = "") -> None:
        """Say a text, its lines cut to COLUMNS."""
        speak(text)

    def whole(self, text: str) -> None:
        """Say a line in one piece, since it names a place that is to be copied."""
        print(text, flush=True)

    def total(self) -> str:
        """Return the time since the beginning."""
        return f"{time.perf_counter() - self.begun:.1f} 秒"


def speak(text: str) -> None:
    """Say a text on standard output, its lines cut to COLUMNS."""
    for line in text.split("\n"):
        print("\n".join(wrapped(line, COLUMNS, "  ")), flush=True)


def complain(text: str) -> None:
    """Say something on standard error."""
    print(text, file=sys.stderr, flush=True)
