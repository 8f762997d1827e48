"""What is merged into letters to one enterprise and the record of an opening that did not take place."""

from datetime import datetime

import msgspec

from contracts_templates.content import Party
from contracts_templates.records import About, TenderNotice


class InvitationLetter(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation to bid, to one enterprise; it says nothing of who else is invited (BL 17, 22).

    Attributes:
        said: What an announcement says of the same tender.
        qualified: The enterprise is invited because it passed the pre-qualification (BLR 19).
    """

    number: str
    about: About
    addressee: Party
    qualified: bool
    said: TenderNotice
    sent_at: datetime


class KeptHolder(msgspec.Struct, frozen=True, kw_only=True):
    """A keyholder of envelopes that stay shut; ``released_at`` is ``None`` where it released no share."""

    institution: str
    released_at: datetime | None


class FailedOpening(msgspec.Struct, frozen=True, kw_only=True):
    """The record of an opening that did not take place; who bid is no part of it.

    Attributes:
        reason: One of ``wording.FAILED_OPENINGS``.
        least: So many bids a lot needs to be opened.
        lots: Number of each lot and how many bids the frozen list has for it.
        frozen_digest: Digest of that list: the subject of its entry in the public log.
    """

    number: str
    about: About
    reason: str
    note: str
    deadline: datetime
    frozen_at: datetime
    window_ends_at: datetime | None
    failed_at: datetime
    least: int
    lots: tuple[tuple[str, int], ...]
    shut: int
    refusals: int
    threshold: int
    holders: tuple[KeptHolder, ...]
    frozen_digest: str


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of a pre-qualification as the examiner answered it; points in centi-points."""

    text: str
    met: bool
    reason: str
    points: int


class PrequalResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a pre-qualification, to one applicant, with its own reasons alone (BLR 19, 22).

    Attributes:
        outcome: One of ``wording.QUALIFIED``.
        points: In all, centi-points; ``None`` where the number of invitations is not limited.
        objections_end_at: Until then the applicant may object to the result.
    """

    number: str
    about: About
    applicant: Party
    applied_at: datetime
    outcome: str
    points: int | None
    examined: tuple[Examined, ...]
    told_at: datetime
    objections_end_at: datetime | None
