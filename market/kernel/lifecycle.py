"""Lifecycles as tables: every legal move is a row, and the rows feed check, buttons, tests and diagrams."""

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

import msgspec

from market.kernel.errors import TransitionError

Stage = TypeVar("Stage", bound=StrEnum)
Verb = TypeVar("Verb", bound=StrEnum)


class Move(msgspec.Struct, Generic[Stage, Verb], frozen=True):
    """One legal move: in *source*, *act* leads to *target*."""

    source: Stage
    act: Verb
    target: Stage


class UnknownMoveError(TransitionError):
    """The stage a record is in does not know the act asked for."""

    code: ClassVar[str] = "act-not-possible-in-stage"


class Lifecycle(Generic[Stage, Verb]):
    """A table of moves with one initial stage.

    Raises:
        ValueError: Two rows share source and act, or a stage cannot be reached.
    """

    def __init__(self, name: str, initial: Stage, moves: tuple[Move[Stage, Verb], ...]) -> None:
        self.name = name
        self.initial = initial
        self.moves = moves
        self._targets = {(move.source, move.act): move.target for move in moves}
        if len(self._targets) != len(moves):
            raise ValueError(f"{name}: one act leads from one stage to one stage")
        unreached = set(self.stages) - self._reached()
        if unreached:
            raise ValueError(f"{name}: never reached: {sorted(unreached)}")

    def _reached(self) -> set[Stage]:
        reached, todo = {self.initial}, [self.initial]
        while todo:
            here = todo.pop()
            fresh = {move.target for move in self.moves if move.source == here} - reached
            reached |= fresh
            todo += fresh
        return reached

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage, in the order the table names them."""
        named = [self.initial, *(s for move in self.moves for s in (move.source, move.target))]
        return tuple(dict.fromkeys(named))

    @property
    def final(self) -> tuple[Stage, ...]:
        """The stages nothing leads out of."""
        sources = {move.source for move in self.moves}
        return tuple(stage for stage in self.stages if stage not in sources)

    def after(self, stage: Stage, act: Verb) -> Stage:
        """Return the stage an act leads to.

        Raises:
            UnknownMoveError: The table has no such row.
        """
        try:
            return self._targets[stage, act]
        except KeyError:
            possible = [a.value for a in self.available(stage)]
            raise UnknownMoveError(
                f"{self.name}: {act} is not possible in {stage}",
                act=act.value,
                stage=stage.value,
                possible=possible,
            ) from None

    def allows(self, stage: Stage, act: Verb) -> bool:
        """Say whether the table has a row for this act in this stage."""
        return (stage, act) in self._targets

    def available(self, stage: Stage) -> tuple[Verb, ...]:
        """Return the acts a stage knows, in table order: the buttons."""
        return tuple(move.act for move in self.moves if move.source == stage)

    def sources_of(self, act: Verb) -> tuple[Stage, ...]:
        """Return the stages in which an act is possible."""
        return tuple(move.source for move in self.moves if move.act == act)

    def mermaid(self) -> str:
        """Return the table as a Mermaid state diagram."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "stateDiagram-v2"
        yield f"    [*] --> {self.initial.value}"
        for move in self.moves:
            yield f"    {move.source.value} --> {move.target.value}: {move.act.value}"
        for stage in self.final:
            yield f"    {stage.value} --> [*]"
