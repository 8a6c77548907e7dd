"""What a record's values must be to fall under a declared rule: of the publicity table, of what is notable."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field as Key
from pydantic import model_validator

from disclosure.declared import Declared

AMOUNTS = ("money", "number")


class Demand(Declared):
    """What a field's value must be: one of some, with one of some in it, of nothing but some, an amount within bounds."""

    one_of: list[str] = Key(default=[], alias="is")
    has: list[str] = []
    only: list[str] = []
    least: Decimal | None = None
    below: Decimal | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Demand:
        if not self.model_fields_set:
            raise ValueError("没有写条件；写 is、has、only、least、below 中的一样")
        return self

    def holds(self, kind: str, value: str) -> bool:
        """Say whether a canonical value passes; an empty amount is 0."""
        parts = value.split("、") if kind == "choices" else [value]
        sorts = set(parts) | {part[:2] for part in parts if part.startswith("其他")}
        if self.one_of and not sorts & {*self.one_of}:
            return False
        if self.has and not (sorts & {*self.has} or (kind == "text" and any(word in value for word in self.has))):
            return False
        if self.only and not (value and {_sort(part) for part in parts} <= {*self.only}):
            return False
        amount = Decimal(value or 0) if kind in AMOUNTS else Decimal()
        return (self.least is None or amount >= self.least) and (self.below is None or amount < self.below)


def _sort(part: str) -> str:
    """其他-补办 is 其他."""
    return part[:2] if part.startswith("其他") else part


Case = dict[str, Demand]


def meets(case: Case, kinds: Mapping[str, str], cells: Mapping[str, str]) -> bool:
    """Say whether canonical values meet every demand of a case; kinds are by field."""
    return all(test.holds(kinds[name], cells[name]) for name, test in case.items())
