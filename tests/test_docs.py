"""What is documented is true: examples are built as printed, commands parse, every key, kind, problem and page is there."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from frontdoor import PROJECT, SITES, credit_code, program, start, table, visible, write
from pydantic import BaseModel
from selectolax.lexbor import LexborHTMLParser

import build
from disclosure import articles, console, events, theme
from disclosure.amounts import UNITS
from disclosure.checks import CHECKS
from disclosure.demands import Demand
from disclosure.disclose import REASONS
from disclosure.forms import Form, Part, Row
from disclosure.holidays import Holiday, Year
from disclosure.intake import RESERVED_BESIDE, RESERVED_FILES, RESERVED_FOLDERS
from disclosure.kinds import KINDS
from disclosure.pages import SORTS as PAGES
from disclosure.pages import plan, show
from disclosure.problems import SORTS
from disclosure.questionnaire import Answer, Questionnaire, Return
from disclosure.registers import (
    Check,
    Deadline,
    Expect,
    Field,
    Measure,
    Mend,
    Register,
    Scorecard,
    Shown,
    Source,
    Theme,
)
from disclosure.render import open_world
from disclosure.rules import Objections, Rule, Table
from disclosure.site import Contact, Department, Fulltext, Licence, Link, OpenData, Site
from disclosure.staff import EXTRA

DOCS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
NOT_WRITTEN = {
    "name",
    "declared_at",
    "mends",
    "at",
}  # the folder's name, what lies in mend.yaml, places that the program keeps


def text(name: str) -> str:
    """Return the text of one document."""
    return (PROJECT / name).read_text(encoding="utf-8")


def fenced(document: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document, re.S | re.M)


def tables(document: str) -> list[list[list[str]]]:
    """Return every table as rows of cells, its titles first."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", document, re.M)
    return [[_cells(line) for line in block.splitlines() if not re.fullmatch(r"[|\-: ]+", line)] for block in blocks]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def section(document: str, heading: str) -> str:
    """Return what stands below a heading, up to the next of its rank or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,6}} |\Z)", document, re.S | re.M)
    assert found, f"no section {heading!r}"
    return found[2]


def named(part: str) -> list[str]:
    """Return the code words in the first column of the one table of a section."""
    (table,) = tables(part)
    return [cell for row in table[1:] for cell in re.findall(r"`([^`]+)`", row[0])]


def keys(model: type[BaseModel]) -> set[str]:
    """Return every key that may be written for a model."""
    return {info.alias or name for name, info in model.model_fields.items()}


# A register from a file that was sent.

EXAMPLE = text("docs/new-register.md")


def spreadsheet(path: Path, rows: list[list[str]]) -> None:
    """Write the table that was sent as a spreadsheet, amounts as numbers, empty cells not at all."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Sheet1")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if re.fullmatch(r"\d+\.\d+", cell):
                sheet.write_number(number, column, float(cell))
            elif cell:
                sheet.write_string(number, column, cell)
    book.close()


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A site with the register of the document, its file as printed there, and nothing else."""
    root = tmp_path / "sent"
    declaration, _ = fenced(EXAMPLE, "yaml")
    site = (SITES / "small" / "site.yaml").read_text(encoding="utf-8")
    write(root, {"site.yaml": site, "data/finance/register.yaml": declaration})
    spreadsheet(root / "data" / "finance" / "penalties.xlsx", tables(EXAMPLE)[0])
    return root


def test_the_register_from_a_file_that_was_sent_is_what_the_document_says(sent: Path) -> None:
    done = program("build", "--root", str(sent), "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    _, account, _ = fenced(EXAMPLE, "text")
    assert account in done.stdout
    given, listed = tables(EXAMPLE)
    fates = [int(cell) for cell in account.splitlines()[-1].split()[1:]]
    assert fates[0] == len(given) - 1 == sum(fates[1:])
    page = LexborHTMLParser((sent / "public" / "list" / "finance" / "2024.html").read_text(encoding="utf-8"))
    rows = [[cell.text(strip=True) for cell in row.css("th, td")] for row in page.css("table tr")]
    assert rows == listed


def test_another_register_takes_two_files_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "site"
    start(root, "small")
    _, declaration = fenced(EXAMPLE, "yaml")
    row = {
        "当事人名称": "黑河示例加油站有限公司",
        "决定书文号": "黑应急强〔2026〕1号",
        "强制类别": "查封",
        "强制内容": "查封储油罐一座",
        "强制依据": "《中华人民共和国行政强制法》第二十二条",
        "决定日期": "2026-08-11",
        "公示截止期": "2027-08-11",
        "决定机关": "黑河市甲局",
    }
    write(root, {"data/coercion/register.yaml": declaration, "data/coercion/2026.csv": table([row])})
    done = program("build", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert row["当事人名称"] in (root / "public/list/coercion/index.html").read_text(encoding="utf-8")
    assert len(list((root / "public/data/coercion").glob("coercion.*"))) == 3
    assert f"register.yaml | {declaration.count(chr(10))} " in fenced(EXAMPLE, "text")[2]


def test_a_date_of_publication_is_said_to_be_one(sent: Path) -> None:
    assert program("build", "--root", str(sent), "--jobs", "1").returncode == 0
    entities = [visible(path.read_text(encoding="utf-8")) for path in (sent / "public").glob("entity/**/*.html")]
    assert len(entities) == 4
    assert ["（据发布日期）" in page for page in entities if "编制虚假资料" in page] == [True]
    assert not any("郗思齐" in page for page in entities)


def test_what_is_not_ignored_by_name_is_a_fault_as_printed(sent: Path) -> None:
    declaration = sent / "data" / "finance" / "register.yaml"
    kept = [line for line in declaration.read_text(encoding="utf-8").splitlines() if not line.startswith("ignored:")]
    declaration.write_text("\n".join(kept), encoding="utf-8")
    done = program("check", "--root", str(sent))
    assert done.returncode == 1
    assert fenced(EXAMPLE, "text")[0] in done.stderr


# The references.


@pytest.mark.parametrize(
    ("document", "heading", "declared"),
    [
        ("docs/registers.md", "名录", keys(Register) - NOT_WRITTEN),
        ("docs/registers.md", "主题", keys(Theme)),
        ("docs/registers.md", "措施", keys(Measure)),
        ("docs/registers.md", "字段", keys(Field)),
        ("docs/registers.md", "来源", keys(Source)),
        ("docs/registers.md", "自然人", keys(Shown)),
        ("docs/registers.md", "期限", keys(Deadline)),
        ("docs/registers.md", "评分卡", keys(Scorecard)),
        ("docs/registers.md", "要求", keys(Expect)),
        ("docs/registers.md", "种类", set(KINDS)),
        ("docs/registers.md", "data/ 里还可以放什么", RESERVED_FILES | RESERVED_FOLDERS | RESERVED_BESIDE),
        ("docs/registers.md", "核对", keys(Check) - {"at"}),
        ("docs/registers.md", "核对的种类", set(CHECKS)),
        ("docs/registers.md", "改正", keys(Mend) - {"at"}),
        ("docs/questionnaire.md", "答卷", keys(Return)),
        ("docs/questionnaire.md", "答案", keys(Answer)),
        ("docs/questionnaire.md", "题目", keys(Questionnaire) - {"returns"}),
        ("docs/site.md", "站点", keys(Site)),
        ("docs/site.md", "全文", keys(Fulltext)),
        ("docs/site.md", "数据下载", keys(OpenData)),
        ("docs/site.md", "许可", keys(Licence)),
        ("docs/site.md", "链接", keys(Link) - {"at"}),
        ("docs/site.md", "部门", keys(Department)),
        ("docs/site.md", "联系方式", keys(Contact)),
        ("docs/site.md", "文章", articles.KNOWN),
        ("docs/forms.md", "表格", keys(Form)),
        ("docs/forms.md", "部分", keys(Part)),
        ("docs/forms.md", "一行", keys(Row)),
        ("docs/faults.md", "目录", set(SORTS)),
        ("docs/law.md", "表", keys(Table)),
        ("docs/law.md", "规定", keys(Rule) - {"at"}),
        ("docs/law.md", "条件", keys(Demand)),
        ("docs/law.md", "异议的期限", keys(Objections)),
        ("docs/law.md", "节假日表", keys(Year)),
        ("docs/law.md", "假日", keys(Holiday)),
    ],
)
def test_a_reference_names_all_that_there_is_and_nothing_else(document: str, heading: str, declared: set[str]) -> None:
    documented = named(section(text(document), heading))
    assert sorted(documented) == sorted(declared)


@pytest.mark.parametrize(
    ("document", "heading", "model"),
    [
        ("docs/registers.md", "名录", Register),
        ("docs/registers.md", "主题", Theme),
        ("docs/registers.md", "措施", Measure),
        ("docs/registers.md", "字段", Field),
        ("docs/registers.md", "来源", Source),
        ("docs/registers.md", "核对", Check),
        ("docs/registers.md", "改正", Mend),
        ("docs/site.md", "站点", Site),
        ("docs/law.md", "规定", Rule),
        ("docs/registers.md", "评分卡", Scorecard),
        ("docs/law.md", "节假日表", Year),
        ("docs/law.md", "假日", Holiday),
        ("docs/questionnaire.md", "答卷", Return),
        ("docs/questionnaire.md", "答案", Answer),
        ("docs/site.md", "链接", Link),
        ("docs/site.md", "部门", Department),
        ("docs/forms.md", "表格", Form),
        ("docs/forms.md", "部分", Part),
        ("docs/forms.md", "一行", Row),
    ],
)
def test_a_reference_says_what_must_be_written(document: str, heading: str, model: type[BaseModel]) -> None:
    (table,) = tables(section(text(document), heading))
    must = {info.alias or name for name, info in model.model_fields.items() if info.is_required()} - NOT_WRITTEN
    if model is Register:
        assert "name" not in {row[0] for row in table}
    if model in (Site, Department, Theme, Holiday):  # their own `name` is written
        must |= {"name"}
    assert {row[0].strip("`") for row in table if row[2] == "必须写"} == must


def test_the_catalogue_has_the_titles_of_the_program() -> None:
    (table,) = tables(section(text("docs/faults.md"), "目录"))
    assert {row[0].strip("`"): row[1] for row in table[1:]} == SORTS


def test_every_column_and_sort_of_an_event_is_explained() -> None:
    of_columns, of_sorts = tables(section(text("docs/law.md"), "事件"))
    assert [row[0].strip("`") for row in of_columns[1:]] == list(events.columns({}).fields)
    assert sorted(row[0].strip("`") for row in of_sorts[1:]) == sorted(events.SORTS)


def test_every_fate_of_a_row_is_explained() -> None:
    (table,) = tables(section(text("docs/faults.md"), "每个文件的账"))
    assert {row[0] for row in table[1:]} == {*REASONS.values(), *EXTRA}


def test_every_unit_is_named() -> None:
    (row,) = [row for row in tables(section(text("docs/registers.md"), "字段"))[0] if row[0] == "`unit`"]
    assert all(f"`{unit}`" in row[1] for unit in UNITS)


# The theme.

CONTENT = {
    "content/news/index.md": "---\ntitle: 动态\n---\n",
    "content/news/old/index.md": "---\ntitle: 旧闻\n---\n",
} | {f"content/news/{n}.md": f"---\ntitle: 第{n}篇\ndate: 2026-11-0{n}\nsource: 示例\n---\n## 甲\n" for n in (1, 2, 3)}
CONTENT["content/news/form.md"] = """---
title: 申请表
date: 2026-11-01
source: 示例
form: {to: 甲局, parts: [{title: 谁, rows: [{label: 名称, hint: 全称}]}], signed: [日期]}
---
"""
MEASURED = """
featured: false
basis: 《示例条例》第一条
measures: [{text: 列为重点检查对象, units: [各监管部门], basis: 《示例条例》第二条}]
"""
SCORED = "scorecard: {within: 7, complete: [类别]}\n"
TASK = """
label: 任务
badge: 任务
key: [编号]
title: [内容]
columns: [内容, 编号]
department: 机关
theme: 领域
themes: {食品: {name: food}}
refers: {前项: task}
deadline: {date: 期限, done: {内容: [已办]}}
fields:
  编号: {kind: identifier, required: true}
  内容: {kind: text, required: true}
  领域: {kind: choice, choices: [食品]}
  机关: name
  前项: identifier
  期限: date
