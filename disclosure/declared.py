"""Declarations: a YAML file held against a pydantic model, every fault of it with its place."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from disclosure.problems import Place, Problem
from disclosure.source import Tree
from disclosure.source.trees import Trail

M = TypeVar("M", bound=BaseModel)


class Declared(BaseModel):
    """The base of every declaration: no unknown key, no change after it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def declared(model: type[M], tree: Tree, trail: Trail = ()) -> tuple[M | None, list[Problem]]:
    """Return the model made of the values at `trail`, or None and all faults."""
    value = tree.value
    for step in trail:
        value = value[step]
    try:
        return model.model_validate({} if value == "" else value), []
    except ValidationError as error:
        return None, [_problem(model, tree, trail, dict(fault)) for fault in error.errors()]


_WHY = {
    "greater_than_equal": ("太小了", "写大一些的数，范围见 docs/"),
    "less_than_equal": ("太大了", "写小一些的数，范围见 docs/"),
    "too_short": ("不能是空的", "至少写一项"),
    "bool_parsing": ("只能是 true 或 false", "写 true 或 false"),
    "int_parsing": ("要一个整数", "写一个整数"),
    "float_parsing": ("要一个数字", "写一个数字"),
    "list_type": ("要一个列表", "写成 [甲, 乙] 或逐行以「- 」开头"),
    "dict_type": ("要逐行的「名称: 值」", "在下面缩进两格，逐行写「名称: 值」"),
    "model_type": ("要逐行的「名称: 值」", "在下面缩进两格，逐行写「名称: 值」"),
    "string_type": ("要一个词", "写成一个词"),
    "date_from_datetime_parsing": ("要一个日期", "写成 年-月-日，如 2024-01-31"),
}


def bad(place: Place, what: str, why: str, mend: str) -> Problem:
    """Return the fault of a declaration that no model can find."""
    return Problem("bad-declaration", place, what, why, mend)


def as_day(value: object) -> object:
    """Return a day written YYYY-MM-DD; raise ValueError, in the words of a fault, where a text is none."""
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("不是日期；写成 年-月-日，如 2024-01-31") from None


def _problem(model: type[BaseModel], tree: Tree, base: Trail, fault: dict[str, Any]) -> Problem:
    trail: Trail = (*base, *(step for step in fault["loc"] if step != "[key]"))
    trail = _existing(tree, trail) if fault["type"] != "missing" else trail
    last = str(trail[-1]) if trail else ""
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(last, list(_keys(model)), 1)
        mend = f"改成「{near[0]}」或删去这一行" if near else "删去这一行"
        return Problem(
            "unknown-key",
            tree.keys.get(trail, tree.place(trail)),
            f"不认识的键「{last}」",
            "这里不用这个键，可能是写错",
            mend,
        )
    if fault["type"] == "missing":
        return Problem(
            "bad-declaration", tree.place(trail[:-1]), f"缺少「{last}」", "这一项必须声明", f"加一行「{last}: …」"
        )
    if fault["type"] == "value_error":
        why, mend = str(fault["ctx"]["error"]), "按说明改正"
        if "；" in why:
            why, mend = why.split("；", 1)
    elif fault["type"] == "literal_error":
        choices = fault["ctx"]["expected"].replace(" or ", "、").replace("'", "")
        why, mend = "不在可选的值里", f"改成其中之一：{choices}"
    else:
        why, mend = _WHY.get(fault["type"], (f"值不合要求（{fault['type']}）", "参照 docs/ 里的说明改正"))
    shown = fault["input"] if isinstance(fault["input"], str) else last
    what = f"第 {int(last) + 1} 项不能这样写" if shown == last and last.isdigit() else f"「{shown}」不能用在「{last}」"
    return Problem("bad-declaration", tree.place(trail), what, why, mend)


def _existing(tree: Tree, trail: Trail) -> Trail:
    while trail and trail not in tree.places:
        trail = trail[:-1]
    return trail


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        yield info.alias or name
