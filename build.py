"""From department files to a public site: the whole flow on one screen, and what each command does."""

from __future__ import annotations

import argparse
import datetime
import json
import sqlite3
import sys
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from heapq import merge
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from disclosure import around, digest, drafts, due, exchange, history, proofs, releases, reports, staff, store, takedown
from disclosure.amend import amend, grounds, stand_on, take_in_few
from disclosure.articles import load_articles
from disclosure.audit import COUNTED, Earlier, audit, measure
from disclosure.changes import tell
from disclosure.compress import compress
from disclosure.console import Say, command_line, complain, speak
from disclosure.declarations import astray, homeless, load_registers, uncovered
from disclosure.disclose import REASONS, Account, accounts_of, disclose
from disclosure.downloads import write_downloads
from disclosure.downloads.changed import write_changed
from disclosure.downloads.figures import write_figures
from disclosure.drafts.begin import begin
from disclosure.effects import Match, take_effect
from disclosure.entities import identify
from disclosure.erase import erase
from disclosure.events import Event, load_events, together
from disclosure.feeds import write_changes, write_counted, write_feeds, write_newest
from disclosure.files import remove
from disclosure.findable import write_search
from disclosure.guards import guard
from disclosure.intake import mended, take_in
from disclosure.machine import denied
from disclosure.neglect import neglected
from disclosure.pages import dead_ends, plan
from disclosure.planned import Planned, lay
from disclosure.preview import Bench, Ready, Sight, carry_on, found_in, lay_out, leave_found, preview
from disclosure.problems import FAULT, NOTICE, Place, Problem, Refused, accept, as_json, as_text, masked, ordered
from disclosure.publicity import load_rules
from disclosure.publish import may_be_published, publish, rehearse, shown_at
from disclosure.questionnaire import load_questionnaire
from disclosure.registers import Register
from disclosure.render import Studio, draw, last_release, open_world
from disclosure.reread import Reread, TooMuch, faults_of, reread
from disclosure.scorecard import score
from disclosure.server import write_server
from disclosure.site import Departments, Site, declared_contacts, load_departments, load_site
from disclosure.targets import Target, target_of
from disclosure.theme import gather, write_assets
from disclosure.titles import Terms

T = TypeVar("T")
PROGRAM = Path(__file__).resolve().parent
CHINA = ZoneInfo("Asia/Shanghai")
STORE = Path(".cache", "store.sqlite")
KEPT = Path("state", "accepted.sqlite")
SCRATCH = Path(".cache", "report.sqlite")
PREVIEW = Path(".cache", "preview")


