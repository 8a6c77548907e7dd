"""Registers 名录 as they are declared in data/<register>/register.yaml: a new one needs no Python."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from disclosure.declared import Declared, declared
from disclosure.kinds import KINDS, UNITS, Options
from disclosure.problems import Place, Problem
from disclosure.source import Tree, read_tree
from disclosure.source.trees import Trail

DECLARATION = "register.yaml"
Tone = Literal["licence", "penalty", "blacklist", "honour", "plain"]
Condition = dict[str, list[str]]
Personal = Literal["refuse", "mask", "set-aside"]


class Source(Declared):
    """One column of a file that can fill a field: its title, its own unit, the part of it that counts."""

    title: str
    unit: str = ""
    extract: str = ""

    @field_validator("extract")
    @classmethod
    def _pattern(cls, value: str) -> str:
        try:
            groups = re.compile(value).groups
        except re.error as error:
            raise ValueError(f"不是正则表达式（{error.msg}）；改正括号或转义") from None
        if value and groups != 1:
            raise ValueError("要有且只有一对圆括号，圈出要取的部分；加上一对圆括号")
        return value

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str) -> str:
        return _known_unit(value)


class Field(Declared):
    """One field of a register: its kind and what the kind needs, whether it must be filled, what fills it."""

    kind: str = "text"
    required: bool = False
    required_when: Condition = {}
    withheld_when: Condition = {}
    unit: str = ""
    choices: list[str] = []
    allow: list[str] = []
    sources: list[Source] = Key(default=[], alias="from")
    default: str = ""
    personal: Personal | Literal[""] = ""

    @field_validator("kind")
    @classmethod
    def _kind(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError(f"没有这个种类；改成其中之一：{'、'.join(KINDS)}")
        return value

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str) -> str:
        return _known_unit(value)

    @field_validator("sources", mode="before")
    @classmethod
    def _titles(cls, value: object) -> object:
        return (
            [{"title": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )

    @model_validator(mode="after")
    def _choices(self) -> Field:
        if self.kind in ("choice", "choices") and not self.choices:
            raise ValueError("种类 choice 要写出可选的值；加一行「choices: [甲, 乙]」")
        return self

    @cached_property
    def options(self) -> Options:
        """What the kind is given."""
        return Options(self.unit, tuple(self.choices), tuple(self.allow))


def _known_unit(value: str) -> str:
    if value and value not in UNITS:
        raise ValueError(f"没有这个单位；改成其中之一：{'、'.join(UNITS)}")
    return value


class Expect(Declared):
    """What a register must hold, so that a half-empty export does not replace a full one: least rows shown, the largest
    drop and the least share of filled cells by field, both in percent."""

    least: int = 0
    drop: float | None = None
    fill: dict[str, float] = {}

    @field_validator("drop", mode="before")
    @classmethod
    def _share(cls, value: object) -> object:
        return _percent(value)

    @field_validator("fill", mode="before")
    @classmethod
    def _shares(cls, value: object) -> object:
        return {name: _percent(share) for name, share in value.items()} if isinstance(value, dict) else value


def _percent(value: object) -> object:
    return value.removesuffix("%") if isinstance(value, str) else value


class Register(Declared):
    """One public list of one sort of record. Names of fields refer to `fields`.

    `name` is the folder's and `declared_at` the place of each key and field in the declaration: neither is written in it.
    """

    name: str
    label: str
    badge: str
    order: int = 100
    tone: Tone = "plain"
    section: str = ""
    intro: str = ""
    party: str
    code: str = ""
    key: list[str] = Key(min_length=1)
    date: str = ""
    date_label: str = "决定"
    ends: str = ""
    publicity: str = ""
    department: str = ""
    source: str = ""
    state: str = ""
    persons: Condition = {}
    personal: Personal = "refuse"
    title: list[str] = []
    summary: list[str] = []
    columns: list[str]
    counted: list[str] = []
    numbers: list[str] = []
    mark: str = ""
    head: list[str] = []
    former: str = ""
    aliases: dict[str, str] = {}
    ignored: list[str] = []
    withheld: list[str] = []
    fields: dict[str, Field]
    expect: Expect = Expect()
    declared_at: dict[str, str] = {}

    @field_validator("mark")
    @classmethod
    def _mark(cls, value: str) -> str:
        if re.search(r"[{}]", value.replace("{count}", "")):
            raise ValueError("花括号里只能写 {count}；写成 有行政处罚公示 {count} 条")
        return value

    @cached_property
    def titles(self) -> dict[str, str]:
        """Every title a file may use, normalised, with the field it fills."""
        titles = {same_title(name): name for name in self.fields}
        titles |= {same_title(title): name for title, name in self.aliases.items()}
        return titles

    @cached_property
    def position(self) -> dict[str, int]:
        """The position of each field in a record's values."""
        return {name: index for index, name in enumerate(self.fields)}


