"""Refusals of requests for repair."""

from typing import ClassVar

from market.kernel.errors import FindingsError, InvalidInputError, NotPermittedError, RuleError


class NotRepairableError(RuleError):
    """The item is none that can be repaired, or the record does not count."""

    code: ClassVar[str] = "credit-repair-not-repairable"
    source = "NDRC36"


class RepairEarlyError(RuleError):
    """The shortest time a record shows is not over."""

    code: ClassVar[str] = "credit-repair-early"
    source = "NDRC36"


class ProofMissingError(InvalidInputError):
    """A request brings the proofs its item asks for."""

    code: ClassVar[str] = "credit-repair-proof"
    source = "NDRC36"


class RepeatedSinceError(RuleError):
    """The same item came again since; nothing is put right that goes on."""

    code: ClassVar[str] = "credit-repair-repeated"
    source = "SH23"


class RepairLimitError(RuleError):
    """The same item was repaired as often as it may be."""

    code: ClassVar[str] = "credit-repair-limit"


class RepairBarredError(RuleError):
    """False material bars new requests for a time."""

    code: ClassVar[str] = "credit-repair-barred"
    source = "NDRC36"


class NotRemovableError(RuleError):
    """Not on the list, or on it for a ground that has no early removal."""

    code: ClassVar[str] = "credit-removal-closed"
    source = "NDRC36"


class RemovalEarlyError(RuleError):
    """The shortest time on the list is not over."""

    code: ClassVar[str] = "credit-removal-early"
    source = "NDRC36"


class UncleanError(RuleError):
    """A new item came within the last months."""

    code: ClassVar[str] = "credit-removal-unclean"


class RepairRefusedError(FindingsError):
    """A request does not meet the conditions; every finding is named."""

    code: ClassVar[str] = "credit-repair-refused"


class NotRepairerError(NotPermittedError):
    """Who found it repairs it; very serious records the city."""

    code: ClassVar[str] = "credit-repair-decider"
    source = "NDRC36"


class RepairLateError(RuleError):
    """The time for a decision is made longer before it is over."""

    code: ClassVar[str] = "credit-repair-late"


class FalseMaterialError(InvalidInputError):
    """Only a refusal finds false material."""

    code: ClassVar[str] = "credit-repair-false-material"