def build(
    given: argparse.Namespace,
    say: Say,
    afresh: bool = False,
    ready: Callable[[Studio, history.Change, list[Problem]], None] | None = None,
) -> list[Problem]:
    """Read data/ and content/, decide what may be shown, draw the site, audit it, and switch the public link to it.

    Drawn `afresh`, it shares no file with the release before. What it writes lies below `given.work`: the root, or the scratch
    of a preview, which no guard holds up and which is told when every page is `ready` to be drawn. Returns what was noticed.
    """
    root, work, out, jobs = given.root, given.work, given.out, given.jobs
    rehearsal = work != root
    notices: list[Problem] = []
    accept((None, releases.usable(out)), notices)
    with say.step("读入数据"):
        studio, accounts = prepare(root, given.as_of, jobs, notices, given.removals_only, work)
    say.line(staff.table(accounts))
    world = open_world(studio)
    say.line(staff.table_of_mends(mended(world.store, studio.registers)))
    past = history.open_history(work)
    change = history.compare(past, world.store)
    if not given.removals_only:
        _, held = guard(world.store, studio.registers, change, given.accept)
        accept((None, [replace(problem, severity=NOTICE) for problem in held] if rehearsal else held), notices)
    accept((None, neglected(studio.articles, studio.site, world.store, studio.as_of)), notices)
    with store.at_work(work / STORE) as rows:
        tell(past, rows, change, studio.as_of.isoformat())
        lay(rows, plan(replace(world, store=rows)))
    pages = Planned(world.store)
    accept((None, dead_ends(world, pages)), notices)
    severity = NOTICE if given.removals_only else FAULT  # removal does not wait for another proof
    named = (studio.registers, studio.questionnaire, pages, severity)
    lost = accept(proofs.astray(world.store, *named), notices)
    with store.at_work(work / STORE) as rows:
        store.replace(rows, "lost", ((address,) for address in sorted(lost)))
    if ready:
        ready(studio, change, notices)
    before = None if afresh else last_release(work / STORE, work / "releases")
    folder = releases.begin(work)
    with say.step(f"画出 {len(pages):,} 个页面"):
        assets = gather(studio.theme)
        written = write_assets(assets, folder)
        drawn = draw(studio, pages, folder, jobs, before, assets)
        accept((None, drawn.problems), notices)
        feeds = [*write_feeds(studio.site, pages, folder), *write_changes(world, folder), *write_counted(world, folder)]
        feeds += [*write_newest(world, folder), *write_figures(world, folder), *write_changed(world, folder)]
    with say.step("写出数据下载"):
        downloads = write_downloads(studio, folder, jobs, drawn, before)
    with say.step("建立检索索引"):
        found = accept(write_search(studio, folder, jobs, drawn, before), notices)
    say.line(found.said)
    planned = [*written, *feeds, *downloads, *found.addresses]
    if studio.site.compress:
        with say.step("压缩文本"):
            planned += compress(studio.site.compress, folder, [*pages.addresses(), *planned], jobs, drawn, before)
    with say.step("审核成品"):
        measured, earlier, gone = measure(world, folder), None, list[str]()
        if before:
            gone, counted = [*pages.gone(before.store)], before.prints.get(COUNTED, "")
            earlier = Earlier(before.folder, gone, before.withheld, counted)
        drawn.prints[COUNTED] = measured.counted
        everything = merge(pages.addresses(), sorted(planned))
        accept((None, audit(folder, everything, measured, jobs, earlier, world.numbers)), notices)
    with say.step("切换发布"):
        day = studio.as_of.isoformat()
        sealed = releases.finish(
            folder,
            {"as_of": day, "pages": len(pages), "next": due.next_removal(world.store, day)},
            before.folder if before else None,
        )
        stays = before and not change.gone and not gone and before.prints.keys() <= drawn.prints.keys()
        history.remember_events(past, world.store)
        without = history.remember_addresses(past, world.store, day)
        ended = sorted(address for address in without if address not in pages)
        reload = write_server(work, out, studio.site, ended, world.moved, world.stones)
        how = releases.switch(out, sealed.release, before.folder if before and stays else None)
        kept = releases.prune(work, history.shown_at(past, out), studio.site.keep)
        history.enter(past, sealed.release.name, day, kept)
        with store.at_work(work / STORE) as rows:
            erased = erase(rows, studio.registers, studio.departments, day)
        staff.keep(work, world.store, accounts)
        released = (sealed.release.name, drawn.house)
        store.settle(work / STORE, work / KEPT, released, drawn.pages, drawn.prints, erased)
    if rehearsal:
        say.line(f"预览：{len(pages):,} 个页面，截至 {day}，共用 {say.total()}。没有发布任何内容。")
        return notices
    if reload:
        say.line("server/ 里给 nginx 的设置有变化，请让它重新读取：nginx -s reload")
    say.line(staff.unconfirmed(world.store))
    say.line(f"\n提示 {len(notices):,} 处，用 python build.py check 查看" if notices else "")
    say.line(f"本次变化：{change.as_text(studio.registers)}；新画 {drawn.fresh:,} 页，新写 {sealed}")
    listed = sum(change.now[name] for name in world.listed)
    others = f"（另有 {rest:,} 条基本信息）" if (rest := change.now.total() - listed) else ""
    say.line(f"已发布：{len(pages):,} 个页面，公示 {listed:,} 条记录{others}，数据截至 {day}，共用 {say.total()}")
    say.line(f"发布版本 {sealed.release.name} 在 {out}{'' if how == 'link' else '（此系统不能建链接，已用改名代替）'}")
    say.line(f"查看：直接打开 {out / 'index.html'}，或运行 python build.py preview")
    return notices


def prepare(
    root: Path,
    as_of: datetime.date | None,
    jobs: int,
    notices: list[Problem],
    removals_only: bool = False,
    work: Path | None = None,
) -> tuple[Studio, list[Account]]:
    """Take everything that is declared and sent into a working copy of the store, and decide what may be shown.

    Where only removals are wanted nothing new is read: what was last accepted is held against today's law.
    """
    work = work or root
    site, faults = load_site(root)
    rows = store.open_store(work / STORE, work / KEPT if removals_only else None)
    if work != root:
        store.read_again(rows, root / STORE)
    if removals_only:
        declared = accept(store.declared(rows), notices)
        site, registers, departments, articles, law, asked, happened = declared
        law = today_or_accepted(load_rules(root, registers), law, notices)
        events, of_events = load_events(
            root, registers, terms_of(work, site, departments, registers, on_day(site, as_of))
        )
        happened = together(events, happened) if of_events else events
        notices += [replace(problem, severity=NOTICE) for problem in of_events]
        among = history.shown_before(history.open_history(work))
    else:
        departments, of_departments = load_departments(root)
        registers, of_registers = load_registers(root / "data", root)
        articles, of_articles = load_articles(root)
        set_aside = site is not None and site.faults == "set-aside"
        terms = terms_of(work, site, departments, registers, on_day(site, as_of))
        changes = take_in_few(rows, root, registers, terms)
        read, of_data = take_in(rows, root, registers, set_aside, jobs, terms)
        law, of_law = load_rules(root, registers)
        happened, of_events = load_events(root, registers, terms)
        asked, of_questions = load_questionnaire(root)
        faults += [*homeless(registers, site.sections), *uncovered(registers, site)] if site else []
        faults += astray(registers)
        faults += [*of_departments, *of_registers, *of_law, *of_events, *of_articles, *of_questions]
        try:
            accept((None, [*faults, *of_data]), notices)
        except Refused as refused:
            refused.add_note(staff.table_of_refused(read))
            raise
    assert site is not None
    store.declare(rows, declared := (site, registers, departments, articles, law, asked, happened))
    day = on_day(site, as_of)
    fitted = history.fitted_before(history.open_history(work))
    if removals_only:
        accounts = decide(rows, declared, day, fitted, notices, NOTICE, among)
        stand_on(rows, "", ())
    else:
        mark = grounds(root, day.isoformat(), fitted)
        few = None if read else changes
        accounts = decide_anew(rows, work / STORE, few, declared, day, fitted, notices, mark)
    score(history.open_history(work), rows, registers, departments, law.calendar, day.isoformat())
    rows.close()
    themes = tuple(dict.fromkeys(folder.resolve() for folder in (root / "theme", PROGRAM / "theme") if folder.is_dir()))
    declarations = (site, registers, departments, articles, day, themes, asked)
    return Studio(store.working_copy(work / STORE), *declarations), accounts


