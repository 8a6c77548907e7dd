"""Chance that falls the same way on every machine and every Python."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one seed; built on `Random.random` alone, the one method whose sequence Python promises to keep."""

    __slots__ = ("_next",)

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return int(self._next() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def small(self, limit: int) -> int:
        """A whole number from 0 to limit - 1, small ones far more often: a long tail."""
        first = self._next()
        return int(first * first * limit)

    def chance(self, percent: float) -> bool:
        """True in so many cases of a hundred."""
        return self._next() * 100 < percent

    def one(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self._next() * len(choices))]
