"""Cross-checks within one row, declared in its register: what no single cell can tell.

Each check is a function of the row's values; what it returns says which field is wrong, and why. The rules come from the
standard of 2018 (发改办财金〔2018〕424号) and from what is met in real files; which of them a register wants it declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from disclosure.amounts import convert, decimal_text, written_amounts
from disclosure.codes import same_name
from disclosure.registers import Check, Register

Values = Mapping[str, str]
ORGANISATION = r"(?:公司|中心|合作社|厂|店|超市|局|院|所|社|部|站|馆|集团)(?:[（(][^）)]*[）)])?"
_PARTIES = re.compile(rf"^[^、；;,，/\n]+{ORGANISATION}(?:[、；;,，/\n][^、；;,，/\n]+{ORGANISATION})+$")


class Finding(NamedTuple):
    """What one check found: the sort of problem, the field, what, why, how to mend, and the value that would fit."""

    sort: str
    field: str
    what: str
    why: str
    mend: str
    proposal: str = ""


def check_row(register: Register, values: Values, organs: frozenset[str]) -> Iterator[tuple[Check, Finding]]:
    """Yield what the declared checks of a register find in the values of one row; `organs` are the departments' names."""
    for check in register.checks:
        if applies(check, register, values):
            for finding in CHECKS[check.check](check, register, values, organs):
                yield check, finding


def applies(check: Check, register: Register, values: Values) -> bool:
    """Say whether a row meets the condition of a check: of a field with several choices one is enough."""
    return all(
        not set(values[name].split("、") if register.fields[name].kind == "choices" else [values[name]]).isdisjoint(
            among
        )
        for name, among in check.when.items()
    )


def _amount(check: Check, register: Register, values: Values, _: frozenset[str]) -> Iterator[Finding]:
    """The amount in the text and the amount in its own field are one, or the field is the sum of those in the text."""
    said, text = values[check.field], values[check.text]
    if not said or check.word not in text:
        return
    written = written_amounts(text, check.word)
    unit = register.fields[check.field].unit or "元"
    amount = convert(Decimal(said), unit, "元")
    if not written or amount in written or amount == sum(written):
        return
    proposal = decimal_text(convert(written[0], "元", unit)) if len(set(written)) == 1 else ""
    named = "、".join(f"{decimal_text(yuan)} 元" for yuan in dict.fromkeys(written))
    what = f"「{check.field}」是 {said} {unit}，「{check.text}」里写的是{check.word} {named}"
    mend = f"核对后改成 {proposal}" if proposal else "核对后改成一致"
    yield Finding("amount-differs", check.field, what, "两处说的是同一笔钱", mend, proposal)


def _order(check: Check, register: Register, values: Values, _: frozenset[str]) -> Iterator[Finding]:
    first, then = values[check.field], values[check.then]
    if first and then and first > then:
        what = f"「{check.field}」{first} 晚于「{check.then}」{then}"
        yield Finding("dates-out-of-order", check.field, what, "先后颠倒，其中一个写错了", "核对后改正其中一个")


def _filled(check: Check, register: Register, values: Values, _: frozenset[str]) -> Iterator[Finding]:
    if not values[check.field]:
        said = "、".join(f"{name}有{'或'.join(among)}" for name, among in check.when.items())
        yield Finding("missing-value", check.field, f"「{check.field}」没有填", f"{said}时必填", "补上这一格")


def _begins(check: Check, register: Register, values: Values, _: frozenset[str]) -> Iterator[Finding]:
    value = values[check.field]
    if value and not value.startswith(tuple(check.begins)):
        return
    if value:
        named = "、".join(f"{name}为{values[name]}" for name in check.when)
        what = f"「{value}」以 {value[: len(check.begins[0])]} 开头，与{named}不符"
        yield Finding("code-of-another-sort", check.field, what, check.why, "核对代码和类别，改正写错的一个")


def _not_organ(check: Check, register: Register, values: Values, organs: frozenset[str]) -> Iterator[Finding]:
    name = same_name(values[check.field])
    if name and (name in organs or (register.department and name == same_name(values[register.department]))):
        what = f"「{values[check.field]}」是作出决定的机关，却填在「{check.field}」"
        yield Finding("organ-as-party", check.field, what, "机关和当事人的两列多半填反了", "核对后改成当事人的名称")


def _not_test(check: Check, register: Register, values: Values, _: frozenset[str]) -> Iterator[Finding]:
    if _pattern(check.pattern).search(values[check.field]):
        what = f"「{values[check.field]}」像是测试时填的"
        yield Finding("test-row", check.field, what, "测试数据不得公示", "删去这一行")


def _one_party(check: Check, register: Register, values: Values, _: frozenset[str]) -> Iterator[Finding]:
    name = values[check.field]
    if _PARTIES.match(name):
        why = "一条记录只归一个主体，合写的查不到"
        mend = "每个当事人写成单独的一行；若总是这样报送，在 register.yaml 写 split"
        yield Finding("several-parties", check.field, f"「{name}」里有几个当事人", why, mend)


@lru_cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


# Every check that a register can declare.
CHECKS: dict[str, Callable[[Check, Register, Values, frozenset[str]], Iterator[Finding]]] = {
    "amount": _amount,
    "order": _order,
    "filled": _filled,
    "not-begins": _begins,
    "not-organ": _not_organ,
    "not-test": _not_test,
    "one-party": _one_party,
}
