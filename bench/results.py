"""What is written to ``results.json``: goals with a verdict, and figures without one."""

from typing import Literal

import msgspec


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio that was promised.

    Attributes:
        goal: In words, with the bound.
        figure: Ratio of two medians taken in this run.
        ours_ms: One operation of the product, milliseconds; only an order of magnitude.
        bare_ms: What it is compared with.
        against: What exactly that is.
    """

    name: str
    goal: str
    figure: float
    verdict: Literal["PASS", "MISS"]
    ours_ms: float
    bare_ms: float
    against: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure nobody promised."""

    name: str
    figure: float
    unit: str
    note: str


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One run on one machine."""

    goals: tuple[Goal, ...]
    informational: tuple[Figure, ...]
    python: str
    cores: int


def verdict(*, passed: bool) -> Literal["PASS", "MISS"]:
    """Return the word for it."""
    return "PASS" if passed else "MISS"
