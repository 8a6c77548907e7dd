"""Entries of lists of serious breaches: who lists, for what, and until when they are shown."""

from bench.days import years_later
from bench.dice import Dice
from bench.organs import Organ
from bench.tables import table

REASONS = tuple((row["organ"], row["text"], row["theme"]) for row in table("listings")["listing"])
"""The kind of organ that lists, the reason with the rule that the list rests on, and its theme."""


def blacklist_row(
    name: str, code: str, head: str, reason: str, organ: Organ, day: str, until: str, theme: str
) -> list[str]:
    """One entry, its document number left empty; shown for three years unless `until` says otherwise."""
    return [name, code, head, "", reason, day, organ.name, until or years_later(day, 3), theme, "", ""]


def listing(dice: Dice) -> tuple[str, str, str]:
    """The kind of organ that lists, why, and under which theme."""
    return dice.one(REASONS)
