"""The publicity table is read and held against the registers: no loose end in it, and none in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from disclosure.declared import bad, declared
from disclosure.demands import AMOUNTS
from disclosure.holidays import load_holidays
from disclosure.problems import Place, Problem
from disclosure.registers import Register
from disclosure.rules import Law, Rule, Table
from disclosure.source import Tree, read_tree
from disclosure.source.trees import Trail

FILE = "data/rules/publicity.yaml"
_TEXTS = ("text", "name", "document_number", "choice", "choices")


def load_rules(root: Path, registers: Mapping[str, Register]) -> tuple[Law, list[Problem]]:
    """Return the law that applies to the registers, and a problem for every loose end of the table."""
    table, tree, problems = _table(root)
    calendar, of_calendar = load_holidays(root)
    where = {rule.id: tree.place(("rules", i)) for i, rule in enumerate(table.rules)}
    rules = [rule.model_copy(update={"at": str(where[rule.id])}) for rule in table.rules]
    found: dict[str, tuple[Rule, ...]] = {}
    fields: dict[str, tuple[str, ...]] = {}
    for register in registers.values():
        if register.publicity:
            mine = [rule for rule in rules if rule.publicity == register.publicity]
            if not mine and not problems:
                problems.append(_no_rules(register))
            if any(not rule.counted for rule in mine) and not register.date:
                problems.append(_no_date(register))
            faults = [fault for i, rule in enumerate(table.rules) if rule.publicity == register.publicity
                      for fault in _loose_ends(rule, i, register, tree)]  # fmt: skip
            problems += faults
            if mine and not faults:
                found[register.name] = tuple(mine)
                fields[register.name] = _fields(mine, register)
    problems += _stray(table, tree, registers) + _twice(table, tree)
    return Law(found, fields, table.objections.days, calendar), problems + of_calendar


def _table(root: Path) -> tuple[Table, Tree, list[Problem]]:
    path = root / FILE
    if not path.exists():
        return Table(), Tree(FILE), []
    tree, problems = read_tree(path, FILE)
    if problems:
        return Table(), tree, problems
    if tree.value and not isinstance(tree.value, dict):
        what, mend = "文件不是逐行的「名称: 值」", "第一行写「rules:」，下面每条以「- 」开头"
        return Table(), tree, [Problem("bad-declaration", tree.place(()), what, "期限表由名称和值组成", mend)]
    table, problems = declared(Table, tree)
    return table or Table(), tree, problems


def _fields(rules: Sequence[Rule], register: Register) -> tuple[str, ...]:
    named = [name for rule in rules for case in rule.when for name in case]
    return tuple(dict.fromkeys([*named, *(rule.counted or register.date for rule in rules)]))


def _loose_ends(rule: Rule, index: int, register: Register, tree: Tree) -> Iterator[Problem]:
    """Every field must be the register's and every value possible there."""
    if rule.counted:
        yield from _of_kind(rule.counted, register, ("date", "end_date"), tree.place(("rules", index, "counted")))
    single = isinstance(tree.value["rules"][index].get("when"), dict)
    for number, case in enumerate(rule.when):
        for name, test in case.items():
            at: Trail = ("rules", index, "when", name) if single else ("rules", index, "when", number, name)
            bounds = test.least is not None or test.below is not None
            kinds = AMOUNTS if bounds else ("choices", "choice") if test.only else _TEXTS
            wrong = list(_of_kind(name, register, kinds, tree.place(at)))
            yield from wrong
            choices = register.fields[name].choices if not wrong else []
            for key, values in (("is", test.one_of), ("has", test.has), ("only", test.only)):
                for value in values if choices else ():
                    if value not in choices:
                        yield bad(tree.place((*at, key)), f"「{value}」不是「{name}」的值",
                                   f"名录「{register.label}」的 choices 里没有它", f"改成其中之一：{'、'.join(choices)}")  # fmt: skip


def _of_kind(name: str, register: Register, kinds: Sequence[str], place: Place) -> Iterator[Problem]:
    if name not in register.fields:
        yield bad(place, f"「{name}」不是名录「{register.label}」的字段", f"它不在 data/{register.name}/register.yaml 的 fields 里",
                   "改成已有的字段名")  # fmt: skip
    elif register.fields[name].kind not in kinds:
        kind = register.fields[name].kind
        yield bad(
            place, f"「{name}」的种类是 {kind}", f"这里只能用种类是 {'、'.join(kinds)} 的字段", "换一个字段或条件"
        )


def _no_rules(register: Register) -> Problem:
    place = Place(register.declared_at["publicity"])
    what = f"期限表里没有「{register.publicity}」的规定"
    return bad(place, what, f"{FILE} 没有 publicity 是它的一条", "在表里加上，或删去 publicity 这一行")


def _no_date(register: Register) -> Problem:
    what = f"名录「{register.label}」没有 date，不知道从哪天起算"
    why = f"{FILE} 里有的规定没有写 counted，从名录的 date 起算"
    return bad(Place(register.declared_at["publicity"]), what, why, "在名录里写 date，或在每条规定里写 counted")


def _stray(table: Table, tree: Tree, registers: Mapping[str, Register]) -> list[Problem]:
    used = {register.publicity for register in registers.values()}
    return [
        bad(
            tree.place(("rules", i, "publicity")),
            f"没有名录用「{rule.publicity}」的期限",
            "没有一个 register.yaml 的 publicity 是它",
            "改成名录里写的词，或删去这一条",
        )
        for i, rule in enumerate(table.rules)
        if rule.publicity not in used
    ]


def _twice(table: Table, tree: Tree) -> list[Problem]:
    """Two rules of one name, or of one condition in force on one day, cannot both hold."""
    problems = []
    for (_, one), (j, other) in combinations(enumerate(table.rules), 2):
        place = tree.place(("rules", j))
        if one.id == other.id:
            problems.append(bad(place, f"「{one.id}」写了两次", "一条规定一个 id", "改一个 id"))
        same = (one.publicity, one.otherwise, one.when) == (other.publicity, other.otherwise, other.when)
        if same and one.by == other.by and one.force[0] <= other.force[1] and other.force[0] <= one.force[1]:
            why = "同一天只能有一条管同样的记录"
            problems.append(
                bad(place, f"「{other.id}」和「{one.id}」同时生效，条件也一样", why, "改正 from、to 或 when")
            )
    return problems
