"""A lifecycle is a table: what has no row is refused."""

from enum import StrEnum

import pytest

from market.kernel.lifecycle import Lifecycle, Move, UnknownMoveError


class Stage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Act(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"


DOOR = Lifecycle(
    "door",
    Stage.DRAFT,
    (Move(Stage.DRAFT, Act.OPEN, Stage.OPEN), Move(Stage.OPEN, Act.CLOSE, Stage.CLOSED)),
)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("act", Act)
def test_every_stage_and_act_is_a_row_or_a_refusal(stage: Stage, act: Act) -> None:
    rows = {(move.source, move.act): move.target for move in DOOR.moves}
    assert DOOR.allows(stage, act) == ((stage, act) in rows)
    if (stage, act) in rows:
        assert DOOR.after(stage, act) is rows[stage, act]
        return
    with pytest.raises(UnknownMoveError) as refused:
        DOOR.after(stage, act)
    assert refused.value.context["possible"] == [a.value for a in DOOR.available(stage)]


def test_the_table_names_its_stages_its_ends_and_where_an_act_is_possible() -> None:
    assert DOOR.stages == (Stage.DRAFT, Stage.OPEN, Stage.CLOSED)
    assert DOOR.final == (Stage.CLOSED,)
    assert DOOR.sources_of(Act.CLOSE) == (Stage.OPEN,)


def test_the_diagram_shows_every_row() -> None:
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> open: open",
        "    open --> closed: close",
        "    closed --> [*]",
    ]


def test_one_act_cannot_lead_to_two_stages() -> None:
    twice = (Move(Stage.DRAFT, Act.OPEN, Stage.OPEN), Move(Stage.DRAFT, Act.OPEN, Stage.CLOSED))
    with pytest.raises(ValueError, match="one act"):
        Lifecycle("door", Stage.DRAFT, twice)


def test_a_stage_nobody_can_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="never reached"):
        Lifecycle("door", Stage.DRAFT, (Move(Stage.OPEN, Act.CLOSE, Stage.CLOSED),))
