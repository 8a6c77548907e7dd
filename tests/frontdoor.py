"""The front door: a small site written from a dict of files, built by the program as a user runs it, and what came out."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser
from stdnum.cn import ric, uscc

import build
from disclosure.search.spelt import spelling

PROJECT = Path(__file__).resolve().parent.parent
SITES = PROJECT / "tests" / "sites"
Files = Mapping[str, str | bytes | None]
RELEASE_ONLY = {"release.json", "manifest.json"}


@dataclass(frozen=True)
class Outcome:
    """What one run of the program left: its exit code, its words, and the folder of the site."""

    root: Path
    out: Path
    code: int
    stdout: str
    stderr: str

    def page(self, address: str) -> str:
        """Return the text of one file of the site."""
        return (self.out / address).read_text(encoding="utf-8")

    def text(self, address: str) -> str:
        """Return what a page says, its scripts and styles aside, with single blanks."""
        return visible(self.page(address))

    def pages(self) -> list[str]:
        """Return the addresses of all pages."""
        return sorted(name for name in tree(self.out) if name.endswith(".html"))

    def entities(self) -> list[str]:
        """Return the addresses of all entity pages."""
        return [name for name in self.pages() if name.startswith("entity/")]

    def everything(self) -> bytes:
        """Return all bytes of the site, and in full what its search says in signs and figures."""
        spell = spelling(self.out.resolve() / "search")
        files = tree(self.out)
        said = [spell(name.removeprefix("search/"), data) for name, data in files.items() if name.startswith("search/")]
        return b"\n".join([*files.values(), "\n".join(said).encode("utf-8", "surrogatepass")])

    def build(self, *arguments: str, files: Files | None = None) -> Outcome:
        """Change some files and build again."""
        return self.run("build", *arguments, "--out", str(self.out), files=files)

    def check(self, *arguments: str, files: Files | None = None) -> Outcome:
        """Change some files and check."""
        return self.run("check", *arguments, files=files)

    def run(self, *arguments: str, files: Files | None = None) -> Outcome:
        """Change some files and run one command on this root."""
        write(self.root, files or {})
        verb, *rest = arguments
        alone = ("--jobs", "1") if verb in ("build", "check") else ()
        done = program(verb, "--root", str(self.root), *alone, *rest)
        return Outcome(self.root, self.out, done.returncode, done.stdout, done.stderr)

    def refused(self, *words: str) -> None:
        """Hold that the user's faults were found and that each of the words was said."""
        assert self.code == 1, self.stdout + self.stderr
        for word in words:
            assert word in self.stderr, self.stderr

    def good(self) -> Outcome:
        """Hold that all went well."""
        assert self.code == 0, self.stdout + self.stderr
        return self


def program(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command as its users do, from the command line's words to the exit code; in this process, which saves its start."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with contextlib.chdir(cwd or Path.cwd()), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = build.main(list(arguments))
        except SystemExit as left:  # wrong usage, --help
            code = int(left.code or 0)
    told = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return subprocess.CompletedProcess(["build.py", *arguments], code, *told)


def surroundings() -> dict[str, str]:
    """Return the environment of a run: this process's, without what pytest adds."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def write(root: Path, files: Files) -> None:
    """Write files below `root`; None takes one away."""
    for name, content in files.items():
        path = root / name
        if content is None:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def start(root: Path, base: str) -> None:
    """Begin a root: `small` is tests/sites/small, `standard` has the project's own registers and law instead, without what
    they expect of a whole city's data; names of registers give these alone, which is built in a third of the time.
    """
    shutil.copytree(SITES / "small", root)
    if base != "small":
        shutil.rmtree(root / "data" / "notice")
        every = sorted(path.parent.name for path in (PROJECT / "data").glob("*/register.yaml"))
        chosen = every if base == "standard" else base.split()
        for name in chosen:
            (root / "data" / name).mkdir()
            text = (PROJECT / "data" / name / "register.yaml").read_text(encoding="utf-8")
            text = re.sub(r"^expect:.*\n(?:[ \t]+.*\n)*", "", text, flags=re.M)
            (root / "data" / name / "register.yaml").write_text(text, encoding="utf-8")
        shutil.copytree(PROJECT / "data" / "rules", root / "data" / "rules")
        if chosen != every:  # a rule for what is not there is a fault; registers are named as their rules here
            law = root / "data" / "rules" / "publicity.yaml"
            others = rf"^  - id: .*\n    publicity: (?!(?:{'|'.join(chosen)})$).*\n(?:    .*\n)*"
            law.write_text(re.sub(others, "", law.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")


def tree(folder: Path, leave_out: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the bytes of every file below a folder by its address."""
    folder = folder.resolve()
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name not in set(leave_out)}


def site_bytes(outcome: Outcome) -> dict[str, bytes]:
    """Return every file of a site but those that tell one build from another, or of the builds before."""
    found = tree(outcome.out, RELEASE_ONLY)
    return {name: data for name, data in found.items() if not name.startswith("changes/")}


def visible(html: str) -> str:
    """Return the words of a page, single blanks between them."""
    page = LexborHTMLParser(html)
    page.strip_tags(["script", "style", "head"])
    return re.sub(r"\s+", " ", page.text(separator=" ")).strip()