def decide_anew(
    rows: sqlite3.Connection,
    whole: Path,
    changes: Sequence[Reread] | None,
    declared: tuple[Any, ...],
    day: datetime.date,
    fitted: Mapping[str, Sequence[Match]],
    notices: list[Problem],
    mark: str,
) -> list[Account]:
    """Decide what hangs on a few changes, the rest standing as it was decided in the store before; where that cannot be, everything."""
    *others, happened = declared
    site, registers, *_ = others

    def judge(few: sqlite3.Connection, events: Sequence[Event], of: Mapping[str, Sequence[Match]]) -> list[Problem]:
        found: list[Problem] = []
        decide(few, (*others, events), day, of, found)
        return found

    first = len(notices)
    try:
        if changes is None:
            raise TooMuch("read anew")
        severity = FAULT if site.faults == "refuse" else NOTICE
        about = (registers, happened, severity, day.isoformat(), judge)
        accept((None, amend(rows, whole, changes, mark, *about)), notices)
        accounts = list(accounts_of(rows))
    except TooMuch:
        accounts = decide(rows, declared, day, fitted, notices)
    stand_on(rows, mark, notices[first:])
    return accounts


def decide(
    rows: sqlite3.Connection,
    declared: tuple[Any, ...],
    day: datetime.date,
    fitted: Mapping[str, Sequence[Match]],
    notices: list[Problem],
    severity: str = FAULT,
    among: set[tuple[str, str, str]] | None = None,
) -> list[Account]:
    """Decide of rows that were taken in who is who, what events do, and what may be shown on the day."""
    site, registers, departments, _, law, _, happened = declared
    accept((None, identify(rows, departments, site, registers)), notices)
    about = (registers, departments, happened, day.isoformat(), law.objection_days, fitted, severity)
    effects = accept(take_effect(rows, *about), notices)
    return accept(disclose(rows, registers, departments, site, law, effects, day, among), notices)


def today_or_accepted(loaded: tuple[T, list[Problem]], accepted: T, notices: list[Problem]) -> T:
    """Return what was read today; where it has faults, what was last accepted, since removal never waits for clean input."""
    value, problems = loaded
    notices.extend(replace(problem, severity=NOTICE) for problem in problems)
    return accepted if problems else value


def on_day(site: Site | None, as_of: datetime.date | None) -> datetime.date:
    """Return the day that a run is for: as asked, as site.yaml has it, or today in China."""
    return as_of or (site and site.as_of) or datetime.datetime.now(CHINA).date()


def terms_of(
    root: Path, site: Site | None, departments: Departments, registers: dict[str, Register], day: datetime.date
) -> Terms:
    """Return what rows are read by besides their register."""
    contacts = declared_contacts(site, departments) if site else frozenset()
    salted = any(register.persons_shown for register in registers.values())
    return Terms(contacts, day.isoformat(), departments.names, history.salt(root) if salted else b"")


@contextmanager
def alone(root: Path, work: Path | None = None) -> Iterator[None]:
    """Hold a root, or the scratch for it, for one run that writes there; raise Refused where another does, or without a root."""
    if not root.is_dir():
        raise Refused(load_site(root)[1])
    work = work or root
    with hold(work / STORE.with_name("lock"), root, "另一个构建正在进行", "同时构建会互相覆盖"):
        try:
            yield
        finally:
            with suppress(OSError):  # nothing that was read and not accepted stays
                store.working_copy(work / STORE).unlink(missing_ok=True)


