"""What is decided about invented entities: rows of all registers, streamed, entity by entity."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from bench.blacklist import blacklist_row, listing
from bench.codes import FILLER
from bench.days import working_days
from bench.dice import Dice
from bench.entities import Entity, basics_row, entities
from bench.licences import PERMITS, Permit, licence_cells, licence_remark, licence_state, permits_by_sector
from bench.organs import Organ, by_kind_and_district
from bench.parties import entity_cells, nameless_cells, person_cells, stranger_cells
from bench.penalties import PERSONAL, Offence, offences_by_sector, penalty_cells

_SHAPE = (0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6, 9)
"""How many decisions twenty entities have among them, before scaling to what is asked for."""
_MEAN = sum(_SHAPE) / len(_SHAPE)
_LARGEST = 200


class Row(NamedTuple):
    """One row of one register, and what decides its document number and its file."""

    register: str
    day: str
    organ: Organ
    series: str
    cells: list[str]


class Decider:
    """Draws decisions about one entity after another; knows the days, the organs and what fits which sector."""

    def __init__(self, dice: Dice, as_of: date, of_sending: Dice) -> None:
        self.dice = dice
        self.of_sending = of_sending  # its own, so that nothing else falls otherwise
        self.today = str(as_of)
        self.edges = (self.today, str(as_of - timedelta(1)), str(as_of + timedelta(1)))
        self.days = working_days(date(as_of.year - 7, 1, 2), as_of)
        self.year = bisect_left(self.days, str(as_of - timedelta(356)))
        self.three_years = bisect_left(self.days, str(as_of - timedelta(1100)))
        self.four_years = bisect_left(self.days, str(as_of - timedelta(1420)))
        self.organs = by_kind_and_district()
        self.permits = permits_by_sector()
        self.offences = offences_by_sector()
        self.small_permits = permits_by_sector(small=True)
        self.small_offences = offences_by_sector(small=True)

    def place(self, oldest: int, older: float, founded: str) -> int:
        """The place of a working day of the last year, in some cases of a hundred of before, never before founding."""
        last = len(self.days)
        place = self.year - 1 - self.dice.small(self.year - oldest) if self.dice.chance(older) else -1
        place = place if place >= 0 else self.dice.between(self.year, last - 1)
        if self.days[place] >= founded:
            return place
        first = bisect_left(self.days, founded)
        return min(last - 1, self.dice.between(first, last - 1) if first < last else last - 1)

    def licence(self, party: list[str], permit: Permit, place: int, district: str) -> Row:
        """A licence row."""
        dice, day = self.dice, self.days[place]
        organ = self.organs[permit.organ, district]
        cells = licence_cells(dice, permit, day, organ.district)
        end = [organ.name, organ.code, licence_state(dice), organ.name, organ.code, licence_remark(dice)]
        end.append(self.sent(place, organ))
        return Row("licence", day, organ, permit.series, party + cells + end)

    def penalty(self, party: list[str], offence: Offence, place: int, district: str, until: str = "") -> Row:
        """A penalty row; `until` replaces the last day of publicity."""
        day = self.days[place]
        organ = self.organs[offence.organ, district]
        cells = penalty_cells(self.dice, offence, day, self.days[max(0, place - self.dice.between(12, 45))])
        if until:
            cells[-1] = until
        end = [organ.name, organ.code, organ.name, organ.code, "", self.sent(place, organ)]
        return Row("penalty", day, organ, "罚", [*party, *cells, *end])

    def sent(self, place: int, organ: Organ) -> str:
        """The day on which a decision of some working day is sent: mostly within a week, later by some organs than others."""
        dice = self.of_sending
        late = dice.chance(14 if organ.number % 7 == 3 else 3)
        days = dice.between(8, 25) if late else dice.between(1, 6)
        return "" if dice.chance(2) else self.days[min(place + days, len(self.days) - 1)]

    def listed(self, entity: Entity) -> Row:
        """A row of the blacklist; one in ten ends today."""
        place = self.place(self.three_years, 45, entity.founded)
        if entity.number % 180 == 52:
            founded = min(bisect_left(self.days, entity.founded), len(self.days) - 1)
            place = max(self.dice.between(self.four_years, self.three_years), founded)
        kind, reason, theme = listing(self.dice)
        organ = self.organs[kind, entity.district]
        until = self.today if entity.number % 450 == 7 else ""
        day = self.days[place]
        cells = blacklist_row(entity.name, entity.code, entity.head, reason, organ, day, until, theme)
        return Row("blacklist", day, organ, "失信", cells)

    def permit(self, entity: Entity) -> Permit:
        """A permit that fits the entity's trade and size."""
        return self.dice.one((self.small_permits if entity.kind == "92" else self.permits)[entity.sector])

    def offence(self, entity: Entity) -> Offence:
        """An offence that fits the entity's trade and size."""
        return self.dice.one((self.small_offences if entity.kind == "92" else self.offences)[entity.sector])

    def any(self, entity: Entity) -> Row:
        """A licence or a penalty, under the name that the entity had then."""
        licensed = entity.sector not in self.offences or self.dice.chance(71)
        place = self.place(0, 15, entity.founded) if licensed else self.place(self.three_years, 8, entity.founded)
        party = entity_cells(self.dice, entity, self.named(entity, self.days[place]))
        if licensed:
            return self.licence(party, self.permit(entity), place, entity.district)
        return self.penalty(party, self.offence(entity), place, entity.district)

    def named(self, entity: Entity, day: str) -> str:
        """The entity's name on a day; brackets in half width now and then, which is the same name."""
        name = entity.former if entity.former and day < entity.renamed else entity.name
        return name.replace("（", "(").replace("）", ")") if "（" in name and self.dice.chance(10) else name

    def certain(self, entity: Entity) -> Iterator[Row]:
        """What must occur and is not left to chance: joining rows, both names, lists, last days."""
        dice, number, district = self.dice, entity.number, entity.district
        if number % 10 == 3 and entity.region == district and entity.kind == "92":
            party = entity_cells(dice, entity, entity.name, coded=False)
            party[2] = FILLER if number % 20 == 3 else ""
            yield self.licence(party, PERMITS[0], self.place(0, 15, entity.founded), district)
        if entity.former:
            change = bisect_left(self.days, entity.renamed)
            for place in (change - dice.between(5, 60), change + dice.between(0, 40)):
                party = entity_cells(dice, entity, self.named(entity, self.days[place]))
                yield self.licence(party, PERMITS[0], place, district)
        if number % 45 == 7:
            yield self.listed(entity)
        if number % 250 == 19 and entity.sector in self.offences:
            place = self.place(self.year, 0, entity.founded)
            until = self.edges[number // 250 % 3]
            party = entity_cells(dice, entity, entity.name)
            yield self.penalty(party, self.offences[entity.sector][0], place, district, until)
        if number % 400 == 199 and entity.sector in self.permits:
            party = entity_cells(dice, entity, entity.name)
            row = self.licence(party, self.permit(entity), self.place(0, 0, entity.founded), district)
            yield from (row, row)

    def others(self, number: int, district: str) -> Iterator[Row]:
        """Rows about parties that are no entity with a code: persons, nameless traders, strangers."""
        dice = self.dice
        if number % 28 == 11:
            place = self.place(0, 10, "")
            if dice.chance(50):
                yield self.licence(person_cells(dice), dice.one(self.small_permits["transport"]), place, district)
            else:
                yield self.penalty(person_cells(dice), dice.one(PERSONAL), place, district)
        if number % 50 == 21:
            sector = dice.one(("food", "shop", "hotel"))
            place = self.place(self.three_years, 5, "")
            yield (
                self.licence(nameless_cells(), dice.one(self.small_permits[sector]), place, district)
                if dice.chance(60)
                else self.penalty(nameless_cells(), dice.one(self.small_offences[sector]), place, district)
            )
        if number % 45 == 31:
            party = stranger_cells(dice, district)
            yield self.licence(party, dice.one(self.small_permits["shop"]), self.place(0, 10, ""), district)
            if dice.chance(30):
                yield self.penalty(party, dice.one(self.small_offences["shop"]), self.place(self.year, 0, ""), district)

    def basics(self, entity: Entity) -> Row:
        """The entity's row in the register of basics."""
        kind = {"12": "establishment", "11": "establishment", "51": "civil", "52": "civil"}.get(entity.kind, "market")
        organ = self.organs.get((kind, entity.district)) or self.organs["civil", entity.district]
        changed = self.dice.chance(40)
        approved = entity.renamed or (self.days[self.place(0, 40, entity.founded)] if changed else entity.founded)
        return Row("basics", approved, organ, "", basics_row(entity, organ, max(approved, entity.founded)))


def rows(seed: int, count: int, records: int, as_of: date) -> Iterator[Row]:
    """Rows of all registers about so many entities, `records` in all (at least twice as many as entities).

    Nothing is kept but the names that have been given.
    """
    dice = Dice(seed)
    decider = Decider(dice, as_of, Dice(seed + 1))
    left = records
    for entity in entities(dice, count, as_of):
        last = entity.number == count - 1
        listed = entity.number % 33 != 29
        fixed = [*decider.certain(entity), *decider.others(entity.number, entity.district)]
        if listed:
            fixed.append(decider.basics(entity))
        left -= len(fixed)
        yield from fixed
        waiting = count - entity.number - 1
        spare = left - waiting * 32 // 33 - min(_LARGEST, records // 20)
        scaled = dice.one(_SHAPE) * max(0.0, spare / (waiting + 1)) / _MEAN
        wanted = left if last else max(0, min(left - 6, int(scaled + dice.below(1000) / 1000)))
        if not listed:
            wanted = max(wanted, min(left, 1))
        left -= wanted
        for _ in range(wanted):
            yield decider.any(entity)
