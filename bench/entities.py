"""Invented entities, one after another: each with a valid code, a name, and what the register of basics says."""

from collections import deque
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from bench import names
from bench.codes import credit_code, letters
from bench.days import all_days
from bench.dice import Dice
from bench.organs import DISTRICTS, Organ

_DISTRICTS = (
    ("231100",) * 26 + ("231102",) * 24 + ("231181",) * 16 + ("231183",) * 14 + ("231182",) * 8 + ("231123",) * 6
    + ("231124",) * 6
)  # fmt: skip
# The digits of the prefecture before 1993.
_OLD_REGIONS = {"231181": "232602", "231182": "232603", "231183": "232622", "231123": "232625", "231124": "232626"}
_TYPES = {
    "92": ("个体工商户",),
    "93": ("农民专业合作社",),
    "52": ("民办非企业单位",),
    "51": ("社会团体",),
    "12": ("事业单位",),
    "11": ("机关",),
}
_FIRM_TYPES = (
    "有限责任公司（自然人投资或控股）",
    "有限责任公司（自然人独资）",
    "有限责任公司（法人独资）",
    "其他有限责任公司",
)
_STATES = ("存续",) * 34 + ("注销", "吊销", "迁出")
_ROADS = ("示例路", "样例街", "示范大街", "演示路", "范例街")


class Entity(NamedTuple):
    """Whom records concern; `former` is an older name, which was given up on the day `renamed`."""

    number: int
    kind: str
    sector: str
    name: str
    code: str
    region: str
    district: str
    head: str
    founded: str
    type: str
    state: str
    place: str
    former: str
    renamed: str

    @property
    def category(self) -> str:
        """The standard's word for the sort of party."""
        return "个体工商户" if self.kind == "92" else "法人及非法人组织"


def entities(dice: Dice, count: int, as_of: date) -> Iterator[Entity]:
    """So many entities; no two of the same name, the last one the largest (a transport firm with many vehicles)."""
    days = all_days(date(1998, 1, 5), date(as_of.year - 7, 1, 1))
    recent = all_days(date(as_of.year - 7, 1, 2), as_of)
    ancient = all_days(date(1986, 3, 1), date(1992, 12, 20))
    seen: set[str] = set()
    last: deque[tuple[str, str, str, names.Trade]] = deque(maxlen=40)
    for number in range(count):
        kind = dice.one(names.KINDS)
        district = dice.one(_DISTRICTS)
        trade = names.trade(dice, kind)
        if number == count - 1:
            kind, district, trade = "91", "231102", names.Trade("汽车运输", "transport", "有限责任公司")
        name = names.name(dice, kind, district, trade)
        if number % 20 == 13 and last:
            kind, district, twin, trade = dice.one(last)
            name = names.alike(dice, twin)
        while name in seen:
            name = names.name(dice, kind, district, trade)
        seen.add(name)
        if kind in ("91", "92"):
            last.append((kind, district, name, trade))
        founded = dice.one(ancient if number % 150 == 77 else days if dice.chance(45) else recent)
        region = _region(district, founded)
        yield Entity(
            number, kind, trade.sector, name, credit_code(kind, region, _body(number, founded)), region, district,
            names.person(dice), founded, _type(dice, kind, name), dice.one(_STATES),
            f"{'黑河市' if district == '231100' else DISTRICTS[district]}{dice.one(_ROADS)}{dice.between(1, 400)}号",
            *_renaming(dice, number, name, founded, as_of),
        )  # fmt: skip


def _region(district: str, founded: str) -> str:
    """The district's digits on the day of founding: codes keep the old ones."""
    if founded < "1993":
        return _OLD_REGIONS.get(district, "232601")
    return "231121" if district == "231183" and founded < "2019-09" else district


def _body(number: int, founded: str) -> str:
    """Eight characters, different for every number: digits before the reform of 2015, then beginning with MA."""
    spread = number * 7_368_787
    if founded < "2015-10":
        return f"{spread % 90_000_000 + 10_000_000:08d}" if number < 9_000_000 else letters(spread % 31**8, 8)
    return "MA" + letters(spread % 31**6, 6)


def _type(dice: Dice, kind: str, name: str) -> str:
    if kind != "91":
        return dice.one(_TYPES[kind])
    if name.endswith("分公司"):
        return "有限责任公司分公司"
    return "股份有限公司（非上市）" if "股份" in name else dice.one(_FIRM_TYPES)


def _renaming(dice: Dice, number: int, name: str, founded: str, as_of: date) -> tuple[str, str]:
    """A former name and the day of the change, for one firm in forty."""
    if number % 40 != 5 or not name.endswith("有限公司") or founded > f"{as_of.year - 2}":
        return "", ""
    start = names.opening_length(name)
    former = name[:start] + names.trade_name(dice)[:2] + name[start + 2 :]
    return former, f"{as_of.year - (as_of.month < 7)}-0{dice.between(3, 6)}-{dice.between(10, 28)}"


def basics_row(entity: Entity, registrar: Organ, approved: str) -> list[str]:
    """The entity as the register of basics shows it."""
    return [
        entity.name, entity.code, entity.type, entity.head, entity.founded, entity.place, registrar.name,
        entity.state, entity.former, approved,
    ]  # fmt: skip
