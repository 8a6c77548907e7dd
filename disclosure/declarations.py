"""The declarations of registers, read from data/: register.yaml and mend.yaml, every loose end of them a fault."""

from __future__ import annotations

import re
from pathlib import Path

from disclosure.declared import bad, declared
from disclosure.problems import Place, Problem
from disclosure.registers import Mend, Register, same_title
from disclosure.site import Site
from disclosure.source import Tree, read_tree
from disclosure.source.trees import Trail

DECLARATION, MENDING = "register.yaml", "mend.yaml"


def load_registers(data: Path, under: Path) -> tuple[dict[str, Register], list[Problem]]:
    """Return the registers declared below `data`, in their declared order, with the faults of all of them."""
    registers: dict[str, Register] = {}
    problems: list[Problem] = []
    for path in sorted(data.glob(f"*/{DECLARATION}")):
        tree, faults = read_tree(path, path.relative_to(under).as_posix())
        if not faults:
            mends, faults = _mends(path.with_name(MENDING), under)
            register, wrong = _register(tree, path.parent.name, mends)
            faults += wrong
            if register and not faults:
                registers[register.name] = register
        problems += faults
    in_order = sorted(registers.values(), key=lambda register: (register.order, register.name))
    return {register.name: register for register in in_order}, problems


def _mends(path: Path, under: Path) -> tuple[list[Mend], list[Problem]]:
    """Return the decided replacements of one register, none where there is no such file."""
    if not path.exists():
        return [], []
    tree, problems = read_tree(path, path.relative_to(under).as_posix())
    if tree.value and not isinstance(tree.value, list):
        what, mend = "文件不是改正的列表", "每条以「- 」开头，下面逐行写 field、wrong、right、by、on、why"
        return [], [bad(tree.place(()), what, "改正逐条列出", mend)]
    mends: list[Mend] = []
    for index in range(len(tree.value)):
        if isinstance(tree.value[index], dict):
            tree.value[index]["at"] = str(tree.place((index,)))
        made, faults = declared(Mend, tree, (index,))
        problems += faults
        if made and any((made.field, made.wrong) == (other.field, other.wrong) for other in mends):
            what = f"「{made.wrong}」在「{made.field}」里改了两次"
            problems.append(bad(tree.place((index,)), what, "同一个值只能有一种改法", "留下一条"))
        elif made:
            mends.append(made)
    return mends, problems


def _register(tree: Tree, name: str, mends: list[Mend]) -> tuple[Register | None, list[Problem]]:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        what, why = f"名录的文件夹「{name}」不能这样命名", "文件夹名是网址的一部分"
        return None, [bad(Place(tree.name), what, why, "只用小写英文字母、数字和连字符，以字母开头")]
    if not isinstance(tree.value, dict):
        return None, [
            bad(
                tree.place(()),
                "文件不是逐行的「名称: 值」",
                "名录的声明由名称和值组成",
                "参照 data/penalty/register.yaml",
            )
        ]
    tree.value["name"] = name
    tree.value["fields"] = _fields(tree.value.get("fields"))
    tree.value["mends"] = mends
    for index, check in enumerate(tree.value.get("checks") or []):
        if isinstance(check, dict):
            check["at"] = str(tree.place(("checks", index)))
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
        bad(
            Place(register.declared_at["section"]),
            f"「{register.section}」不是主体页的栏目",
            "site.yaml 的 sections 里没有它",
            f"改成其中之一：{'、'.join(sections)}",
        )
        for register in registers.values()
        if register.section and register.section not in sections
    ]


def uncovered(registers: dict[str, Register], site: Site) -> list[Problem]:
    """Return a problem for every register of the site's coverage that is none, or has no department."""
    return [
        bad(
            Place("site.yaml"),
            f"coverage 里的「{name}」{'不是名录' if name not in registers else '没有声明 department'}",
            "覆盖率按部门数各名录有没有记录",
            "写名录的文件夹名，名录要声明 department",
        )
        for name in site.coverage
        if name not in registers or not registers[name].department
    ]


def astray(registers: dict[str, Register]) -> list[Problem]:
    """Return a problem for every field that refers to a register that is none, or whose records no one field names."""
    return [
        bad(
            Place(register.declared_at["refers"]),
            f"「{field}」指向的名录「{target}」{'不存在' if target not in registers else '不是用一个字段编号的'}",
            "refers 写：字段: 另一个名录的文件夹名，那个名录的 key 只有一个字段",
            f"改成其中之一：{'、'.join(name for name, other in registers.items() if len(other.key) == 1)}",
        )
        for register in registers.values()
        for field, target in register.refers.items()
        if target not in registers or len(registers[target].key) != 1
    ]


