"""What the program says while it works and when it is done."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Chinese(argparse.HelpFormatter):
    """argparse's help, in Chinese."""

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        return super().add_usage(usage, actions, groups, "用法：")


def parser(description: str) -> argparse.ArgumentParser:
    """Return an empty parser whose help reads Chinese."""
    made = argparse.ArgumentParser("python build.py", description=description, formatter_class=Chinese, add_help=False)
    made._optionals.title = "选项"
    made._positionals.title = "命令"
    made.add_argument("-h", "--help", action="help", help="显示这份说明")
    return made


def sub_parser(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str
) -> argparse.ArgumentParser:
    """Add the parser of one command."""
    made = verbs.add_parser(name, help=help, description=help, formatter_class=Chinese, add_help=False)
    made._optionals.title = "选项"
    made.add_argument("-h", "--help", action="help", help="显示这份说明")
    return made


def day(text: str) -> datetime.date:
    """Return a day of the command line."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"「{text}」不是日期，写成 年-月-日，如 2026-11-22") from None


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
        """Say one line."""
        print(text, flush=True)

    def total(self) -> str:
        """Return the time since the beginning."""
        return f"{time.perf_counter() - self.begun:.1f} 秒"


def complain(text: str) -> None:
    """Say something on standard error."""
    print(text, file=sys.stderr, flush=True)
