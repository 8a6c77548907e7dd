"""How many changed lines the tests notice: mutmut makes the changes, and the tests that reach one are run with it.

    python -m bench.mutants [kinds disclose releases audit] [--jobs 2]

Each is run in a fork of one process that has collected the tests: a second or two. Prints what nobody noticed, line by
line, and how many of each module. Linux only; needs what bench/requirements.lock holds; the changed program lies in mutants/.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import importlib
import os
import pkgutil
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

PROJECT = Path(__file__).resolve().parent.parent
TESTS = {  # those that build few sites
    "kinds": ("kinds", "decided"),
    "disclose": ("decided", "disclose", "kinds"),
    "releases": ("releases", "decided"),
    "audit": ("audit", "links", "tags", "written", "leaks", "figures"),
}
LONGEST, MOST = 120, 3 << 30  # seconds and bytes that a change may take: a loop without an end is noticed
ACTIVE = "MUTANT_UNDER_TEST"  # by this name in the environment the changed program knows which change is made


def make() -> None:
    """Write the project with all changes of its functions into mutants/."""
    os.chdir(PROJECT)
    shutil.rmtree("mutants", ignore_errors=True)
    Path("mutants").mkdir()
    mutmut = importlib.import_module("mutmut.__main__")
    mutmut.set_mutant_under_test("mutant_generation")
    with contextlib.redirect_stdout(None):  # it names every file
        for step in ("copy_src_dir", "copy_also_copy_files", "setup_source_paths", "store_lines_covered_by_tests"):
            getattr(mutmut, step)()
        mutmut.create_mutants(1)


class Asked:
    """Runs the tests once as they are, then for each change those that reach its function, the fastest first."""

    def __init__(self, part: str, jobs: int) -> None:
        self.part, self.jobs = f"disclosure.{part}", jobs
        self.running: dict[int, tuple[str, float]] = {}
        self.noticed: dict[str, bool] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        reached = self._reached(session.items)
        for change, function in sorted(_changes(self.part).items()):
            while len(self.running) >= self.jobs:
                self._wait()
            if not (chosen := [test for _, _, test in sorted(reached[function], key=lambda found: found[:2])]):
                self.noticed[change] = False
            elif child := os.fork():
                self.running[child] = change, time.monotonic()
            else:
                _run(change, chosen)
        while self.running:
            self._wait()
        return True

    def _reached(self, tests: list[pytest.Item]) -> dict[str, list[tuple[float, int, pytest.Item]]]:
        """Return which tests reach each function, with the seconds and the number of each; all must pass."""
        trampoline, hits = importlib.import_module("mutmut.mutation.trampoline"), set[str]()
        trampoline.record_trampoline_hit = lambda name, caller=None: hits.add(name)  # type: ignore[attr-defined]
        reached = defaultdict(list)
        os.environ[ACTIVE] = "stats"
        for number, test in enumerate(tests):
            hits.clear()
            begun = time.monotonic()
            following = tests[number + 1] if number + 1 < len(tests) else None
            if any(report.failed for report in runtestprotocol(test, nextitem=following, log=False)):
                pytest.exit(f"{test.nodeid} 不改也通不过", 1)
            for function in hits:
                reached[function].append((time.monotonic() - begun, number, test))
        os.environ[ACTIVE] = ""
        return reached

    def _wait(self) -> None:
        """Take in one change that has been run; end those that take too long."""
        while not (ended := os.waitpid(-1, os.WNOHANG))[0]:
            for child, (_, begun) in self.running.items():
                if time.monotonic() - begun > LONGEST:
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.02)
        self.noticed[self.running.pop(ended[0])[0]] = ended[1] != 0


def _changes(part: str) -> dict[str, str]:
    """Return the changes of a module or of all below it by name, each with the name of its function."""
    package = importlib.import_module("disclosure")
    for one in pkgutil.walk_packages(package.__path__, "disclosure."):
        if f"{one.name}.".startswith(f"{part}."):
            importlib.import_module(one.name)
    found = {}
    for name, module in sys.modules.items():
        if f"{name}.".startswith(f"{part}."):
            classes = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == name]
            for key in (key for owner in (module, *classes) for key in vars(owner)):
                if re.search(r"__mutmut_\d+$", key):
                    found[f"{name}.{key}"] = f"{name}.{key.rpartition('__mutmut_')[0]}"
    return found


def _run(change: str, tests: list[pytest.Item]) -> None:
    """Run tests with a change, in a process that ends at the first that notices it."""
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST, MOST))
    os.environ[ACTIVE], noticed = change, True
    try:
        noticed = any(report.failed for test in tests for report in runtestprotocol(test, nextitem=None, log=False))
    finally:
        os._exit(noticed)


def told(noticed: dict[str, bool]) -> Iterator[str]:
    """Yield what nobody noticed, line by line, then how many changes there were of each module and how many were noticed."""
    for change in sorted(change for change, was in noticed.items() if not was):
        module, _, name = change.rpartition(".")
        functions = _functions(module)
        original = functions[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
        yield change
        for line in difflib.unified_diff(original[1:], functions[name][1:], n=0, lineterm=""):
            if not line.startswith(("---", "+++", "@@")):
                yield f"    {line}"
    every = Counter(change.rpartition(".")[0] for change in noticed)
    seen = Counter(change.rpartition(".")[0] for change, was in noticed.items() if was)
    for module, count in sorted(every.items()):
        yield f"| `{module.removeprefix('disclosure.')}` | {count} | {seen[module]} | {seen[module] / count:.1%} |"


@cache
def _functions(module: str) -> dict[str, list[str]]:
    """Return the lines of every function of a module, and of every change of it, by name."""
    source = Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")
    lines = source.splitlines()
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return {node.name: lines[node.lineno - 1 : node.end_lineno] for node in functions}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description="改一行，测试看不看得出来")
    parser.add_argument("parts", nargs="*", help=f"哪几个模块：{'、'.join(TESTS)}；不写就是全部")
    parser.add_argument("--jobs", type=int, default=2, help="几个进程")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    parts = given.parts or list(TESTS)
    if unknown := set(parts) - set(TESTS):
        parser.error(f"没有这样的模块：{'、'.join(sorted(unknown))}。可以写 {'、'.join(TESTS)}。")
    if not given.within:
        make()
        for part in parts:
            words = [part, "--jobs", str(given.jobs), "--within"]
            subprocess.run([sys.executable, "-m", "bench.mutants", *words], cwd="mutants", check=True)
        return
    for folder in ("tests", ""):
        sys.path.insert(0, str(Path(folder).resolve()))
    asked = Asked(parts[0], given.jobs)
    files = [f"tests/test_{name}.py" for name in TESTS[parts[0]]]
    if failed := pytest.main(["-qq", "-p", "no:cacheprovider", "-p", "no:xdist", *files], plugins=[asked]):
        raise SystemExit(failed)
    print("\n".join(told(asked.noticed)))


if __name__ == "__main__":
    main()
