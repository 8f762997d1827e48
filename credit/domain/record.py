"""A record: one fact about an enterprise, a project or a manager, from draft to expiry.

No points follow from a draft, from another wing or from a clock: they follow from a decision that
was taken after notice was served and the statement was heard or the window had elapsed (APL 44, 45, 62).
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.catalogue import Item, Recorder
from credit.domain.cells.condition import Days, Fact, Fen
from credit.domain.rule_set import LADDER, approver_floor
from market.kernel.actor import Actor, Role
from market.kernel.errors import InvalidInputError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a record stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    NOTICE_POSTED = "notice_posted"
    NOTICE_SERVED = "notice_served"
    STATEMENT_RECEIVED = "statement_received"
    RE_REVIEW = "re_review"
    DECIDED = "decided"
    EFFECTIVE = "effective"
    EXPIRED = "expired"
    REPAIRED = "repaired"
    REVOKED = "revoked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What moves a record on."""

    SUBMIT = "submit"
    TAKE_UP = "take_up"
    POST_NOTICE = "post_notice"
    SERVE = "serve"
    STATE = "state"
    RECONSIDER = "reconsider"
    DECIDE = "decide"
    TAKE_EFFECT = "take_effect"
    EXPIRE = "expire"
    REPAIR = "repair"
    REVOKE = "revoke"
    REJECT = "reject"
    WITHDRAW = "withdraw"


_OPENING = (
    Move(Stage.DRAFT, Verb.SUBMIT, Stage.SUBMITTED),
    Move(Stage.DRAFT, Verb.REJECT, Stage.REJECTED),
    Move(Stage.DRAFT, Verb.WITHDRAW, Stage.WITHDRAWN),
    Move(Stage.SUBMITTED, Verb.TAKE_UP, Stage.UNDER_REVIEW),
    Move(Stage.SUBMITTED, Verb.REJECT, Stage.REJECTED),
    Move(Stage.SUBMITTED, Verb.WITHDRAW, Stage.WITHDRAWN),
    Move(Stage.UNDER_REVIEW, Verb.REJECT, Stage.REJECTED),
)
_CLOSING = (
    Move(Stage.DECIDED, Verb.TAKE_EFFECT, Stage.EFFECTIVE),
    Move(Stage.EFFECTIVE, Verb.EXPIRE, Stage.EXPIRED),
    Move(Stage.EFFECTIVE, Verb.REPAIR, Stage.REPAIRED),
    Move(Stage.EFFECTIVE, Verb.REVOKE, Stage.REVOKED),
)
BAD: Lifecycle[Stage, Verb] = Lifecycle(
    "credit record that takes points",
    Stage.DRAFT,
    (
        *_OPENING,
        Move(Stage.UNDER_REVIEW, Verb.POST_NOTICE, Stage.NOTICE_POSTED),
        Move(Stage.NOTICE_POSTED, Verb.SERVE, Stage.NOTICE_SERVED),
        Move(Stage.NOTICE_SERVED, Verb.STATE, Stage.STATEMENT_RECEIVED),
        Move(Stage.STATEMENT_RECEIVED, Verb.RECONSIDER, Stage.RE_REVIEW),
        Move(Stage.NOTICE_SERVED, Verb.DECIDE, Stage.DECIDED),
        Move(Stage.RE_REVIEW, Verb.DECIDE, Stage.DECIDED),
        Move(Stage.NOTICE_POSTED, Verb.REJECT, Stage.REJECTED),
        Move(Stage.NOTICE_SERVED, Verb.REJECT, Stage.REJECTED),
        Move(Stage.RE_REVIEW, Verb.REJECT, Stage.REJECTED),
        *_CLOSING,
    ),
)
GOOD: Lifecycle[Stage, Verb] = Lifecycle(
    "credit record that gives points",
    Stage.DRAFT,
    (*_OPENING, Move(Stage.UNDER_REVIEW, Verb.DECIDE, Stage.DECIDED), *_CLOSING),
)


def lifecycle(item: Item) -> Lifecycle[Stage, Verb]:
    """Return the table an item's records follow: good information needs no notice."""
    return BAD if item.bad else GOOD