"""
SETTINGS = """
news: news
navigation:
  - {label: 首页, address: index.html}
coverage: [notice, task]
services:
  - {label: 异议申诉, address: news/1.html}
  - {label: 公示期限, address: news/2.html}
  - {label: 信用修复, address: news/3.html}
"""
QUESTIONS = """
title: 调查问卷
basis: 示例附件
due: 2026-11-30
tables: [{name: 甲表, short: 甲, questions: [{question: 是否公开？, units: [甲局]}]}]
"""
RETURN = """
unit: 甲局
date: 2026-11-20
answers: [{question: 甲 1, answer: 是, evidence: [{label: 首页, address: index.html}]}]
"""


@pytest.fixture(scope="module")
def given_to_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """All that the templates of each sort of page are given, as paths like `rows[].cells`."""
    root = tmp_path_factory.mktemp("theme") / "site"
    start(root, "small")
    declaration = (root / "data" / "notice" / "register.yaml").read_text(encoding="utf-8")
    site = (root / "site.yaml").read_text(encoding="utf-8")
    rows = "名称,代码,文号,类别,金额,日期,截止,机关\n" + "".join(
        f"黑河{name}商贸有限公司,,黑甲〔2026〕{number}号,警告,1,2026-05-06,2027-05-06,黑河市甲局\n"
        for number, name in enumerate(("甲乙", "丙丁", "戊己"), 1)
    )
    happened = """事件类型,名录,文书号,相对人,决定文书号,日期,原因,新名称