@contextmanager
def hold(lock: Path, root: Path, what: str, why: str) -> Iterator[None]:
    """Hold a lock; raise Refused, saying what is going on, where another run has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        raise Refused([Problem("busy", Place(str(root)), what, why, "等它结束后再运行")]) from None
    try:
        yield
    finally:
        held.release()


def run_build(given: argparse.Namespace) -> int:
    """Build; after a fault the release that stood still stands."""
    given.stood = releases.name_at(given.out)
    try:
        with alone(given.root):
            build(given, Say())
    except Refused as refused:
        return refuse(given, refused.problems, getattr(refused, "__notes__", []))
    return 0


def refuse(given: argparse.Namespace, problems: list[Problem], notes: Sequence[str] = ()) -> int:
    """Say all faults, and that nothing was published."""
    complain("\n".join(["", as_text(problems), *(f"\n{note}" for note in notes if note)]))
    faults = sum(problem.severity == FAULT for problem in problems)
    complain(f"\n共 {faults:,} 处错误，{outcome(given)}")
    return 1


def outcome(given: argparse.Namespace) -> str:
    """Say which release stands after a failure: the one before, unless the switch was done already."""
    if releases.name_at(given.out) == given.stood:
        return f"没有发布任何内容。{releases.standing(given.out)}"
    return f"新版 {releases.name_at(given.out)} 已经公开，只是收尾没有完成：请再运行一次。"


def run_check(given: argparse.Namespace) -> int:
    """Find all faults without building."""
    notices: list[Problem] = []
    accounts: list[Account] = []
    notes: list[str] = []
    try:
        with alone(given.root):
            studio, accounts = prepare(given.root, given.as_of, given.jobs, notices)
            rows = open_world(studio).store
            notes = [staff.table_of_mends(mended(rows, studio.registers))]
            change = history.compare(history.open_history(given.root), rows)
            accept((None, neglected(studio.articles, studio.site, rows, studio.as_of)), notices)
            accept(guard(rows, studio.registers, change, given.accept), notices)
    except Refused as refused:
        notices += refused.problems
        notes = getattr(refused, "__notes__", [])
    faults = sum(problem.severity == FAULT for problem in notices)
    if given.format == "json":
        files = [vars(account) for account in accounts]
        print(json.dumps({"faults": faults, "problems": as_json(notices), "files": files}, ensure_ascii=False))
        return int(faults > 0)
    if notices:
        complain(as_text(notices) + "\n")
    for text in [staff.table(accounts), *notes] if accounts else notes:
        speak(text)
    speak(f"检查完毕：{faults:,} 处错误，{len(notices) - faults:,} 处提示。")
    return int(faults > 0)


def report(given: argparse.Namespace, say: Say) -> None:
    """Read data/ as a check does, and write for every department what came in, what became of it and what is to be mended."""
    root, into = given.root, given.into or given.root / "state" / "reports"
    public = (given.out, *(root / name for name in ("releases", "data", "content", "theme")))
    accept((None, reports.unfit(into, public)), [])
    site, faults = load_site(root)
    departments, of_departments = load_departments(root)
    registers, of_registers = load_registers(root / "data", root)
    law, of_law = load_rules(root, registers)
    day = on_day(site, given.as_of)
    terms = terms_of(root, site, departments, registers, day)
    happened, of_events = load_events(root, registers, terms)
    accept((None, [*faults, *of_departments, *of_registers, *of_law]), [])
    assert site is not None
    if of_events:  # ours to mend, not the departments'
        complain(as_text(of_events) + "\n")
    rows = store.open_store(root / SCRATCH)
    try:
        with say.step("读入数据"):
            _, of_data = take_in(rows, root, registers, True, given.jobs, terms)
            of_rows = identify(rows, departments, site, registers)
            fitted = history.fitted_before(history.open_history(root))
            about = (registers, departments, happened, day.isoformat(), law.objection_days, fitted, FAULT)
            effects, of_effects = take_effect(rows, *about)
            of_rows += [*of_effects, *disclose(rows, registers, departments, site, law, effects, day)[1]]
        with say.step("写出报告"):
            declared = (site, registers, departments, terms)
            ledger, whole = reports.write_reports(rows, root, declared, of_data, of_rows, day, into, given.jobs)
    finally:
        rows.close()
        store.working_copy(root / SCRATCH).unlink(missing_ok=True)
    say.line(reports.summary(ledger, whole))
    say.line(f"\n已写出 {len(ledger.departments())} 个部门的报告，从 {into / 'index.html'} 看起。没有发布任何内容。")


def run_report(given: argparse.Namespace) -> int:
    """Write the reports; faults in the data do not stop them."""
    with alone(given.root):
        report(given, Say())
    return 0


def run_due(given: argparse.Namespace) -> int:
    """Say what must go by now and soon, by the rows last accepted under today's law; what may be repaired."""
    notices: list[Problem] = []
    with alone(given.root):
        studio, _ = prepare(given.root, given.as_of, given.jobs, notices, removals_only=True)
        rows, day = open_world(studio).store, studio.as_of.isoformat()
        over = due.gone(rows, studio.registers, REASONS, day, history.shown_before(history.open_history(given.root)))
        ending = due.ending(rows, studio.registers, day, given.days)
        waiting = due.waiting(rows, studio.registers, day)
        late = due.unanswered(studio.questionnaire, day)
        matters = due.late(rows, studio.registers, day)
        repairs = due.repairable(rows, studio.registers, day, given.days)
    law = [problem for problem in notices if problem.place.path.startswith(("data/rules/", "data/events/"))]
    if law:
        complain(as_text(law) + "\n")
    print(f"{day}，看今后 {given.days} 天")
    print(due.as_text("网站上还有、已不得公示的，请立即生成", over))
    print(due.as_text("将到最后一天的", ending))
    print(due.as_text("将满最短公示期、可申请修复的", repairs))
    print(due.as_text("逾期没有处理的异议", waiting))
    print(due.as_text("逾期没有反馈的问卷", late))
    print(due.as_text("逾期没有办结的事项", matters))
    return int(given.exit_code and bool(over or ending or waiting or late or matters))