def same_title(title: str) -> str:
    """Return what two spellings of one column title have in common: half width, no white space."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()


def load_registers(data: Path, under: Path) -> tuple[dict[str, Register], list[Problem]]:
    """Return the registers declared below `data`, in their declared order, with the faults of all of them."""
    registers: dict[str, Register] = {}
    problems: list[Problem] = []
    for path in sorted(data.glob(f"*/{DECLARATION}")):
        tree, faults = read_tree(path, path.relative_to(under).as_posix())
        if not faults:
            register, faults = _register(tree, path.parent.name)
            if register and not faults:
                registers[register.name] = register
        problems += faults
    in_order = sorted(registers.values(), key=lambda register: (register.order, register.name))
    return {register.name: register for register in in_order}, problems


def _register(tree: Tree, name: str) -> tuple[Register | None, list[Problem]]:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        what, why = f"名录的文件夹「{name}」不能这样命名", "文件夹名是网址的一部分"
        return None, [_bad(Place(tree.name), what, why, "只用小写英文字母、数字和连字符，以字母开头")]
    if not isinstance(tree.value, dict):
        return None, [
            _bad(
                tree.place(()),
                "文件不是逐行的「名称: 值」",
                "名录的声明由名称和值组成",
                "参照 data/penalty/register.yaml",
            )
        ]
    tree.value["name"] = name
    tree.value["fields"] = _fields(tree.value.get("fields"))
    tree.value["declared_at"] = {
        trail[-1]: str(place)
        for trail, place in tree.keys.items()
        if len(trail) == 1 or (len(trail) == 2 and trail[0] == "fields")
    }
    register, problems = declared(Register, tree)
    return register, problems or ([] if register is None else _loose_ends(register, tree))


def _fields(value: object) -> object:
    """A field with nothing behind it is a text; one word behind it is its kind."""
    if not isinstance(value, dict):
        return value
    return {name: {"kind": spec or "text"} if isinstance(spec, str) else spec for name, spec in value.items()}


def homeless(registers: dict[str, Register], sections: list[str]) -> list[Problem]:
    """Return a problem for every register whose section is none of the site's."""
    return [
        _bad(
            Place(register.declared_at["section"]),
            f"「{register.section}」不是主体页的栏目",
            "site.yaml 的 sections 里没有它",
            f"改成其中之一：{'、'.join(sections)}",
        )
        for register in registers.values()
        if register.section and register.section not in sections
    ]


# What a register does with these fields, only these kinds allow: a code names a page, dates are compared.
_KINDS_OF = {"code": ("credit_code",), "date": ("date", "end_date"), "ends": ("date", "end_date")}
_ONE = ("party", "code", "date", "ends", "department", "source", "state", "former")
_MANY = ("key", "title", "summary", "columns", "counted", "numbers", "head")


def _loose_ends(register: Register, tree: Tree) -> list[Problem]:
    """Every name of a field must be declared, and no title may mean two fields."""
    named: list[tuple[Trail, str]] = [((key,), getattr(register, key)) for key in _ONE if getattr(register, key)]
    named += [((key, i), name) for key in _MANY for i, name in enumerate(getattr(register, key))]
    named += [(("aliases", title), name) for title, name in register.aliases.items()]
    named += [(("persons", name), name) for name in register.persons]
    named += [(("expect", "fill", name), name) for name in register.expect.fill]
    named += [
        (("fields", field, key, name), name)
        for field, spec in register.fields.items()
        for key in ("required_when", "withheld_when")
        for name in getattr(spec, key)
    ]
    problems = [
        _bad(
            tree.place(trail),
            f"「{name}」不是这个名录的字段",
            "它不在 fields 里",
            "在 fields 里加上它，或改成已有的字段名",
        )
        for trail, name in named
        if name not in register.fields
    ]
    both = {same_title(title) for title in register.withheld} & set(register.titles)
    problems += [
        _bad(
            tree.place((key,)),
            f"「{name}」的种类是 {register.fields[name].kind}",
            f"{key} 指的字段种类只能是 {'、'.join(kinds)}",
            "改它的 kind",
        )
        for key, kinds in _KINDS_OF.items()
        if (name := getattr(register, key)) in register.fields and register.fields[name].kind not in kinds
    ]
    problems += [
        _bad(tree.place(("aliases", title)), f"「{title}」是另一个字段的名称", "它不能又是别名", "删去这一行，或改别名")
        for title, name in register.aliases.items()
        if any(same_title(title) == same_title(other) and other != name for other in register.fields)
    ]
    problems += [
        _bad(tree.place(("withheld",)), f"「{title}」既要公开又不公开", "它同时在 fields 和 withheld 里", "留下一处")
        for title in sorted(both)
    ]
    return problems


def _bad(place: Place, what: str, why: str, mend: str) -> Problem:
    return Problem("bad-declaration", place, what, why, mend)
