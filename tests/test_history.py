"""What must go goes, also on a day of faulty files; what was shown is remembered; what is suspicious is asked about."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

from conftest import SiteMaker
from frontdoor import Outcome, credit_code, notice, notices, site_bytes, table

ENDING = notice(文号="黑甲〔2026〕9号", 名称="北安丙丁粮贸有限公司", 代码=credit_code(2), 截止="2026-11-22")
LASTING = notice()
BROKEN = {"data/notice/new.csv": table([notice(文号="黑甲〔2026〕8号")]) + '"没有关上'}


def release(outcome: Outcome) -> str:
    """Return the name of the release that is shown."""
    return outcome.out.resolve().name


def test_what_must_go_goes_on_the_day_a_file_is_faulty(site_maker: SiteMaker) -> None:
    site = site_maker(notices(ENDING, LASTING)).good()
    assert b"\xe5\x8c\x97\xe5\xae\x89\xe4\xb8\x99\xe4\xb8\x81" in site.everything()
    refused = site.build("--as-of", "2026-11-23", files=BROKEN)
    refused.refused("broken-csv", "没有发布任何内容", release(site))
    after = site.build("--as-of", "2026-11-23", "--removals-only").good()
    assert "-1 公示期已满" in after.stdout
    assert "北安丙丁粮贸有限公司".encode() not in after.everything()
    assert "黑河甲乙商贸有限公司".encode() in after.everything()


def test_removals_need_no_cache_and_no_readable_declarations(site_maker: SiteMaker) -> None:
    site = site_maker(notices(ENDING, LASTING)).good()
    shutil.rmtree(site.root / ".cache")
    spoilt = {"site.yaml": "name：", "data/notice/register.yaml": "fields: ["}
    after = site.build("--as-of", "2026-11-23", "--removals-only", files=spoilt).good()
    assert len(after.entities()) == 1


def test_removals_add_nothing(site_maker: SiteMaker) -> None:
    future = notice(文号="黑甲〔2026〕3号", 日期="2026-12-01")
    site = site_maker(notices(LASTING, future)).good()
    after = site.build("--as-of", "2026-12-02", "--removals-only", files=notices(LASTING, future, ENDING)).good()
    assert "黑甲〔2026〕3号".encode() not in after.everything()
    assert "黑甲〔2026〕3号".encode() in site.build("--as-of", "2026-12-02").good().everything()


def test_removals_without_a_build_before_are_refused(site_maker: SiteMaker) -> None:
    site_maker(notices(LASTING), "--removals-only").refused("not-accepted", "先完整构建一次")


def test_an_older_release_is_shown_again_only_while_all_of_it_may_be(site_maker: SiteMaker) -> None:
    old = site_maker(notices(ENDING, LASTING)).good()
    first, before = release(old), site_bytes(old)
    old.build(files=notices(LASTING)).good()
    assert release(old) != first
    assert old.run("rollback", first).code == 0
    assert site_bytes(old) == before
    old.run("rollback", first, "--as-of", "2026-11-23").refused("no-longer-shown", "2026-11-22")
    old.run("rollback", "0123456789abcdef").refused("broken-release")


def test_each_release_says_what_changed(site_maker: SiteMaker) -> None:
    site = site_maker(notices(LASTING)).good()
    assert "本次变化：+1 通知" in site.stdout
    more = site.build(files=notices(notice(说明="改过了"), ENDING)).good()
    assert "+1 通知，1 更正" in more.stdout
    less = site.build(files=notices(notice(说明="改过了"))).good()
    assert "-1 文件中已无" in less.stdout
    assert "记录没有变化；新画 0 页，新写 0 个文件" in site.build().good().stdout


def test_a_suspicious_drop_is_refused_until_it_is_accepted_once(site_maker: SiteMaker) -> None:
    register = Path(__file__).parent / "sites/small/data/notice/register.yaml"
    guarded = register.read_text(encoding="utf-8") + "expect: {least: 1, drop: 20%, fill: {说明: 60%}}\n"
    rows = [notice(文号=f"黑甲〔2026〕{n}号") for n in range(10)]
    site = site_maker({"data/notice/register.yaml": guarded, **notices(*rows)}).good()
    half = site.build(files=notices(*rows[:5]))
    half.refused("guard", "少了 5 条（上次 10 条）", "没有发布任何内容")
    assert half.check().code == 1
    number = re.search(r"--accept (\w+)", half.stderr)
    assert number
    half.build("--accept", number[1]).good()
    bare = half.build(files=notices(*(row | {"说明": ""} for row in rows[:5])))
    bare.refused("「说明」只填了 0.0%", "60")
    site.build(files={"data/notice": None}).refused("名录「notice」不见了")


def test_what_the_law_ends_is_no_suspicious_drop(site_maker: SiteMaker) -> None:
    register = Path(__file__).parent / "sites/small/data/notice/register.yaml"
    guarded = register.read_text(encoding="utf-8") + "expect: {drop: 20%}\n"
    rows = [notice(文号=f"黑甲〔2026〕{n}号", 截止="2026-11-22") for n in range(2, 12)]
    site = site_maker({"data/notice/register.yaml": guarded, "data/notice/2026.csv": table([*rows, LASTING])}).good()
    assert "-10 公示期已满" in site.build("--as-of", "2026-11-23").good().stdout


def test_who_approved_is_kept(site_maker: SiteMaker) -> None:
    site = site_maker(notices(LASTING)).good()
    done = site.run("approve", release(site), "--by", "郗思齐")
    assert done.code == 0
    rows = (
        sqlite3.connect(site.root / "state/history.sqlite").execute("SELECT release, person FROM approval").fetchall()
    )
    assert rows == [(release(site), "郗思齐")]
    site.run("approve", "0123456789abcdef", "--by", "郗思齐").refused("broken-release")


def test_state_is_for_staff_alone(site_maker: SiteMaker) -> None:
    site = site_maker(notices(LASTING)).good()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (site.root / "state").iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert (site.root / "state").stat().st_mode & 0o777 == 0o700
    assert (site.root / ".cache/store.sqlite").stat().st_mode & 0o777 == 0o600