def run_digest(given: argparse.Namespace) -> int:
    """Write an article about what was decided since a day, by the rows last accepted under today's law."""
    notices: list[Problem] = []
    with alone(given.root):
        studio, _ = prepare(given.root, given.as_of, given.jobs, notices, removals_only=True)
        name = f"{given.since.isoformat()}-{studio.as_of.isoformat()}.html"
        path = given.root / "state" / digest.FOLDER / name
        named = digest.write_digest(open_world(studio), studio.theme, given.since, path, given.ending)
    speak(f"已写出 {path}，写了 {named:,} 条记录的名称。用浏览器打开，全选、复制，贴进公众号的编辑器。")
    speak("推送出去的收不回来：撤下记录时（take-down），写着它的摘要会逐篇列出，要到公众号后台删除。")
    return 0


def run_new(given: argparse.Namespace) -> int:
    """Draft another site, or the declaration of a register from a file that was sent; what is there is never written over."""
    if given.what == "site":
        return run_new_site(given)
    site, _ = load_site(given.root)
    name, problems = drafts.folder_name(given.file, given.name)
    problems = problems or drafts.occupied(given.root, name, given.file)
    if problems:
        return refuse(given, problems)
    drafted, problems = drafts.draft(given.file, str(given.file), name, site.sections if site else [])
    if drafted is None:
        return refuse(given, problems)
    path = drafts.write(given.root, name, drafted.text)
    others = f"，{drafted.withheld} 列不公开，{drafted.ignored} 列不用"
    speak(f"已起草 {path}：据 {drafted.rows:,} 行，{drafted.fields} 个字段{others}。")
    first = [] if (path.parent / given.file.name).exists() else [f"把 {given.file.name} 放进 {path.parent}"]
    steps = [
        *first,
        f"打开 {path.name}，逐条核对「#」后面的依据，改正猜错的",
        "运行 python build.py check，直到没有错误",
    ]
    print("\n".join(["接下来：", *(f"{number}. {step}" for number, step in enumerate(steps, 1))]))
    return 0


def run_new_site(given: argparse.Namespace) -> int:
    """Begin the root of another site, which builds as it is."""
    problems = begin(given.file, given.name)
    if problems:
        return refuse(given, problems)
    speak(f"已新建 {given.file}：设置、颜色、一个部门、行政许可和行政处罚，各有一行示例，马上可以生成。")
    steps = [
        "打开 site.yaml，把「示例」都改成自己的：名称、印章、网址、区划",
        "颜色在 theme/css/parts/own.css，部门在 data/departments.yaml",
        f"运行 python build.py --root {given.file}，打开 {given.file / 'public' / 'index.html'}",
    ]
    print("\n".join(["接下来：", *(f"{number}. {step}" for number, step in enumerate(steps, 1))]))
    return 0


def run_export(given: argparse.Namespace) -> int:
    """Write what the last release shows in the columns of a standard, and what is to be retracted, outside of all that is public."""
    root, of = given.root, exchange.standard(given.standard)
    into = given.into or root / "exchange" / given.standard
    ours = ("releases", "data", "content", "theme", "state", ".cache")
    problems = reports.unfit(into, (given.out, *(root / name for name in ours)))
    if problems:
        return refuse(given, problems)
    with alone(root):
        rows = store.open_for_reading(root / STORE if (root / STORE).exists() else root / KEPT)
        site, registers, departments, *_ = accept(store.declared(rows), [])
        day = on_day(site, given.as_of).isoformat()
        with reports.private(into) as new:
            written = exchange.write_exchange(rows, registers, departments, of, day, new)
            retracted = exchange.write_retraction(root / "state" / takedown.RECEIPTS, new(exchange.RETRACTION))
        rows.close()
    for one in written:
        lost = "；".join(f"{name} {count:,} 条" for name, count in one.left.items())
        print(
            f"{one.name}：{one.records:,} 条"
            + (f"（{of.label}里没有这些字段，填了的没有导出：{lost}）" if lost else "")
        )
    missing = [table.name for table in of.tables if table.register not in registers]
    print("\n".join(f"{name}：没有这个名录" for name in missing) + "\n" * bool(missing), end="")
    speak(f"撤回清单：{retracted:,} 条")
    speak(f"已按{of.label}导出到 {into}，数据截至 {day}。报送后请删去：以后撤下的，程序管不到这里。")
    return 0