异议提出,通知,黑甲〔2026〕1号,,,2026-11-20,金额有误,
撤销,通知,黑甲〔2026〕2号,,黑甲撤〔2026〕1号,2026-11-20,复议撤销,
合并,,,黑河戊己商贸有限公司,,2026-11-20,吸收合并,黑河甲乙商贸有限公司
"""
    files = CONTENT | {
        "data/questionnaire/questions.yaml": QUESTIONS,
        "data/questionnaire/jia.yaml": RETURN,
        "site.yaml": site + SETTINGS,
        "data/notice/register.yaml": declaration + "head: [类别]\nmark: 有通知\n" + MEASURED + SCORED,
        "data/task/register.yaml": TASK,
        "data/task/2026.csv": "编号,内容,领域,机关,前项,期限\nT1,甲,食品,黑河市甲局,,2026-11-01\nT2,乙,食品,黑河市甲局,T1,\n",
        "data/departments.yaml": f"- {{name: 黑河市甲局, code: '{credit_code(18, '231100', '11')}', district: '231100', enforcement: true}}\n",
        "data/notice/2026.csv": rows,
        "data/events/2026.csv": happened,
    }
    last = "黑河{}商贸有限公司,,黑甲〔2026〕9号,警告,1,2026-05-06,2027-05-06,黑河市甲局\n"
    for more in ("庚辛", "壬癸"):
        write(root, files | {"data/notice/2026.csv": rows + last.format(more)})
        assert program("build", "--root", str(root), "--jobs", "1").returncode == 0
    studio, _ = build.prepare(root, None, 1, [])
    world = open_world(studio)
    found: dict[str, set[str]] = {sort: set() for sort in PAGES}
    for page in plan(world):
        found[page.sort] |= set(paths(show(world, page)))
    return found


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Return the path of every plain value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        for inner in value:
            yield from paths(inner, f"{at}[]")
    else:
        yield at


def within(path: str, others: Iterable[str]) -> bool:
    """Say whether a path is one of the others or lies below or above one of them."""
    return any(
        path == o or path.startswith((f"{o}.", f"{o}[]")) or o.startswith((f"{path}.", f"{path}[]")) for o in others
    )


def test_the_theme_guide_names_all_that_each_page_is_given(given_to_pages: dict[str, set[str]]) -> None:
    guide = text("docs/theme.md")
    everywhere = named(section(guide, "每一页"))
    for sort, given in given_to_pages.items():
        part = section(guide, sort)
        documented = [*everywhere, *(named(part) if tables(part) else [])]
        assert [path for path in sorted(given) if not within(path, documented)] == [], sort
        assert [path for path in documented if not within(path, given)] == [], sort


def test_the_theme_guide_names_every_page_layer_and_file() -> None:
    guide = text("docs/theme.md")
    for path in sorted((PROJECT / "theme" / "templates" / "pages").glob("*.html")):
        assert f"`pages/{path.name}`" in guide
    for pattern in {*theme.SITE, theme.KIND}:
        assert f"`{pattern}`" in guide
    tokens = (PROJECT / "theme" / "css" / "tokens.css").read_text(encoding="utf-8")
    layers = re.findall(r"\w+", tokens.split("@layer")[1].split(";")[0])
    assert "、".join(f"`{layer}`" for layer in layers) in guide


# Commands and links.


def commands() -> Iterator[tuple[str, str]]:
    """Return every command that a document prints in a fenced block, without its comment."""
    for path in DOCS:
        for block in fenced(path.read_text(encoding="utf-8"), "(?:sh|bat)"):
            for line in block.splitlines():
                command = line.split("  #")[0].strip()
                if command:
                    yield path.name, command


COMMANDS = sorted(set(commands()))


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_a_command_that_is_printed_exists(document: str, command: str) -> None:
    words = shlex.split(command.replace("\\", "/"))
    program_name = words[0].rpartition("/")[2]
    if program_name == "make":
        made = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.M))
        assert set(words[1:]) <= made, document
    elif words[1:2] == ["build.py"]:
        verbs = {*build.VERBS, "-h", "--help"}
        arguments = words[2:] if words[2:] and words[2] in verbs else ["build", *words[2:]]
        assert isinstance(console.command_line().parse_args(arguments), argparse.Namespace), document
    elif "-m" in words:
        module = words[words.index("-m") + 1]
        ours = PROJECT / module.replace(".", "/")
        known = module in ("venv", "pip", "pytest", "zipfile") or ours.with_suffix(".py").is_file()
        assert known or (ours / "__main__.py").is_file(), document
        for name in (word for word in words if word.endswith((".lock", ".txt"))):
            assert (PROJECT / name).is_file(), document
    else:
        assert program_name in ("git", "cd", "uv") or (PROJECT / words[1]).is_file(), document


def test_every_command_and_option_is_in_the_readme() -> None:
    verbs, options = tables(section(text("README.md"), "命令和选项"))[:2]
    assert [row[0].strip("`") for row in verbs[1:]] == list(console.COMMANDS)
    assert {row[0].strip("`").split()[0] for row in options[1:]} == {name for name in console.OPTIONS if name[0] == "-"}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / target).exists(), target


def test_the_readmes_message_is_the_programs(tmp_path: Path) -> None:
    root = tmp_path / "site"
    start(root, "small")
    (message,) = [block for block in fenced(text("README.md"), "text") if block.startswith("错误[")]
    line = next(line for line in message.splitlines() if line.startswith("2 | "))
    write(root, {"data/notice/2026.csv": f"名称,代码,文号,类别,日期,机关\n{line[4:]}\n"})
    done = program("check", "--root", str(root))
    assert done.returncode == 1
    assert done.stderr.strip() == message.strip()
    assert message in text("docs/faults.md")


def test_every_library_that_is_needed_has_its_reason() -> None:
    needed = {line.split(";")[0].strip().lower() for line in text("requirements.in").splitlines() if line.strip()}
    explained = named(section(text("CONTRIBUTING.md"), "Libraries"))
    assert needed <= {name.lower() for name in explained}
    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text("requirements.lock"), re.M))
    (table,) = tables(section(text("CONTRIBUTING.md"), "Libraries"))
    for row in table[1:]:
        name = row[0].strip("`").lower()
        assert row[1] == locked[name], name


def test_the_picture_names_every_module_of_the_program_once() -> None:
    picture = fenced(section(text("CONTRIBUTING.md"), "The picture"), "text")[0]
    ask = "import build, sys; print(*{name.split('.')[1] for name in sys.modules if name.startswith('disclosure.')})"
    asked = subprocess.run([sys.executable, "-c", ask], cwd=PROJECT, capture_output=True, text=True, check=True)
    drawn = [word for line in picture.splitlines() for word in line[12:].split()]
    assert sorted(drawn) == sorted(asked.stdout.split())


def test_the_row_that_the_readme_publishes_is_published(tmp_path: Path) -> None:
    root = tmp_path / "site"
    start(root, "standard")
    rows = re.findall(r"^ +```csv\n(.*?)^ +```$", text("README.md"), re.S | re.M)[0]
    write(root, {"data/blacklist/2026-12.csv": "\n".join(line.strip() for line in rows.splitlines())})
    done = program("build", "--root", str(root), "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "公示 1 条记录" in done.stdout
