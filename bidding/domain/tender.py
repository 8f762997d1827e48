"""What a tender is: its document, its version and its rounds. All functions are pure."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

import msgspec

from bidding.domain import rule_table, suspension
from bidding.domain import scheme as schemes
from bidding.domain.committee.composition import Composition
from bidding.domain.entry.invitation import Approval
from bidding.domain.entry.prequalification import PROPOSED_ISSUE, Prequalification
from bidding.domain.entry.selection import Negotiation
from bidding.domain.lot import Lot
from bidding.domain.outcome.decision import Decision
from bidding.domain.prices import terms
from bidding.domain.procedure import Procedure, Profile, Stage
from bidding.domain.rule_table import RuleVersion
from bidding.domain.sealed import envelope
from market.kernel import digest
from market.kernel.errors import RuleError

PARTS: Final = ("project", "service", "bidder", "evaluation", "plan", "contract", "other")
"""Sections a Beijing tender document must hold (BL 19, BTB 17)."""

NOTICE: Final = ("tenderer_address", "nature", "place", "how_to_get", "opening_place")
"""Facts a notice must hold (BL 16, BLR 15)."""

SEATS_CHANGE: Final = frozenset(
    {Stage.BIDDING, Stage.CLOSED, Stage.OPENING, Stage.OPENED, Stage.EVALUATION, Stage.PRICE_OPENING}
)
"""Stages in which experts' seats are drawn and passed on."""

PROPOSED_VALIDITY: Final = rule_table.current(Profile.OWNER).value("T21")
"""For how many days bids are valid where the tenderer sets nothing else; the same in both profiles."""

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the tender document."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    digest: Hex32
    size: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
    media_type: Short


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tender document and notice as the tenderer writes them; incomplete while a draft.

    Attributes:
        issue_at: Documents begin to be issued; the preparation time counts from its day (BL 24).
        issue_days: For how many days they are issued (BLR 16).
        deadline: End of bidding and moment of opening (BL 34).
        site_visit_at: One visit for all who hold the documents, where there is one (BLR 28).
        performance_percent: Performance security asked of the winner, percent of the contract amount; 0 for
            none (BLR 58).
        ban_refuses: The document says that banned and listed enterprises are refused; a prophase tender
            refuses banned ones in any case.
        parts: Text by section name, see ``PARTS``.
        decision: Number of the recorded owners' decision to hire through a tender (CC 278, BPR 34, 64).
        state_controlled: State money controls or leads the developer (BLR 8).
        invitation_approval: The approval of an invited tender where an open one would be compulsory.
        owners_invite: The owners decided to tender by invitation.
        negotiation: What is put forward for choosing by agreement instead of a tender.
        two_envelopes: Bids come in two envelopes; in one where it is left out.
        prequalification: What applicants are called by, where they are examined before they may bid (BLR 15).
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    tenderer_address: Short = ""
    nature: Text = ""
    place: Short = ""
    how_to_get: Short = ""
    opening_place: Short = ""
    issue_at: Moment | None = None
    issue_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = PROPOSED_ISSUE
    deadline: Moment | None = None
    validity_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = PROPOSED_VALIDITY
    contract_months: Annotated[int, msgspec.Meta(ge=0, le=600)] = 36
    estimate_fen: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] = 0
    bid_security_fen: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] = 0
    security_for_a: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    site_visit_at: Moment | None = None
    site_visit_place: Short = ""
    performance_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    price_limit_method: Text = ""
    ban_refuses: bool = False
    parts: dict[Annotated[str, msgspec.Meta(max_length=20)], Text] = {}
    scheme: schemes.Scheme = schemes.DEFAULT
    committee: Composition = Composition()
    lots: Annotated[tuple[Lot, ...], msgspec.Meta(max_length=20)] = ()
    documents: Annotated[tuple[Document, ...], msgspec.Meta(max_length=50)] = ()
    decision: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    state_controlled: bool = False
    invitation_approval: Approval | None = None
    owners_invite: bool = False
    negotiation: Negotiation | None = None
    two_envelopes: terms.TwoEnvelopes | None = None
    prequalification: Prequalification | None = None

    def digest(self) -> str:
        """Return the digest of the whole document, as filed."""
        return digest.digest("tender-content", self._said())

    def terms_digest(self) -> str:
        """Return the digest of all that is asked and promised: the document without its deadline."""
        return digest.digest("tender-terms", self._said() | {"deadline": None})

    def papers(self) -> tuple[str, ...]:
        """Return the digests a version stands for: of the item tables of its lots, if any, and of its files.

        What every bidder must price is part of the version: an item table changed behind a bidder's back is
        another version (BLR 21; docs/sealing.md 0).
        """
        tables = {lot.id: msgspec.to_builtins(lot.services) for lot in self.lots if lot.services is not None}
        own = (digest.digest("service-tables", tables),) if tables else ()
        return (*own, *(document.digest for document in self.documents))

    def _said(self) -> dict[str, Any]:
        """Return the document as it is digested.

        Fields that came later count only where they are filled: what was filed before keeps its digest.
        """
        whole: dict[str, Any] = msgspec.to_builtins(self)
        return {name: value for name, value in whole.items() if value or name not in _LATER}


_LATER: Final = frozenset(
    {
        *("state_controlled", "invitation_approval", "owners_invite", "negotiation", "prequalification"),
        *("site_visit_at", "site_visit_place", "performance_percent", "two_envelopes"),
    }
)