LEVELS = {
    Role.COMMITTEE: Recorder.COMMUNITY,
    Role.COMMUNITY: Recorder.COMMUNITY,
    Role.STREET: Recorder.STREET,
    Role.DISTRICT: Recorder.DISTRICT,
    Role.CITY: Recorder.CITY,
}
"""Role -> its place on the ladder of recorders; a committee proposes beside its community."""


class BelowRecorderError(NotPermittedError):
    """The actor's level may not draft this item."""

    code: ClassVar[str] = "credit-below-recorder"
    source = "BPR 6-10"


class BelowApproverError(NotPermittedError):
    """The actor's level may not decide on this item."""

    code: ClassVar[str] = "credit-below-approver"
    source = "BPR 6-10"


class OwnRecordError(NotPermittedError):
    """Nobody decides on what they drafted or submitted themselves."""

    code: ClassVar[str] = "credit-own-record"


class SystemItemError(RuleError):
    """The item comes from data or from an outside list and is never drafted by hand."""

    code: ClassVar[str] = "credit-system-item"
    source = "GB49"


class SubjectError(InvalidInputError):
    """The item's subject and what the record names do not fit together."""

    code: ClassVar[str] = "credit-subject"


class RecordDatesError(InvalidInputError):
    """Fact, document and today must follow one another."""

    code: ClassVar[str] = "credit-record-dates"


class EvidenceMissingError(RuleError):
    """A record is submitted with number, date and file of the document it rests on."""

    code: ClassVar[str] = "credit-evidence-missing"
    source = "HK"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The document behind a record.

    Attributes:
        document_on: Day of the document that found the fact; validity and publicity run from it.
    """

    document_no: str
    document_on: date
    file_digest: str


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a record is about.

    Attributes:
        manager: Person id of a project manager, only for items of that subject.
    """

    enterprise: int
    community: int | None = None
    manager: int | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written when a record is drafted; the document may be added before it is submitted.

    Attributes:
        fact: Name of the event in the world, the same for every record of it; made up when empty.
        facts: What happened, in words; may hold personal data, so the log has its digest only.
        fact_until: Day a continuous act ended; ``found_on`` the day it was found, if before the document.
        death: Somebody died; ``harm``: life, health or financial safety was harmed (APL 36: five years).
        amount_fen: Sum of money the fact is about, as ``days_late`` where the item's condition asks for it.
        instrument_id: Entry of the register it rests on; number, day and file come from it then.
    """

    item_code: Annotated[str, Meta(max_length=12)]
    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    fact_on: date
    facts: Annotated[str, Meta(min_length=1, max_length=4000)]
    community: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    manager: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    fact: Annotated[str, Meta(max_length=80)] = ""
    fact_until: date | None = None
    found_on: date | None = None
    death: bool = False
    harm: bool = False
    amount_fen: Fen | None = None
    days_late: Days | None = None
    instrument_id: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    document_no: Annotated[str, Meta(max_length=80)] = ""
    document_on: date | None = None
    file_digest: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""

    @property
    def stated(self) -> dict[str, Fact | None]:
        """The facts a condition may ask for."""
        return {name: getattr(self, name) for name in ("death", "amount_fen", "days_late", "harm")}

    @property
    def target(self) -> Target:
        """Whom it is about."""
        return Target(enterprise=self.enterprise, community=self.community, manager=self.manager)


def check_approver(item: Item, *, by: Actor, hands: Sequence[int | None]) -> None:
    """Refuse an approver who is too low or had a hand in the record (four eyes).

    Args:
        hands: Accounts that drafted and submitted; the platform has none.

    Raises:
        BelowApproverError: The level may not decide on items of this severity.
        OwnRecordError: The same person drafted or submitted.
    """
    floor = approver_floor(item)
    level = LEVELS.get(by.role) if by.role is not Role.COMMITTEE else None
    if level is None or LADDER.index(level) < LADDER.index(floor):
        raise BelowApproverError(
            f"{item.code} is decided from {floor} up", item=item.code, level=floor.value.lower()
        )
    if by.person is None or by.person in hands:
        raise OwnRecordError("creator and approver are two people")
