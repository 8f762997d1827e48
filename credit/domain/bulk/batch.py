"""A batch: taken over in one act, taken back whole in another, or standing for good."""

from enum import StrEnum
from typing import ClassVar

from market.kernel.actor import Actor
from market.kernel.errors import (
    ConflictError,
    FindingsError,
    NotFoundError,
    NotPermittedError,
    RuleError,
)
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a batch stands."""

    TAKEN = "taken"
    UNDONE = "undone"


class Verb(StrEnum):
    """What moves a batch on."""

    UNDO = "undo"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "batch of records or cases", Stage.TAKEN, (Move(Stage.TAKEN, Verb.UNDO, Stage.UNDONE),)
)


class BatchUnknownError(NotFoundError):
    """There is no such batch, or it may not be seen."""

    code: ClassVar[str] = "credit-batch-unknown"


class BatchForeignError(NotPermittedError):
    """Only the organisation that took a batch over takes it back."""

    code: ClassVar[str] = "credit-batch-foreign"


class BatchOtherFileError(ConflictError):
    """The file is not the one that was checked."""

    code: ClassVar[str] = "credit-batch-other-file"


class RowMovedError(RuleError):
    """A record of the batch is beyond a draft: somebody else has begun to decide on it."""

    code: ClassVar[str] = "credit-batch-moved"


class UndoRefusedError(FindingsError):
    """A batch some of whose records have gone further is not taken back; every such row is named."""

    code: ClassVar[str] = "credit-batch-undo"


def check_own(organisation: int, *, by: Actor) -> None:
    """Refuse to take back what another organisation took over.

    Raises:
        BatchForeignError: It did.
    """
    if by.organisation != organisation:
        raise BatchForeignError("another organisation took it over")


def check_file(file_digest: str, *, checked: str) -> None:
    """Refuse a file other than the one whose check the person saw.

    Raises:
        BatchOtherFileError: It is another; an empty *checked* means that none was named.
    """
    if checked and checked != file_digest:
        raise BatchOtherFileError("another file", field="file", checked=checked)