def run_preview(given: argparse.Namespace) -> int:
    """Serve what the next release would be, built in a process apart at every change; with --once build it and be done."""
    if given.once:
        return try_out(given)
    site, _ = load_site(given.root)
    own = (sys.executable, str(PROGRAM / "build.py"))
    flags = ("--root", str(given.root), "--jobs", str(given.jobs))
    once = (*own, "preview", "--once", *flags, *(f"--accept={number}" for number in given.accept))
    days = (on_day(site, None), given.as_of)
    bench = Bench(given.root, given.root / PREVIEW, once, (*own, "report", *flags), partial(glance, given.root), *days)
    with hold(given.root / PREVIEW / "lock", given.root, "这里已经开着一个预览", "两个预览会互相覆盖"):
        return preview(bench, given.port)


def try_out(given: argparse.Namespace) -> int:
    """Build what the next release would be, beside all that is public and without a word in history; leave what was found."""
    given.work, given.out = given.root / PREVIEW, given.root / PREVIEW / "public"
    with alone(given.root, given.work):
        told = found_in(given.work)
        told.unlink(missing_ok=True)
        store.follow(given.root / STORE, given.work / STORE)
        carry_on(given.work, given.work / STORE)
        history.follow(given.root, given.work)
        problems, built = list[Problem](), False
        since = history.last_day(history.open_history(given.work))

        def ready(studio: Studio, change: history.Change, notices: list[Problem]) -> None:
            leave_found(given.work, notices, True)
            lay_out(given.work, studio, since, change)

        try:
            problems, built = build(given, Say(), ready=ready), True
        except Refused as refused:
            problems = refused.problems
        except Exception as error:
            problem = denied(error, given.root)
            if problem is None:
                raise
            problems = [problem]
        leave_found(given.work, problems, built)
    faults = sum(problem.severity == FAULT for problem in problems)
    if faults:
        complain("\n" + as_text(problem for problem in problems if problem.severity == FAULT))
        complain(f"\n共 {faults:,} 处错误，没有生成新的预览。")
    return int(not built)


def glance(root: Path, ready: Ready, names: Collection[str], into: Path) -> Sight | None:
    """Return the pages of a site that was laid out which some changed files concern, judged again by the rows around the changes

    in a store at `into`, or the faults of these; None where only a build can tell.
    """
    studio, notices, files = ready.studio, list[Problem](), frozenset(names)
    with closing(store.open_for_reading(studio.store)) as whole:
        site, registers, departments, *others, happened = accept(store.declared(whole), notices)
        terms = terms_of(root / PREVIEW, site, departments, registers, studio.as_of)
        try:
            changes = reread(whole, root, registers, files, terms)
            accept((None, faults_of(changes, site.faults == "set-aside")), notices)
            if not any(change.gone or change.fresh for change in changes):
                return Sight(files=files)
            with closing(around.open_around(studio.store, into, changes)) as rows:

                def judge(events: Sequence[Event], fitted: Mapping[str, Sequence[Match]]) -> None:
                    declared = (site, registers, departments, *others, events)
                    decide(rows, declared, studio.as_of, fitted, notices)

                entities = around.gather(rows, changes, registers, happened, judge)
                addresses = around.addresses(rows, registers, entities)
                near = replace(studio, store=into)
                pages = [page for page in plan(open_world(near), ("entity", "record")) if page.address in addresses]
                named, _ = proofs.astray(rows, registers, None, (), NOTICE)
                around.hold(rows, named, addresses - {page.address for page in pages})
                lay(rows, pages)
        except TooMuch:
            return None
        except Refused as refused:
            told = ordered(masked(problem) for problem in refused.problems if problem.severity == FAULT)
            return Sight(files=files, faults=tuple(told)) if all(each.place.path in files for each in told) else None
    return Sight(near, frozenset(addresses), files)


