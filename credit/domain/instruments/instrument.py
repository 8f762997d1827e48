"""An instrument: a penalty decision, a judgment or an honour, entered once, that records rest on.

An entry is never edited. It is annulled, by a document and with a second person's confirmation; one that was
entered wrongly is annulled and entered anew. What rests on an annulled entry falls within three working days.
Source: APL 48 (a published decision that is changed or annulled is withdrawn), 54, 57; SDC 40 by analogy.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.catalogue import Item
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Actor
from market.kernel.errors import (
    ConflictError,
    FindingsError,
    InvalidInputError,
    MarketError,
    NotPermittedError,
    RuleError,
)
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays


class Kind(StrEnum):
    """What an instrument is."""

    PENALTY = "penalty"
    JUDGMENT = "judgment"
    HONOUR = "honour"


class Stage(StrEnum):
    """Where an entry stands; nothing rests anew on one whose annulment was noted."""

    STANDING = "standing"
    NOTED = "noted"
    ANNULLED = "annulled"


class Verb(StrEnum):
    """What moves an entry on."""

    NOTE = "note"
    CONFIRM = "confirm"
    DECLINE = "decline"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "instrument that records rest on",
    Stage.STANDING,
    (
        Move(Stage.STANDING, Verb.NOTE, Stage.NOTED),
        Move(Stage.NOTED, Verb.CONFIRM, Stage.ANNULLED),
        Move(Stage.NOTED, Verb.DECLINE, Stage.STANDING),
    ),
)


class Cause(StrEnum):
    """Why an entry no longer stands: what became of the instrument, or that it was entered wrongly."""

    CHANGED = "changed"
    REVOKED = "revoked"
    UNLAWFUL = "unlawful"
    VOID = "void"
    MISTAKEN = "mistaken"


class InstrumentDatesError(InvalidInputError):
    """Issue, effect, annulment and today must follow one another."""

    code: ClassVar[str] = "credit-instrument-dates"


class InstrumentBasisError(InvalidInputError):
    """A penalty or a judgment names the law it applies."""

    code: ClassVar[str] = "credit-instrument-basis"
    source = "APL 59"


class InstrumentEnteredError(ConflictError):
    """The instrument stands in the register already."""

    code: ClassVar[str] = "credit-instrument-entered"


class InstrumentReplacedError(RuleError):
    """Only an annulled entry about the same enterprise is replaced, and once."""

    code: ClassVar[str] = "credit-instrument-replaced"


class InstrumentKindError(RuleError):
    """Good information rests on an honour, everything else on a penalty or a judgment."""

    code: ClassVar[str] = "credit-instrument-kind"


class InstrumentForeignError(InvalidInputError):
    """The entry is about another enterprise or project."""

    code: ClassVar[str] = "credit-instrument-foreign"


class InstrumentAnnulledError(RuleError):
    """The entry is annulled, or its annulment was noted and waits for confirmation."""

    code: ClassVar[str] = "credit-instrument-annulled"
    source = "APL 48"


class InstrumentNotEffectiveError(RuleError):
    """A decision that has no effect yet is no ground for a record."""

    code: ClassVar[str] = "credit-instrument-not-effective"
    source = "APL 48"


class OwnAnnulmentError(NotPermittedError):
    """An annulment is confirmed or declined by another person than the one who noted it."""

    code: ClassVar[str] = "credit-instrument-own"
    source = "BPR 6-10"


class StillStandsError(RuleError):
    """Only what rests on an annulled entry falls with it."""

    code: ClassVar[str] = "credit-instrument-stands"
    source = "APL 48"


Name = Annotated[str, Meta(min_length=1, max_length=120)]
Number = Annotated[str, Meta(min_length=1, max_length=80)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is entered.

    Attributes:
        issued_on: Day of the document; validity and publicity of records run from it.
        effective_on: Day it took effect; the days to record it run from it.
        facts: What it found, in short; may hold personal data, so the log has its digest only.
        replaces: The annulled entry that was entered wrongly and is corrected by this one.
    """

    kind: Kind
    number: Number
    issuer: Name
    issued_on: date
    effective_on: date
    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    facts: Words
    file_digest: Digest
    community: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    legal_basis: Annotated[str, Meta(max_length=120)] = ""
    replaces: Annotated[int, Meta(ge=1, lt=2**31)] | None = None


class Annulment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what an entry no longer stands.

    Attributes:
        document_no: The decision, judgment or note that says so.
        annulled_on: Day of that document.
    """

    cause: Cause
    document_no: Number
    issuer: Name
    annulled_on: date
    reasons: Words
    file_digest: Digest


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a record that would rest on it sees it."""

    kind: Kind
    stage: Stage
    enterprise: int
    community: int | None
    effective_on: date


def check_entry(entry: Entry, *, now: datetime) -> None:
    """Refuse an entry whose days or basis cannot be.

    Raises:
        FindingsError: All that is wrong.
    """
    found: list[MarketError] = []
    if entry.issued_on > local_day(now):
        found.append(InstrumentDatesError("it lies in the future", field="issued_on"))
    if entry.effective_on < entry.issued_on:
        found.append(InstrumentDatesError("effect before issue", field="effective_on"))
    if entry.kind is not Kind.HONOUR and not entry.legal_basis.strip():
        found.append(InstrumentBasisError("no legal basis", field="legal_basis"))
    if found:
        raise FindingsError(found)


def check_annulment(annulment: Annulment, *, issued_on: date, now: datetime) -> None:
    """Refuse an annulment before the instrument or after today.

    Raises:
        InstrumentDatesError: As named.
    """
    if not issued_on <= annulment.annulled_on <= local_day(now):
        raise InstrumentDatesError("not between issue and today", field="annulled_on")


def check_second(by: Actor, *, noted_person: int | None) -> None:
    """Refuse whoever noted an annulment to confirm or decline it (four eyes).

    Raises:
        OwnAnnulmentError: As named.
    """
    if by.person is None or by.person == noted_person:
        raise OwnAnnulmentError("noted and confirmed by two people")


def check_stands(stage: Stage) -> None:
    """Refuse to draft, submit or decide a record on an entry that does not stand.

    Raises:
        InstrumentAnnulledError: As named.
    """
    if stage is not Stage.STANDING:
        raise InstrumentAnnulledError("the entry does not stand", field="instrument_id", stage=stage.value)


def check_rests(
    standing: Standing, item: Item, *, enterprise: int, community: int | None, now: datetime
) -> None:
    """Refuse a record that cannot rest on an entry.

    Raises:
        FindingsError: All that is wrong: the entry does not stand, has no effect yet, is of the wrong kind,
            or is about another enterprise or project.
    """
    found: list[MarketError] = []
    try:
        check_stands(standing.stage)
    except InstrumentAnnulledError as refusal:
        found.append(refusal)
    if standing.effective_on > local_day(now):
        since = standing.effective_on.isoformat()
        found.append(InstrumentNotEffectiveError("no effect yet", field="instrument_id", effective_on=since))
    if item.bad is (standing.kind is Kind.HONOUR):
        found.append(
            InstrumentKindError("wrong kind", field="instrument_id", item=item.code, kind=standing.kind.value)
        )
    foreign = standing.community is not None and community not in (None, standing.community)
    if standing.enterprise != enterprise or foreign:
        found.append(InstrumentForeignError("about somebody else", field="instrument_id"))
    if found:
        raise FindingsError(found)


def falls_by(noted_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when everything that rests on an annulled entry must have been revoked.

    Counted from the day the annulment was noted here: a late confirmation does not move it.
    """
    return end_of_day(days.add_workdays(local_day(noted_at), rules.whole("annulment")))
