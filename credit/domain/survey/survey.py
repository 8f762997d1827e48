"""The life of a survey of owners, and the tokens that let one household answer once without being known."""

import base64
import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from market.kernel.digest import digest
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError, RuleError
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a survey stands."""

    DRAWN = "drawn"
    CLOSED = "closed"


class Verb(StrEnum):
    """What moves a survey on."""

    CLOSE = "close"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "survey of owners", Stage.DRAWN, (Move(Stage.DRAWN, Verb.CLOSE, Stage.CLOSED),)
)


class SlotState(StrEnum):
    """What has become of a drawn household."""

    STANDING_BY = "standing-by"
    ASKED = "asked"
    ANSWERED = "answered"
    GIVEN_UP = "given-up"


class Outcome(StrEnum):
    """What came of going to a household."""

    ABSENT = "absent"
    HANDED_OVER = "handed-over"
    REFUSED = "refused"
    STAFF = "staff"


FINAL: Final = frozenset({Outcome.REFUSED, Outcome.STAFF})
"""A household that refuses, or works for the enterprise, is asked no more; a reserve takes its place."""


class SurveyUnknownError(NotFoundError):
    """There is no such survey, or it may not be seen."""

    code: ClassVar[str] = "credit-survey-unknown"


class TokenUnknownError(NotFoundError):
    """No household has this token, or its survey is not open."""

    code: ClassVar[str] = "credit-survey-token"


class TokenUsedError(ConflictError):
    """One household answers once."""

    code: ClassVar[str] = "credit-survey-answered"


class SurveyRunsError(ConflictError):
    """An evaluation has one survey."""

    code: ClassVar[str] = "credit-survey-runs"


class SurveyClosedError(RuleError):
    """A closed survey takes no answers and no visits."""

    code: ClassVar[str] = "credit-survey-closed"


class SurveyEarlyError(RuleError):
    """A survey is closed when enough have answered or its time is over."""

    code: ClassVar[str] = "credit-survey-early"


class VisitError(InvalidInputError):
    """A household is visited at most so often, on different days, while it is asked."""

    code: ClassVar[str] = "credit-survey-visit"


class SurveyFiguresError(RuleError):
    """Where a survey was held here, nobody types its figures."""

    code: ClassVar[str] = "credit-survey-figures"


_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LONG: Final = 16


def token(secret: str) -> str:
    """Return what a household types: sixteen signs in groups of four, without letters that look like figures.

    Args:
        secret: Hex of what only the platform's key can make.
    """
    text = base64.b32encode(hashlib.sha256(bytes.fromhex(secret)).digest()).decode()
    signs = text[:_LONG].translate(str.maketrans(_STANDARD, _ALPHABET))
    return "-".join(signs[at : at + 4] for at in range(0, _LONG, 4))


def normal(typed: str) -> str:
    """Return a typed token in its one spelling."""
    signs = "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))[:24]


def token_digest(survey: int, value: str) -> str:
    """Return what the platform keeps of a token."""
    return digest("survey-token", {"survey": survey, "token": normal(value)})


def open_until(drawn_at: datetime, *, days: int) -> datetime:
    """Return when a survey's time is over."""
    return drawn_at + timedelta(days=days)


def check_close(*, answers: int, needed: int, until: datetime, now: datetime) -> None:
    """Refuse to close before enough have answered or the time is over; nobody stops at a pleasant result.

    Raises:
        SurveyEarlyError: Neither.
    """
    if answers < needed and now < until:
        raise SurveyEarlyError(
            "neither enough answers nor the end", answers=answers, needed=needed, until=until.isoformat()
        )