def _themes(register: Register, tree: Tree) -> list[Problem]:
    """Every theme has a list of its own: each value of the field is named once, and no other."""
    choices = register.fields[register.theme].choices if register.theme in register.fields else []
    if sorted(choices) == sorted(register.themes) and len(register.named) == len(register.themes):
        return []
    what, why = "themes 和 theme 字段的 choices 对不上", "每个可选的值各有一个列表，name 是它的网址，不能相同"
    return [
        bad(
            tree.place(("themes",) if register.themes else ("theme",)),
            what,
            why,
            "choices 里的每个值写一项，name 各不相同",
        )
    ]


# What a register does with these fields, only these kinds allow: a code names a page, dates are compared.
_KINDS_OF = {
    "code": ("credit_code",),
    "date": ("date", "end_date"),
    "ends": ("date", "end_date"),
    "theme": ("choice",),
    "scorecard": ("date",),
}
_ONE = ("party", "code", "date", "ends", "department", "source", "state", "former", "theme")
_MANY = ("key", "title", "summary", "columns", "counted", "numbers", "head", "twice")


def _field_of(register: Register, key: str) -> str:
    """Return the field that a key names whose kind is held."""
    if key == "scorecard":
        return register.scorecard.reported if register.scorecard else ""
    return str(getattr(register, key))


def _loose_ends(register: Register, tree: Tree) -> list[Problem]:
    """Every name of a field must be declared, and no title may mean two fields."""
    named: list[tuple[Trail, str]] = [((key,), getattr(register, key)) for key in _ONE if getattr(register, key)]
    named += [((key, i), name) for key in _MANY for i, name in enumerate(getattr(register, key))]
    named += [(("aliases", title), name) for title, name in register.aliases.items()]
    named += [((key, name), name) for key in ("persons", "shown_when", "refers") for name in getattr(register, key)]
    named += [(("notable",), name) for case in register.notable if isinstance(case, dict) for name in case]
    if register.deadline:
        named += [(("deadline", "date"), register.deadline.date)]
        named += [(("deadline", "done", name), name) for name in register.deadline.done]
    if register.scorecard:
        named += [(("scorecard", "complete", i), name) for i, name in enumerate(register.scorecard.complete)]
        named += [(("scorecard", "reported"), register.scorecard.reported)] if register.scorecard.reported else []
    named += [(("expect", "fill", name), name) for name in register.expect.fill]
    named += [
        (("fields", field, key, name), name)
        for field, spec in register.fields.items()
        for key in ("required_when", "withheld_when")
        for name in getattr(spec, key)
    ]
    for i, check in enumerate(register.checks):
        named += [(("checks", i, key), name) for key in ("field", "text", "then") if (name := getattr(check, key))]
        named += [(("checks", i, "when", name), name) for name in check.when]
    problems = [
        bad(
            Place(mend.at), f"「{mend.field}」不是这个名录的字段", f"{tree.name} 的 fields 里没有它", "改成已有的字段名"
        )
        for mend in register.mends
        if mend.field not in register.fields
    ]
    problems += [
        bad(
            tree.place(trail),
            f"「{name}」不是这个名录的字段",
            "它不在 fields 里",
            "在 fields 里加上它，或改成已有的字段名",
        )
        for trail, name in named
        if name not in register.fields
    ]
    if register.persons_shown and not register.persons:
        what, why = "没有写 persons，不知道哪些是自然人", "persons_shown 说的是合 persons 的记录怎样公示"
        problems.append(bad(tree.place(("persons_shown",)), what, why, "写上 persons，或删去 persons_shown"))
    problems += _themes(register, tree)
    if register.scorecard and not (register.date and register.department):
        what, why = "写了 scorecard，没有写 date 和 department", "评分卡按部门、按决定的月份数"
        problems.append(bad(tree.place(("scorecard",)), what, why, "写上 date 和 department，或删去 scorecard"))
    if not register.party and (register.section or register.code or register.split or register.persons):
        what = "没有写 party，却写了只对当事人才有意思的键"
        why = "没有当事人的名录，记录不归任何主体"
        problems.append(bad(tree.place(()), what, why, "写上 party；或者删去 section、code、split、persons"))
    both = {same_title(title) for title in register.withheld} & set(register.titles)
    problems += [
        bad(
            tree.place((key,)),
            f"「{name}」的种类是 {register.fields[name].kind}",
            f"{key} 指的字段种类只能是 {'、'.join(kinds)}",
            "改它的 kind",
        )
        for key, kinds in _KINDS_OF.items()
        if (name := _field_of(register, key)) in register.fields and register.fields[name].kind not in kinds
    ]
    problems += [
        bad(tree.place(("aliases", title)), f"「{title}」是另一个字段的名称", "它不能又是别名", "删去这一行，或改别名")
        for title, name in register.aliases.items()
        if any(same_title(title) == same_title(other) and other != name for other in register.fields)
    ]
    problems += [
        bad(tree.place(("withheld",)), f"「{title}」既要公开又不公开", "它同时在 fields 和 withheld 里", "留下一处")
        for title in sorted(both)
    ]
    return problems