def take_down(given: argparse.Namespace, say: Say) -> list[Problem]:
    """Take records or entities down, search all that can be reached for them, purge what holds them, and write a receipt.

    Removal does not wait for clean input: what was last accepted is released again without them. Returns what is left.
    """
    root, notices, moment = given.root, list[Problem](), datetime.datetime.now(CHINA)
    name = moment.strftime("%Y%m%d-%H%M%S-%f")
    asked = accept(takedown.asked_for(given.keys, given.listed), notices)
    past = history.open_history(root)
    rows = store.open_store(root / STORE, root / KEPT)
    site, registers, departments, *_ = accept(store.declared(rows), notices)
    day = on_day(site, given.as_of).isoformat()
    before = takedown.taken_before(root)
    subjects = accept(takedown.resolve(rows, registers, departments, asked, before, day, given.reason), notices)
    rows.close()
    events = [event for subject in subjects for event in subject.events]
    path = takedown.write_events(root, name, events, given.by)
    say.line(
        f"撤下 {len(subjects):,} 个，事件 {len(events):,} 个" + (f"，写进 {path}" if path else "，都撤下过，再查一遍")
    )
    build(given, say)
    release = given.out.resolve()
    reached, unsought = takedown.reach(
        root, release, store.open_for_reading(root / STORE), registers, subjects, given.jobs
    )
    with say.step("查遍能查到的地方"):
        found = takedown.sweep(reached, past)
    if found[0].searched.hits:
        build(given, say, afresh=True)
        release = given.out.resolve()
        reached = replace(reached, release=release)
    if site.approval == "required":  # what only removes has the approval of whoever takes down
        history.approve(past, release.name, given.by, moment.isoformat(" ", "minutes"))
    with say.step("清除还留着的"):
        keys = {key for subject in subjects for key in subject.keys}
        purged = takedown.purge_releases(root, release, past, found, keys) + takedown.purge_files(root, found)
        gone, unreached = takedown.purge_targets(root, release, past)
    with say.step("再查一遍"):
        left = takedown.sweep(reached, past)
    problems = [*unreached, *takedown.survivors(left, reached.public)]
    facts = {
        "receipt": name,
        "moment": moment.isoformat(" ", "seconds"),
        "by": given.by,
        "reason": given.reason,
        "day": day,
        "address": site.address,
        "events": path.relative_to(root).as_posix() if path else "",
        "sought": list(reached.public.words),
        "unsought": unsought,
        "may_stand": list(reached.public.hay),
        "release": release.name,
        "manifest": releases.manifest_hash(release),
        "found": takedown.told(found),
        "purged": purged + gone,
        "left": takedown.told(left),
        "unreached": [problem.place.path for problem in unreached],
    }
    receipt, seal = takedown.write_receipt(root, name, facts, subjects)
    history.remember_receipt(past, name, seal)
    files, size = sum(spot.searched.files for spot in left), sum(spot.searched.bytes for spot in left)
    say.line(
        f"查了 {len(left)} 处、{files:,} 个文件、{size / 1e6:,.1f} MB；清除 {len(purged + gone)} 处；回执 {receipt}"
    )
    articles = [file for file in purged if file.startswith(f"state/{digest.FOLDER}/")]
    if articles:
        say.line(
            "写着撤下内容的公众号文章，请到公众号后台删除：\n" + "\n".join(f"  {Path(file).stem}" for file in articles)
        )
    say.line("查不到的，要人去办：\n" + "\n".join(f"  {what}" for what in takedown.OUT_OF_REACH))
    return problems


def run_take_down(given: argparse.Namespace) -> int:
    """Take down; what could not be purged is named, and the event holds all the same."""
    given.removals_only = True
    remove(given.root / PREVIEW)  # made again at the next preview, without what is taken down
    with alone(given.root):
        problems = take_down(given, Say())
    if problems:
        complain("\n" + as_text(problems))
        complain(f"\n共 {len(problems):,} 处还没有清除干净，见上。")
    return int(bool(problems))


def verify_receipt(given: argparse.Namespace, say: Say) -> list[Problem]:
    """Hold a receipt against its seal, and search again for what was taken down."""
    root, past = given.root, history.open_history(given.root)
    path = takedown.newest(root) if given.receipt == Path() else given.receipt
    facts = accept(takedown.read_receipt(path, history.seals(past)), [])
    rows = store.open_for_reading(root / STORE)
    _, registers, *_ = accept(store.declared(rows), [])
    subjects = takedown.subjects_of(facts)
    reached, _ = takedown.reach(root, given.out.resolve(), rows, registers, subjects, given.jobs)
    spots = takedown.sweep(reached, past)
    files = sum(spot.searched.files for spot in spots)
    say.line(f"回执 {facts['receipt']}：{facts['by']} 于 {facts['moment']} 撤下 {len(subjects):,} 个，封印没有变。")
    say.line(f"又查了 {len(spots)} 处、{files:,} 个文件。")
    return takedown.survivors(spots, reached.public)


