"""What licences are about: one row a sort of permit, and a function that writes one out."""

from typing import NamedTuple

from bench.days import FOREVER, years_later
from bench.dice import Dice
from bench.tables import all_sectors, sectors, table


class Permit(NamedTuple):
    """A sort of permit: who gives it to which sectors, what its papers are called, how long it holds (0: for ever)."""

    organ: str
    sectors: tuple[str, ...]
    paper: str
    category: str
    series: str
    certificate: str
    prefix: str
    years: int
    texts: tuple[str, ...]
    things: tuple[str, ...]


def _permits() -> tuple[Permit, ...]:
    return tuple(
        Permit(**(row | {key: tuple(row[key]) for key in ("texts", "things")} | {"sectors": sectors(row["sectors"])}))
        for row in table("permits")["permit"]
    )


PERMITS = _permits()
_BUSINESS = ("餐饮服务经营者", "食品销售经营者", "单位食堂", "餐饮服务经营者（小型餐饮）", "食品销售经营者（网络经营）")
_STATES = ("有效",) * 42 + ("注销", "注销", "注销", "撤销", "撤回", "异议", "其他")
_REMARKS = ("",) * 30 + ("延续", "依申请变更", "补录历史数据", "告知承诺制办理")


# What a small shop is not given.
_LARGE = {"reform", "land", "build", "ecology", "water", "forest", "safety", "labour"}


def permits_by_sector(small: bool = False) -> dict[str, tuple[Permit, ...]]:
    """The permits that each sector can be given; for small traders without those of large undertakings."""
    fitting = [p for p in PERMITS if not small or (p.organ not in _LARGE and p.category != "特许")]
    return {
        sector: tuple(permit for permit in fitting if sector in permit.sectors)
        for sector in all_sectors(permit.sectors for permit in fitting)
    }


def licence_cells(dice: Dice, permit: Permit, day: str, region: str) -> list[str]:
    """The cells from the document's name to the end of validity, its number left empty."""
    content = dice.one(permit.texts).format(
        thing=dice.one(permit.things), other=permit.things[0], biz=dice.one(_BUSINESS), n=dice.between(2, 99) * 10,
        m=dice.between(2, 24),
    )  # fmt: skip
    if "{n}" in content:
        content = content.replace("{n}", str(dice.between(2, 60) * 50))
    number = f"{permit.prefix}{region}{dice.below(100_000):05d}" if permit.prefix else ""
    until = years_later(day, permit.years) if permit.years else FOREVER
    return [permit.paper, "", permit.category, permit.certificate, number, content, day, day, until]


def licence_state(dice: Dice) -> str:
    """Mostly in force."""
    return dice.one(_STATES)


def licence_remark(dice: Dice) -> str:
    """Mostly nothing."""
    return dice.one(_REMARKS)