def links(html: str) -> list[str]:
    """Return all that a page refers to."""
    nodes = LexborHTMLParser(html).css("[href], [src]")
    return [node.attributes.get("href") or node.attributes.get("src") or "" for node in nodes]


def leads_to(folder: Path, address: str, link: str) -> Path | None:
    """Return the file that a link of a page opens from a disk, None where it leaves the site."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    return ((folder / address).parent / unquote(parts.path)).resolve() if parts.path else folder / address


def table(rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> str:
    """Return rows as the text of a CSV file, the titles those of the first row."""
    listed = list(rows)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(listed[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return stream.getvalue()


def credit_code(number: int, region: str = "231102", head: str = "91") -> str:
    """Return a valid credit code of a region, its check digit from python-stdnum."""
    body = f"{head}{region}{number:09d}"
    return body + uscc.calc_check_digit(body)


def identity_number(number: int) -> str:
    """Return a valid identity number of nobody, its check digit from python-stdnum."""
    body = f"231102199001{number % 28 + 1:02d}{number % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


CODE = credit_code(1)
NOTICE = {
    "名称": "黑河甲乙商贸有限公司",
    "代码": CODE,
    "文号": "黑甲〔2026〕1号",
    "类别": "警告",
    "说明": "说明文字",
    "金额": "0.5",
    "日期": "2026-05-06",
    "截止": "2027-05-06",
    "机关": "黑河市甲局",
}


def notice(**changed: str) -> dict[str, str]:
    """Return a row of the small site's register."""
    return NOTICE | changed


def happening(sort: str, number: str) -> dict[str, str]:
    """Return a row of events: what happened to a record of the small site's register, by its number."""
    return {
        "事件类型": sort,
        "名录": "notice",
        "文书号": number,
        "决定文书号": "甲决1号",
        "日期": "2026-05-20",
        "原因": "示例",
    }


def notices(*rows: Mapping[str, str]) -> dict[str, str]:
    """Return the small site's one data file."""
    return {"data/notice/2026.csv": table(rows)}


PENALTY = {
    "行政相对人名称": "黑河甲乙商贸有限公司",
    "行政相对人类别": "法人及非法人组织",
    "行政相对人代码_1(统一社会信用代码)": CODE,
    "行政相对人代码_2(工商注册号)": "",
    "行政相对人代码_3(组织机构代码)": "",
    "行政相对人代码_4(税务登记号)": "",
    "行政相对人代码_5(事业单位证书号)": "",
    "行政相对人代码_6(社会组织登记证号)": "",
    "法定代表人": "郗思齐",
    "法定代表人证件类型": "",
    "法定代表人证件号码": "",
    "自然人证件类型": "",
    "自然人证件号码": "",
    "行政处罚决定书文号": "黑甲罚〔2026〕1号",
    "违法行为类型": "未按规定公示",
    "违法事实": "当事人未按规定公示年度报告",
    "处罚依据": "《示例条例》第一条",
    "处罚类别": "警告、罚款",
    "处罚内容": "警告；罚款2000元",
    "罚款金额（万元）": "0.2",
    "没收违法所得、没收非法财物的金额（万元）": "",
    "暂扣或吊销证照名称及编号": "",
    "处罚决定日期": "2026-05-06",
    "处罚有效期": "2027-05-06",
    "公示截止期": "2027-05-06",
    "处罚机关": "黑河市甲局",
    "处罚机关统一社会信用代码": credit_code(18, "231100", "11"),
    "数据来源单位": "黑河市甲局",
    "数据来源单位统一社会信用代码": credit_code(18, "231100", "11"),
    "备注": "",
}


def penalty(changed: Mapping[str, str] | None = None, **named: str) -> dict[str, str]:
    """Return a row of 行政处罚, all columns of the standard of 2018."""
    return PENALTY | dict(changed or {}) | named


LICENCE = {
    "行政相对人名称": "黑河甲乙商贸有限公司",
    "行政相对人类别": "法人及非法人组织",
    "行政相对人代码_1(统一社会信用代码)": CODE,
    "法定代表人": "郗思齐",
    "法定代表人证件类型": "",
    "法定代表人证件号码": "",
    "自然人证件类型": "",
    "自然人证件号码": "",
    "行政许可决定文书名称": "准予许可决定书",
    "行政许可决定文书号": "黑甲许〔2026〕1号",
    "许可类别": "普通",
    "许可证书名称": "示例许可证",
    "许可编号": "XK2026001",
    "许可内容": "示例经营",
    "许可决定日期": "2026-05-06",
    "有效期自": "2026-05-06",
    "有效期至": "2099-12-31",
    "许可机关": "黑河市甲局",
    "许可机关统一社会信用代码": credit_code(18, "231100", "11"),
    "当前状态": "有效",
    "数据来源单位": "黑河市甲局",
    "数据来源单位统一社会信用代码": credit_code(18, "231100", "11"),
    "备注": "",
}


def licence(**changed: str) -> dict[str, str]:
    """Return a row of 行政许可."""
    return LICENCE | changed
