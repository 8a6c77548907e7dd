"""How a party stands in a row: the thirteen cells that licences and penalties have in common."""

from bench import names
from bench.codes import FILLER, identity_number, registration_number
from bench.dice import Dice
from bench.entities import Entity
from bench.organs import DISTRICTS

_UNCODED = ("早市摊位", "夜市小吃摊", "临时经营点", "水产摊", "林下养殖点", "流动餐车", "便民菜店")


def impossible_identity(dice: Dice) -> str:
    """An identity number that nobody has."""
    birth = f"19{dice.between(50, 99)}{dice.between(1, 12):02d}{dice.between(1, 28):02d}"
    return identity_number(birth, dice.between(1, 998))


def entity_cells(dice: Dice, entity: Entity, name: str, coded: bool = True) -> list[str]:
    """The cells of an entity under that name, with or without its codes; now and then with a withheld number."""
    if not coded:
        return [name, entity.category, "", "", "", "", "", "", entity.head, "", "", "", ""]
    code = entity.code
    body = code[8:17]
    chance = dice.below(100)
    return [
        name, entity.category, code,
        registration_number(entity.region, entity.number % 10_000) if chance < 10 and entity.kind in "91 92 93" else "",
        body if chance < 25 else "",
        entity.region + body if 20 < chance < 27 and body.startswith("MA") else "",
        f"1{entity.region}{entity.number % 100_000:05d}" if entity.kind == "12" else "",
        f"{entity.region}{entity.number % 10_000:04d}" if entity.kind in ("51", "52") else "",
        entity.head,
        *(("身份证", impossible_identity(dice)) if chance > 91 else ("", "")), "", "",
    ]  # fmt: skip


def person_cells(dice: Dice) -> list[str]:
    """A natural person: must never be shown."""
    return [
        names.person(dice), "自然人", "", "", "", "", "", "", "", "", "", "身份证", impossible_identity(dice),
    ]  # fmt: skip


def nameless_cells() -> list[str]:
    """A sole trader without a name, with the filler where the code would stand."""
    return ["个体工商户", "个体工商户", FILLER, "", "", "", "", "", "", "", "", "", ""]


def stranger_cells(dice: Dice, district: str) -> list[str]:
    """A small trader that has no code at all and whose name nobody else bears."""
    place = "黑河市" if district == "231100" else DISTRICTS[district]
    name = f"{place}{names.trade_name(dice)}{dice.one(_UNCODED)}"
    return [name, "个体工商户", "", "", "", "", "", "", names.person(dice), "", "", "", ""]
