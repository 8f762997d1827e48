"""A redacted copy of a piece of evidence: made by one officer, confirmed by another, shown in its place.

Source: PIPL 25, 28 (personal information is made public only where the law allows it); NDRC36 (what is no
longer public stops showing). The original is never offered to the public.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from credit.domain.record import OwnRecordError
from credit.domain.record import Stage as RecordStage
from market.kernel.actor import Actor
from market.kernel.errors import InvalidInputError, RuleError
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a copy stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"


class Verb(StrEnum):
    """What moves it on."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    REPLACE = "replace"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "redacted copy of evidence",
    Stage.PROPOSED,
    (
        Move(Stage.PROPOSED, Verb.CONFIRM, Stage.CONFIRMED),
        Move(Stage.PROPOSED, Verb.REFUSE, Stage.REFUSED),
        Move(Stage.CONFIRMED, Verb.REPLACE, Stage.REPLACED),
        Move(Stage.CONFIRMED, Verb.REFUSE, Stage.REFUSED),
    ),
)


class NotRedactedError(InvalidInputError):
    """A copy that is the original, or the same picture, hides nothing."""

    code: ClassVar[str] = "credit-copy-not-redacted"
    source = "PIPL 28"


class NoEvidenceError(RuleError):
    """A copy belongs to a document of a record that is decided and in force."""

    code: ClassVar[str] = "credit-copy-no-evidence"


def check_open(stage: RecordStage, *, original: str, document_on: date | None) -> None:
    """Refuse a copy of what is not in force or has no document.

    Raises:
        NoEvidenceError: As named.
    """
    if stage is not RecordStage.EFFECTIVE or not original or document_on is None:
        raise NoEvidenceError("no evidence in force", stage=stage.value)


def check_other(original: str, *copies: str) -> None:
    """Refuse the original as its own copy.

    Args:
        copies: Digests of the copy as it was sent, and as it is kept.

    Raises:
        NotRedactedError: One of them is the original's.
    """
    if original in copies:
        raise NotRedactedError("the copy is the original", field="file")


def check_second(by: Actor, *, hands: int | None) -> None:
    """Refuse that who blacked out confirms it.

    Raises:
        OwnRecordError: The same person, or nobody.
    """
    if by.person is None or by.person == hands:
        raise OwnRecordError("who redacted and who confirms are two people")
