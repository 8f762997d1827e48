"""Conditions of items: yes-or-no expressions over the facts of a record, in the Common Expression Language.

Only where a column cannot say it, such as "from 5,000 yuan on". An expression knows whole numbers and yes/no,
comparisons, ``&& || ! + - *`` and parentheses; it is compiled once, and tried over the
ends of every fact before a rule set is loaded, so that it always answers.
"""

import itertools
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, ClassVar

import cel
import msgspec
from msgspec import Meta

from credit.domain.cells.cell import WrongError, plain
from market.kernel.errors import InvalidInputError, RuleError

Fact = int | bool

Fen = Annotated[int, Meta(ge=0, le=10**13, extra={"form": "fen"})]
Days = Annotated[int, Meta(ge=0, le=36_500)]

FACTS: Mapping[str, tuple[Fact, ...]] = {
    "amount_fen": (0, 1, 10**13),
    "days_late": (0, 1, 36_500),
    "death": (False, True),
    "harm": (False, True),
}
"""Fact of a record -> values an expression is tried with, the ends of its range among them."""

REPEATED = "repeated"
EXIT_FACTS: Mapping[str, tuple[Fact, ...]] = {**FACTS, REPEATED: (False, True)}
"""What a condition of the exit list may ask besides: whether the item was active there before."""

_FUNCTIONS = frozenset(
    {"_&&_", "_||_", "!_", "_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_", "_+_", "_-_", "_*_", "-_"}
)
_LETTERS = re.compile(r"[a-z_0-9()<>=!&|+\-* ]*")


class ConditionFactError(InvalidInputError):
    """The item's condition asks for a fact the record does not state."""

    code: ClassVar[str] = "credit-condition-fact"


class ConditionError(RuleError):
    """The facts of the record do not fulfil the item's condition."""

    code: ClassVar[str] = "credit-condition"


class Condition(msgspec.Struct, frozen=True):
    """An expression as it was written; equal texts are one condition."""

    text: str

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it asks for, by name."""
        return tuple(_compiled(self.text).variables())

    def holds(self, facts: Mapping[str, Fact | None]) -> bool:
        """Say whether the facts of a record fulfil it.

        Raises:
            ConditionFactError: A fact it asks for is not stated.
        """
        for name in self.facts:
            if facts.get(name) is None:
                raise ConditionFactError(f"{name} is not stated", field=name, fact=name)
        return bool(_compiled(self.text).execute({name: facts[name] for name in self.facts}))


@lru_cache(maxsize=1024)
def _compiled(text: str) -> cel.Program:
    return cel.compile(text)


def read_exit(text: str) -> Condition | None:
    """Return when a record opens an exit-list case, over its facts and whether it is a repeat."""
    return read(text, known=EXIT_FACTS)


def read(text: str, *, known: Mapping[str, tuple[Fact, ...]] = FACTS) -> Condition | None:
    """Return the condition a cell holds; none when it is empty.

    Raises:
        WrongError: No expression, an unknown fact or operation, a decimal, or no yes-or-no answer.
    """
    if not text:
        return None
    plain(text)
    if not _LETTERS.fullmatch(text) or re.search(r"\d[a-z_]", text):
        raise WrongError("condition-letters")
    try:
        program = _compiled(text)
    except ValueError as problem:
        raise WrongError("condition-syntax") from problem
    if not set(program.variables()) <= known.keys() or not program.variables():
        raise WrongError("condition-fact")
    if not set(program.functions()) <= _FUNCTIONS:
        raise WrongError("condition-operation")
    _try(program, known)
    return Condition(text)


def _try(program: cel.Program, known: Mapping[str, tuple[Fact, ...]]) -> None:
    names = program.variables()
    for values in itertools.product(*(known[name] for name in names)):
        try:
            answer = program.execute(dict(zip(names, values, strict=True)))
        except (TypeError, OverflowError, RuntimeError, ValueError) as problem:
            raise WrongError("condition-answer") from problem
        if not isinstance(answer, bool):
            raise WrongError("condition-answer")


def need(condition: Condition | None, facts: Mapping[str, Fact | None]) -> None:
    """Refuse a record that does not state what its item's exit condition will ask for.

    Raises:
        ConditionFactError: A fact is not stated.
    """
    for name in () if condition is None else condition.facts:
        if name != REPEATED and facts.get(name) is None:
            raise ConditionFactError(f"{name} is not stated", field=name, fact=name)


def check(condition: Condition | None, facts: Mapping[str, Fact | None], *, item: str) -> None:
    """Refuse a record whose facts do not fulfil its item's condition.

    Raises:
        ConditionFactError: A fact it asks for is not stated.
        ConditionError: It does not hold.
    """
    if condition is not None and not condition.holds(facts):
        raise ConditionError(
            f"{item}: {condition.text}", field="item_code", item=item, condition=condition.text
        )