def run_verify(given: argparse.Namespace) -> int:
    """Hold a release, or what stands at the public link, against its manifest; or a receipt against all that can be reached."""
    if given.receipt is not None:
        with alone(given.root):
            problems = verify_receipt(given, Say())
        if problems:
            complain(as_text(problems))
        else:
            speak("撤下的哪里也没有。")
        return int(bool(problems))
    folder = given.folder or given.out
    problems = releases.verify(folder)
    if problems:
        complain(as_text(problems))
        return 1
    print(f"{folder.resolve().name}：{len(releases.manifest_of(folder)):,} 个文件与清单一致。")
    return 0


def run_rollback(given: argparse.Namespace) -> int:
    """Show an older release again, unless it holds what may no longer be shown today."""
    site, faults = load_site(given.root)
    if site is None:
        return refuse(given, faults)
    day = on_day(site, given.as_of)
    release = given.root / "releases" / given.release
    problems = releases.verify(release) or history.fit_to_show(
        history.open_history(given.root), given.release, day.isoformat()
    )
    if problems:
        return refuse(given, problems)
    with alone(given.root):
        releases.switch(given.out, release)
    speak(f"已退回：{given.out} 现在是版本 {given.release}。")
    return 0


def run_approve(given: argparse.Namespace) -> int:
    """Enter who approved a release for publication (保密审查)."""
    problems = releases.verify(given.root / "releases" / given.release)
    if problems:
        return refuse(given, problems)
    history.approve(
        history.open_history(given.root),
        given.release,
        given.by,
        datetime.datetime.now(CHINA).isoformat(" ", "minutes"),
    )
    speak(f"已记录：{given.by} 批准发布版本 {given.release}。")
    return 0


def publish_to(given: argparse.Namespace, site: Site, target: Target, say: Say) -> None:
    """Bring a release that may go out today to a target, and show it there."""
    past, notices = history.open_history(given.root), list[Problem]()
    release = given.root / "releases" / given.release if given.release else given.out.resolve()
    day = on_day(site, given.as_of)
    accept((None, may_be_published(past, release, site.approval == "required", day.isoformat())), notices)
    if given.dry_run:
        sent = rehearse(release, target)
        switch = "并切换到这一版" if sent.switched else "那里已是这一版"
        say.whole(f"演练：版本 {sent.release} 到 {target.address}，将传送 {sent}，{switch}。没有改动任何内容。")
        return
    with say.step(f"传送并核验 {target.address}"):
        sent = accept(publish(past, release, target, site.keep), notices)
    history.remember_target(past, target.address, sent.release, datetime.datetime.now(CHINA).isoformat(" ", "minutes"))
    if notices:
        complain(as_text(notices))
    if not sent.changed:
        say.whole(f"{target.address} 已是版本 {sent.release}，每个文件都核验过，没有变化。")
        return
    dropped = f"，撤去旧的 {len(sent.dropped)} 版" if sent.dropped else ""
    say.whole(f"已发布版本 {sent.release} 到 {target.address}：传送 {sent}{dropped}，共用 {say.total()}")


def run_publish(given: argparse.Namespace) -> int:
    """Publish to a target; where that is refused, say which release it still shows."""
    site, faults = load_site(given.root)
    target, of_target = target_of(given.to, given.root)
    if site is None or target is None:
        return refuse(given, [*faults, *of_target])
    with hold(given.root / STORE.with_name("publish.lock"), given.root, "另一次发布正在进行", "同时发布会互相覆盖"):
        try:
            publish_to(given, site, target, Say())
        except Refused as refused:
            complain("\n" + as_text(refused.problems))
            shown = shown_at(target)
            standing = f"那里仍是版本 {shown}" if shown else "那里没有发布过，或无法查看"
            complain(f"\n共 {len(refused.problems):,} 处错误，没有完成到 {target.address} 的发布。{standing}。")
            return 1
    return 0


VERBS = {
    "build": run_build,
    "check": run_check,
    "report": run_report,
    "due": run_due,
    "digest": run_digest,
    "new": run_new,
    "export": run_export,
    "preview": run_preview,
    "take-down": run_take_down,
    "verify": run_verify,
    "rollback": run_rollback,
    "publish": run_publish,
    "approve": run_approve,
}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 good, 1 the user's faults, 2 wrong usage, 3 our bug."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    bare = not arguments or arguments[0] not in (*VERBS, "-h", "--help")
    given = command_line().parse_args(["build", *arguments] if bare else arguments)
    given.out = getattr(given, "out", None) or given.root / "public"
    given.work = given.root
    try:
        given.stood = releases.name_at(given.out)
        releases.expire(given.root)
        return VERBS[given.verb](given)
    except Refused as refused:
        return refuse(given, refused.problems)
    except KeyboardInterrupt:
        complain("\n已中断，没有发布任何内容。")
        return 130
    except Exception as error:
        if problem := denied(error, given.root):
            return refuse(given, [problem])
        complain("\n" + traceback.format_exc())
        complain(f"这是程序自身的错误，不是数据的问题；请把上面的内容发给维护人员。{outcome(given)}")
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
