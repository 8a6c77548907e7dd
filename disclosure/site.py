"""The site's own settings (site.yaml) and its departments (data/departments.yaml)."""

from __future__ import annotations

import datetime
import re
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field as Key
from pydantic import field_validator

from disclosure.codes import same_name, wrong_credit_code
from disclosure.declared import Declared, as_day, declared
from disclosure.personal import contacts
from disclosure.problems import Problem
from disclosure.source import read_tree

# The tabs of an entity page on 信用中国, in its order.
SECTIONS = ["行政管理", "诚实守信", "严重失信", "经营异常", "信用承诺", "信用评价", "司法判决", "其他"]


class Contact(Declared):
    """Where objections go."""

    phone: str = ""
    address: str = ""


class Department(Declared):
    """One organ 部门 that decides, issues or sends records."""

    name: str
    short: str = ""
    aliases: list[str] = []
    code: str = ""
    district: str = ""
    enforcement: bool = False
    contact: Contact = Contact()

    @field_validator("code")
    @classmethod
    def _code(cls, value: str) -> str:
        wrong = wrong_credit_code(value) if value else ""
        if wrong:
            raise ValueError(f"不是统一社会信用代码（{wrong}）；按证书核对后改正，没有就删去")
        return value

    @field_validator("district")
    @classmethod
    def _district(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d{6}", value):
            raise ValueError("不是 6 位区划代码；如 231102")
        return value


class Link(Declared):
    """A label that leads to an address of this site; `at` is its place in site.yaml, not written in the file."""

    label: str
    address: str
    summary: str = ""
    at: str = ""


class Fulltext(Declared):
    """Of how many records, the newest, the full text has the words."""

    records: int = Key(default=2000, ge=0, le=50_000)


class Licence(Declared):
    """Under what the data may be used again: name and path as in a Data Package, and the title that people read."""

    name: str
    title: str
    path: str = ""


class OpenData(Declared):
    """The files of open data: up to how many rows a workbook is written, and their licence."""

    workbook_rows: int = Key(default=10_000, ge=0, le=1_000_000)
    licence: Licence | None = None


class Site(Declared):
    """The settings of one site. `address` is where it will stand on the web, with a slash at its end."""

    name: str
    formal_name: str
    seal: str = "信"
    address: str
    description: str
    keywords: str = ""
    id_code: str = ""
    host_unit: str = ""
    organizer: str = ""
    icp: str = ""
    police_record: str = ""
    postal_address: str = ""
    phone: str = ""
    contacts: list[str] = []
    demonstration: bool = False
    as_of: datetime.date | None = None
    faults: Literal["refuse", "set-aside"] = "refuse"
    districts: dict[str, str] = {}
    former_districts: dict[str, str] = {}
    sections: list[str] = SECTIONS
    navigation: list[Link] = []
    services: list[Link] = []
    accessibility: Link | None = None
    examples: list[str] = []
    news: str = ""
    keep: int = Key(default=3, ge=1, le=100)
    compress: list[Literal["gzip", "brotli"]] = []
    approval: Literal["", "required"] = ""
    rows: int = Key(default=100, ge=20, le=5000)
    fulltext: Fulltext = Fulltext()
    open_data: OpenData = OpenData()
    coverage: list[str] = []

    @field_validator("as_of", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return as_day(value) if isinstance(value, str) and value else None

    @field_validator("address")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")) or not value.endswith("/"):
            raise ValueError("不是网址；以 https:// 开头，以 / 结尾")
        return value

    @cached_property
    def domain(self) -> str:
        """The host name of the address."""
        return urlsplit(self.address).netloc


def declared_contacts(site: Site, departments: Departments) -> frozenset[str]:
    """Return every telephone and address that the site may show: its own, its departments' and those declared beside."""
    own = [site.phone, site.postal_address, *site.contacts]
    theirs = [text for department in departments.all for text in (department.contact.phone, department.contact.address)]
    return contacts([*own, *theirs])


class Departments:
    """Every department, found by any of its names or its code; `names` are all of their names, normalised."""

    def __init__(self, departments: list[Department]) -> None:
        self.all = departments
        self._by_name = {same_name(name): d for d in departments for name in (d.name, d.short, *d.aliases) if name}
        self._by_code = {d.code: d for d in departments if d.code}
        self.names = frozenset(self._by_name)

    def find(self, name: str, code: str = "") -> Department | None:
        """Return the department with this name or code."""
        return self._by_name.get(same_name(name)) or self._by_code.get(code)


def load_site(root: Path) -> tuple[Site | None, list[Problem]]:
    """Return the settings in site.yaml."""
    tree, problems = read_tree(root / "site.yaml", "site.yaml")
    if problems:
        return None, problems
    for key in ("navigation", "services"):
        for index, link in enumerate(tree.value.get(key) or [] if isinstance(tree.value, dict) else []):
            if isinstance(link, dict):
                link["at"] = str(tree.place((key, index)))
    if isinstance(tree.value, dict) and isinstance(link := tree.value.get("accessibility"), dict):
        link["at"] = str(tree.place(("accessibility",)))
    return declared(Site, tree)


def load_departments(root: Path) -> tuple[Departments, list[Problem]]:
    """Return the departments in data/departments.yaml, none where there is no such file."""
    path = root / "data" / "departments.yaml"
    if not path.exists():
        return Departments([]), []
    tree, problems = read_tree(path, "data/departments.yaml")
    if tree.value and not isinstance(tree.value, list):
        what, mend = "文件不是部门的列表", "每个部门以「- 」开头，下面逐行写 name、code、district"
        return Departments([]), [Problem("bad-declaration", tree.place(()), what, "部门逐个列出", mend)]
    found: list[Department] = []
    taken: dict[str, str] = {}
    for index in range(len(tree.value)):
        department, faults = declared(Department, tree, (index,))
        problems += faults
        if department is None:
            continue
        for word in dict.fromkeys([department.name, department.short, *department.aliases, department.code]):
            if word and taken.setdefault(same_name(word), department.name) != department.name:
                what = f"「{word}」也是「{taken[same_name(word)]}」的名称或代码"
                why = "一个名称或代码只能指一个部门"
                problems.append(Problem("department-twice", tree.place((index,)), what, why, "删去一处"))
        found.append(department)
    return Departments(found), problems