class Keyholder(msgspec.Struct, frozen=True, kw_only=True):
    """One holder of a share: institution and public keys; the order fixes the numbers 0…n−1.

    Attributes:
        revoked_at: The holder reported the key lost or in other hands, ``revoked_for`` says which: it opens
            nothing any more.
    """

    organisation: int
    institution: str
    opening_key: str
    signing_key: str
    rehearsed: bool = False
    revoked_at: datetime | None = None
    revoked_for: str | None = None

    @property
    def key_id(self) -> str:
        """The id of the opening key."""
        return digest.key_id(self.opening_key)


class Tender(msgspec.Struct, frozen=True, kw_only=True):
    """A tender as the rules see it; what bids there are is no part of it.

    Attributes:
        path: Division codes from the city down to the project's community.
        community_confirmed: The district has confirmed the residential area's entry in the register.
        profile_version: The rule version frozen at publication; the current one before.
        examined_at: When the applicants were told the results of the pre-qualification.
        objections_end_at: End of the time to object to these results.
        qualified: How many are qualified; known to the examiner and to the clock.
        invited_at: When the qualified were invited to bid.
        window_ends_at: End of the opening window, set by the freeze.
        ready_at: Every envelope can be opened since then: enough keyholders have released.
        opened_at: The opening; of two envelopes that of the technical parts, ``prices_opened_at`` the second.
        draw_version: Digest of the version the last draw was begun for; another version needs another draw.
        screened_at: When the committee was compared with the bidders, who are known since the opening.
        vacant_at: Since when an expert's seat is empty for which nobody has begun a supplementary draw.
        purged_at: When sealed bytes of a failed tender were deleted.
        decision: The recorded decision the document names, as it stands now.
        suspensions: All of them, lifted ones too.
    """

    id: int
    number: str
    procedure: Procedure
    stage: Stage
    organisation: int
    community: int
    path: tuple[str, ...]
    round: int
    predecessor: int | None
    content: Content
    profile_version: str
    community_confirmed: bool = True
    version: int = 1
    version_digest: str | None = None
    threshold: int = 2
    keyholders: tuple[Keyholder, ...] = ()
    filed_at: datetime | None = None
    answered_at: datetime | None = None
    answer_note: str = ""
    published_at: datetime | None = None
    examined_at: datetime | None = None
    objections_end_at: datetime | None = None
    qualified: int | None = None
    invited_at: datetime | None = None
    frozen_at: datetime | None = None
    window_ends_at: datetime | None = None
    ready_at: datetime | None = None
    opened_at: datetime | None = None
    marks_locked_at: datetime | None = None
    prices_opened_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    failure_note: str = ""
    publication_entry: int | None = None
    opening_entry: int | None = None
    draw_version: str | None = None
    screened_at: datetime | None = None
    vacant_at: datetime | None = None
    purged_at: datetime | None = None
    decision: Decision | None = None
    suspensions: tuple[suspension.Suspension, ...] = ()

    @property
    def in_two_envelopes(self) -> bool:
        """Whether technical part and price are sealed and opened apart."""
        return self.content.two_envelopes is not None

    @property
    def prices_read(self) -> bool:
        """Whether prices are read out: at the opening, or at the second of two."""
        return (self.prices_opened_at if self.in_two_envelopes else self.opened_at) is not None

    @property
    def relaxed(self) -> frozenset[str]:
        """Ids of the house rules the owners relaxed with their decision on this tender."""
        return frozenset(self.decision.relaxes) if self.decision else frozenset()

    @property
    def spare_keys(self) -> int:
        """How many more keys may be lost; below zero what is sealed now could not be opened."""
        return sum(holder.revoked_at is None for holder in self.keyholders) - self.threshold

    @property
    def suspended(self) -> bool:
        """Whether a suspension stands, so that nothing moves the tender forward; never of what is over."""
        return bool(self.standing_still)

    @property
    def standing_still(self) -> tuple[suspension.Suspension, ...]:
        """The suspensions that stand, the oldest first; none of what is over."""
        return suspension.open_of(self.suspensions) if self.stage in suspension.SUSPENDABLE else ()


class DeadlineMissingError(RuleError):
    """The tender has no deadline yet, so it has no version."""

    code: ClassVar[str] = "deadline-missing"
    source = "BL 19"


def version_of(tender: Tender, rules: RuleVersion) -> envelope.TenderVersion:
    """Return the version whose digest stands in every envelope made for this tender.

    Its documents are the terms of the tender document first, then the files: whoever changes a weight or a
    clause makes another version. Tenders announced before the terms stood there keep the version they had.

    Raises:
        DeadlineMissingError: The tender has no deadline yet.
    """
    version = _version(tender, rules)
    bare = msgspec.structs.replace(version, documents=version.documents[1:])
    return bare if tender.version_digest == bare.digest else version


def _version(tender: Tender, rules: RuleVersion) -> envelope.TenderVersion:
    content = tender.content
    if content.deadline is None:
        raise DeadlineMissingError(field="deadline")
    return envelope.TenderVersion(
        tender=tender.number,
        version=tender.version,
        deadline=digest.instant(content.deadline),
        minimum_bids=rules.value("T01"),
        k=tender.threshold,
        keyholders=tuple(
            envelope.Keyholder(
                institution=h.institution, opening_key=h.opening_key, signing_key=h.signing_key
            )
            for h in tender.keyholders
        ),
        documents=(content.terms_digest(), *content.papers()),
        lots=tuple(lot.id for lot in content.lots),
        profile_version=rules.name,
        two_envelopes=terms.of_version(content.two_envelopes, content.scheme),
    )
