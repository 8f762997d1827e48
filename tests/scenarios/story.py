"""What a scenario is: title, sources, a world to begin in, numbered steps; read from a TOML file."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from market.kernel import period

FOLDER = Path(__file__).parent / "stories"
_WHEN = re.compile(r"^(?P<name>[a-z_ ]+?)(?: (?P<sign>[+-]) (?P<number>\d+) ?(?P<unit>[dhms]))?$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_HOLE = re.compile(r"\{([^{}]+)\}")


class World(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a scenario begins; the factories walk there by the real acts.

    Attributes:
        stage: Of the tender, or ``handing-over`` and the like, see ``worlds``.
        enterprises: That exist beside the bidders: their letters follow.
        experts: On the roster, where the story draws the committee itself.
        rated: Letter of an enterprise with a published score; the others are newcomers.
        content: Fields of the tender document that differ from the usual one.
    """

    stage: str
    bids: int = 3
    prophase: bool = False
    invited: bool = False
    lots: int = 1
    vote_first: bool = False
    enterprises: int = 0
    experts: int = 0
    rated: str = ""
    content: dict[str, Any] = {}


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be so after a step.

    Attributes:
        refused: Code of the refusal, or of one of its findings; without it the act must go through.
        rule: The clause the refusal names.
        stage: Of the tender.
        failure: Why the tender failed.
        suspended: Whether it stands still.
        answer: Dotted path into what was answered -> value.
    """

    refused: str = ""
    rule: str = ""
    stage: str = ""
    failure: str = ""
    suspended: bool | None = None
    answer: dict[str, Any] = {}


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One numbered step.

    Attributes:
        says: What happens, in words.
        who: Name of the person, see ``cast``; nobody for the clock and the public.
        act: Name of the act, see ``acts``.
        given: What the act is done with; ``{name}`` is what an earlier step kept.
        when: Instant it is done, as ``deadline + 3 h``; the clock goes forward only.
        keep: Name -> dotted path into the answer, for later steps.
    """

    says: str
    act: str = ""
    who: str = ""
    given: dict[str, Any] = msgspec.field(name="with", default_factory=dict)
    when: str = ""
    keep: dict[str, str] = {}
    expect: Expected = Expected()


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario."""

    title: str
    sources: tuple[str, ...]
    world: World
    steps: tuple[Step, ...]


def read(name: str) -> Story:
    """Return a scenario of the library."""
    return msgspec.convert(tomllib.loads((FOLDER / f"{name}.toml").read_text()), Story)


def names() -> list[str]:
    """Return the names of all scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """Return a value with its holes filled; a text that is one hole becomes what was kept, of its own type.

    ``@deadline + 3 d`` becomes that instant, ``@day deadline + 3 d`` its day in Beijing.
    """
    if isinstance(value, dict):
        return {filled(name, known): filled(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, known) for each in value]
    return _filled(value, known) if isinstance(value, str) else value


def _filled(text: str, known: Mapping[str, Any]) -> Any:
    if text.startswith("@day "):
        return period.local_day(instant(text[5:], known)).isoformat()
    if text.startswith("@"):
        return instant(text[1:], known).isoformat()
    whole = _HOLE.fullmatch(text)
    return known[whole[1]] if whole else _HOLE.sub(lambda hole: str(known[hole[1]]), text)


def looked_up(answer: Any, path: str) -> Any:
    """Return what stands in an answer at a dotted path; ``#`` is how many there are."""
    for part in path.split(".") if path else ():
        if part == "#":
            answer = len(answer)
        elif isinstance(answer, list):
            answer = answer[int(part)]
        else:
            answer = answer[part]
    return answer


def instant(when: str, known: Mapping[str, Any]) -> datetime:
    """Return the instant a text means: a kept instant, or the end of a kept day, and what is added."""
    read = _WHEN.fullmatch(when)
    if read is None:
        raise ValueError(f"no instant: {when}")
    base = known[read["name"]]
    if isinstance(base, str):
        base = date.fromisoformat(base) if len(base) == len("2026-01-01") else datetime.fromisoformat(base)
    if not isinstance(base, datetime):
        base = period.end_of_day(base)
    if read["sign"] is None:
        return base
    step = timedelta(**{_UNITS[read["unit"]]: int(read["number"])})
    return base + step if read["sign"] == "+" else base - step
