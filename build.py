"""From department files to a public site: the whole flow on one screen, and the command line."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import traceback
from pathlib import Path
from zoneinfo import ZoneInfo

from disclosure import publish, staff
from disclosure.articles import load_articles
from disclosure.audit import audit
from disclosure.console import Say, complain, day, parser, sub_parser
from disclosure.disclose import Account, disclose
from disclosure.entities import identify
from disclosure.feeds import write_feeds
from disclosure.findable import write_search
from disclosure.intake import take_in
from disclosure.pages import World, dead_ends, plan
from disclosure.preview import preview
from disclosure.problems import FAULT, Problem, Refused, accept, as_json, as_text
from disclosure.registers import load_registers
from disclosure.render import Before, Studio, draw, open_world
from disclosure.site import load_departments, load_site
from disclosure.store import open_store, remember, remembered
from disclosure.theme import write_assets

PROGRAM = Path(__file__).resolve().parent
CHINA = ZoneInfo("Asia/Shanghai")
STORE = Path(".cache", "store.sqlite")


def build(root: Path, out: Path, as_of: datetime.date | None, jobs: int, say: Say) -> list[Problem]:
    """Read data/ and content/, decide what may be shown, draw the site, audit it, and switch `out` to it."""
    notices: list[Problem] = []
    accept((None, publish.usable(out)), notices)
    with say.step("读入数据"):
        studio, accounts = prepare(root, as_of, jobs, notices)
    say.line(staff.table(accounts))
    world = open_world(studio)
    pages = list(plan(world))
    accept((None, dead_ends(world, pages)), notices)
    before = last_release(world, root)
    folder = publish.begin(root)
    with say.step(f"画出 {len(pages):,} 个页面"):
        assets = write_assets(studio.theme, folder)
        drawn = draw(studio, pages, folder, jobs, before)
        accept((None, drawn.problems), notices)
        feeds = write_feeds(studio.site, pages, folder)
    with say.step("建立检索索引"):
        found = accept(write_search(world, folder), notices)
    with say.step("审核成品"):
        planned = [*(page.address for page in pages), *assets, *feeds, *found]
        accept((None, audit(folder, planned, studio.site.address, world.withheld, jobs)), notices)
    with say.step("切换发布"):
        release = publish.finish(
            folder, {"as_of": studio.as_of.isoformat(), "pages": len(pages)}, before.folder if before else None
        )
        how = publish.switch(out, release)
        publish.prune(root, release)
        remember(open_store(root / STORE), release.name, drawn.prints)
    say.line()
    if notices:
        say.line(f"提示 {len(notices):,} 处，用 python build.py check 查看")
    shown = staff.total(accounts).shown
    say.line(f"已发布：{len(pages):,} 个页面，公示 {shown:,} 条记录，数据截至 {studio.as_of}，共用 {say.total()}")
    say.line(f"发布版本 {release.name} 在 {out}{'' if how == 'link' else '（此系统不能建链接，已用改名代替）'}")
    say.line(f"查看：直接打开 {out / 'index.html'}，或运行 python build.py preview")
    return notices


def last_release(world: World, root: Path) -> Before | None:
    """Return the release before this one, where it is still there."""
    name, prints = remembered(world.store)
    folder = root / "releases" / name
    return Before(folder, prints) if name and folder.is_dir() else None


def prepare(root: Path, as_of: datetime.date | None, jobs: int, notices: list[Problem]) -> tuple[Studio, list[Account]]:
    """Take everything that is declared and sent into the store, and decide what may be shown on the day."""
    site, of_site = load_site(root)
    if not root.is_dir():
        raise Refused(of_site)
    departments, of_departments = load_departments(root)
    registers, of_registers = load_registers(root / "data", root)
    articles, of_articles = load_articles(root)
    store = open_store(root / STORE)
    _, of_data = take_in(store, root, registers, site is not None and site.faults == "set-aside", jobs)
    accept((None, [*of_site, *of_departments, *of_registers, *of_articles, *of_data]), notices)
    assert site is not None
    day = as_of or site.as_of or datetime.datetime.now(CHINA).date()
    accept((None, identify(store, departments, site)), notices)
    accounts = accept(disclose(store, registers, departments, site, day), notices)
    staff.keep(root, store, accounts)
    store.close()
    themes = tuple(dict.fromkeys(folder.resolve() for folder in (root / "theme", PROGRAM / "theme") if folder.is_dir()))
    return Studio(root / STORE, site, registers, departments, articles, day, themes), accounts


def run_build(given: argparse.Namespace) -> int:
    """Build, and say what came of it; after a fault the release that stood still stands."""
    try:
        build(given.root, given.out, given.as_of, given.jobs, Say())
    except Refused as refused:
        complain("\n" + as_text(refused.problems))
        faults = sum(problem.severity == FAULT for problem in refused.problems)
        complain(f"\n共 {faults:,} 处错误，没有发布任何内容。{publish.standing(given.out)}")
        return 1
    return 0


def run_check(given: argparse.Namespace) -> int:
    """Find all faults without building."""
    notices: list[Problem] = []
    accounts: list[Account] = []
    try:
        _, accounts = prepare(given.root, given.as_of, given.jobs, notices)
    except Refused as refused:
        notices += refused.problems
    faults = sum(problem.severity == FAULT for problem in notices)
    if given.format == "json":
        print(
            json.dumps(
                {"faults": faults, "problems": as_json(notices), "files": [vars(a) for a in accounts]},
                ensure_ascii=False,
            )
        )
        return int(faults > 0)
    if notices:
        complain(as_text(notices) + "\n")
    if accounts:
        print(staff.table(accounts))
    print(f"检查完毕：{faults:,} 处错误，{len(notices) - faults:,} 处提示。")
    return int(faults > 0)


def run_preview(given: argparse.Namespace) -> int:
    """Build, serve, and build again at every change."""
    run_build(given)
    print(f"预览：http://127.0.0.1:{given.port}/ （按 Ctrl+C 结束）", flush=True)
    preview(given.root, given.out, given.port, lambda: run_build(given))
    return 0


VERBS = {"build": run_build, "check": run_check, "preview": run_preview}


def command_line() -> argparse.ArgumentParser:
    """Return the command line."""
    top = parser("把各部门报送的文件变成可查询的公示网站。不写命令就是 build。")
    verbs = top.add_subparsers(dest="verb", metavar="命令", title="命令", required=True)
    says = {
        "build": "检查数据、生成网站并切换发布（默认）",
        "check": "只检查，不生成",
        "preview": "在本机预览，文件一改就重新生成",
    }
    for name, says_what in says.items():
        verb = sub_parser(verbs, name, says_what)
        verb.add_argument(
            "--root",
            type=Path,
            default=Path(),
            metavar="文件夹",
            help="放 site.yaml、content、data 的文件夹，默认为当前文件夹",
        )
        verb.add_argument("--as-of", type=day, metavar="日期", help="以哪一天为准（年-月-日），默认为今天")
        verb.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="数目", help="同时用几个进程")
        if name == "check":
            verb.add_argument("--format", choices=["text", "json"], default="text", help="输出的格式")
        else:
            verb.add_argument("--out", type=Path, metavar="位置", help="网站放在哪里，默认为 root 下的 public")
        if name == "preview":
            verb.add_argument("--port", type=int, default=5500, metavar="端口", help="默认 5500")
    return top


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 good, 1 the user's faults, 2 wrong usage, 3 our bug."""
    bare = not arguments or arguments[0] not in (*VERBS, "-h", "--help")
    given = command_line().parse_args(["build", *arguments] if bare else arguments)
    given.out = getattr(given, "out", None) or given.root / "public"
    try:
        return VERBS[given.verb](given)
    except KeyboardInterrupt:
        complain("\n已中断，没有发布任何内容。")
        return 130
    except Exception:
        complain("\n" + traceback.format_exc())
        complain(
            f"这是程序自身的错误，不是数据的问题；请把上面的内容发给维护人员。没有发布任何内容。{publish.standing(given.out)}"
        )
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
