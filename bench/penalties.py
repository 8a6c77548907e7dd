"""What penalties are about: one row a sort of offence, with the law it breaks, and a function that writes one out."""

from typing import NamedTuple

from bench.days import FOREVER, months_later, spoken, years_later
from bench.dice import Dice
from bench.tables import all_sectors, sectors, table


class Offence(NamedTuple):
    """A sort of offence: who punishes it in which sectors, how, by which articles; `parts` are the measures taken."""

    organ: str
    sectors: tuple[str, ...]
    type: str
    texts: tuple[str, ...]
    things: tuple[str, ...]
    basis: str
    parts: tuple[str, ...]
    fines: tuple[int, ...]
    grade: str
    permit: str = ""


def _offences() -> tuple[Offence, ...]:
    lists = ("texts", "things", "parts", "fines")
    return tuple(
        Offence(**(row | {key: tuple(row[key]) for key in lists} | {"sectors": sectors(row["sectors"])}))
        for row in table("offences")["offence"]
    )


OFFENCES = _offences()
PERSONAL = tuple(offence for offence in OFFENCES if not offence.sectors)
"""What only persons do."""

_EVIDENCE = (
    "上述事实，有现场检查笔录、询问笔录、现场照片及当事人营业执照复印件等证据证实。",
    "以上事实有检验报告、进货票据、销售记录和当事人陈述等证据相互印证，证据确凿充分。",
    "调查期间，当事人能够主动配合，如实陈述违法事实并提供证据材料，积极采取整改措施，未造成危害后果。",
    "执法机关依法送达行政处罚告知书，告知当事人拟作出行政处罚的事实、理由、依据以及依法享有的陈述、申辩权利，"
    "当事人在法定期限内未提出陈述、申辩意见，也未要求举行听证。",
    "经查，当事人此前未因同类违法行为受过行政处罚，综合考虑违法行为的事实、性质、情节、社会危害程度和整改情况，"
    "对照本机关行政处罚裁量基准，认定属于一般情节；案件经集体讨论后作出决定。",
)
_SEPARATORS = ("、", "；", "，", ";")
_WORDS = {
    "警告": "给予警告",
    "通报批评": "给予通报批评",
    "暂扣许可证件": "暂扣{permit}三十日",
    "降低资质等级": "资质等级由二级降为三级",
    "吊销许可证件": "吊销{permit}",
    "限制开展生产经营活动": "责令限制生产三个月",
    "责令停产停业": "责令停产停业整顿",
    "责令关闭": "责令关闭",
    "限制从业": "直接负责的主管人员自处罚决定作出之日起五年内不得从事食品生产经营管理工作",
    "行政拘留": "行政拘留五日",
    "其他": "责令限期改正、恢复原状",
}
_ARREST = ("行政拘留",)
_FEN = 1_000_000
_TERMS = {"light": 3, "normal": 12, "severe": 36}


def offences_by_sector(small: bool = False) -> dict[str, tuple[Offence, ...]]:
    """The offences that can be met in each sector; for small traders only those with moderate penalties."""
    fitting = [o for o in OFFENCES if _moderate(o)] if small else [o for o in OFFENCES if o.parts != _ARREST]
    return {
        sector: tuple(offence for offence in fitting if sector in offence.sectors)
        for sector in all_sectors(offence.sectors for offence in fitting)
    }


def _moderate(offence: Offence) -> bool:
    return max(offence.fines, default=0) <= 30_000 and (offence.grade != "severe" or "责令停产停业" in offence.parts)


def in_ten_thousands(fen: int) -> str:
    """An amount in 万元, exact, without needless zeros: 500000 fen as 0.5."""
    whole, rest = divmod(fen, _FEN)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def in_yuan(fen: int) -> str:
    """An amount in 元, exact, without needless zeros: 123450 fen as 1234.5."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def penalty_cells(dice: Dice, offence: Offence, day: str, offended: str) -> list[str]:
    """The cells from the document's number (left empty) to the last day of publicity."""
    fact = dice.one(offence.texts).format(
        day=spoken(offended), thing=dice.one(offence.things), n=dice.between(8, 380) * 5, m=dice.between(2, 19)
    )
    if "{m}" in fact:
        fact = fact.replace("{m}", str(dice.between(2, 9)))
    if dice.chance(45):
        first = dice.below(len(_EVIDENCE))
        fact += "".join(_EVIDENCE[first : first + dice.between(1, 4)])
    parts, content, fined, seized, permit = _measures(dice, offence)
    return [
        "", offence.type, fact, offence.basis, parts, content, fined, seized, permit, day,
        FOREVER if dice.chance(4) else years_later(day, 3 if offence.grade == "severe" else 1),
        "" if dice.chance(12) else months_later(day, _TERMS[offence.grade]),
    ]  # fmt: skip


def _measures(dice: Dice, offence: Offence) -> tuple[str, str, str, str, str]:
    """Sorts of penalty, what was decided, fine, seizure, and the permit suspended or revoked."""
    fine = seized = 0
    named = ""
    said: list[str] = []
    for part in offence.parts:
        if part == "罚款":
            fine = dice.one(offence.fines) * 100
            said.append(f"罚款{in_yuan(fine)}元")
        elif part in ("没收违法所得", "没收非法财物"):
            amount = dice.between(60, 4000) * 100 + (dice.between(1, 99) if dice.chance(30) else 0)
            seized += amount
            what = "违法所得" if part == "没收违法所得" else "违法经营的财物，货值"
            said.append(f"没收{what}{in_yuan(amount)}元")
        else:
            if "{permit}" in _WORDS[part]:
                named = f"{offence.permit}（编号：黑{dice.below(1_000_000):06d}）"
            said.append(_WORDS[part].format(permit=offence.permit))
    content = (
        f"{said[0]}。" if len(said) == 1 else "".join(f"{n}.{text}；" for n, text in enumerate(said, 1))[:-1] + "。"
    )
    return (
        dice.one(_SEPARATORS).join(offence.parts), content, in_ten_thousands(fine) if fine else "",
        in_ten_thousands(seized) if seized else "", named,
    )  # fmt: skip
