"""What is merged into the papers of the credit wing. No person is named in them."""

from datetime import date

import msgspec


class RepairPledge(msgspec.Struct, frozen=True, kw_only=True):
    """The public pledge that goes with a request for repair (NDRC36).

    Attributes:
        number: Of the pledge, e.g. ``"CN-J17-20270316"``; ``T`` in place of ``J`` for the exit list.
        item: Code and name of the item, or the exit list.
        document_no: Of the document that found the fact, or of the listing; ``document_on`` its day.
        authority: Who decides on the request.
    """

    number: str
    enterprise: str
    code: str
    item: str
    document_no: str
    document_on: date
    authority: str
    pledged_on: date


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a paper goes to, from whom, under which number.

    Attributes:
        salt: Of the case; without it nobody can guess the paper from its digest in the log.
    """

    number: str
    issuer: str
    addressee: str
    addressee_code: str
    salt: str


class PriorNotice(Notified, frozen=True, kw_only=True):
    """What an authority intends, and the right to be heard first (APL 44, 45, 62).

    Attributes:
        subject: What it is about: an item with its code, or the exit list.
        evidence: What the facts rest on, one line each.
        law: Clause the intended decision would rest on.
        intended: Measure and term.
        days: Working days from service to state and defend.
        hearing: Whether a hearing may be asked for in them.
        contact: Of the authority; empty where its published one is meant.
        letter: Number of the letter sent beside it; empty without one.
    """

    subject: str
    facts: str
    evidence: tuple[str, ...]
    law: str
    intended: str
    days: int
    hearing: bool
    contact: str
    letter: str
    deemed_days: int
    posted_on: date


class RecordDecision(Notified, frozen=True, kw_only=True):
    """That a record counts, from when to when, why, and what can be done about it.

    Attributes:
        adverse: It takes points or warns; otherwise it is good information.
        warning: Without points: the first time, light, put right in time (APL 33).
        points_centi: What it takes or adds, before repeats and caps.
        expires_on: First day it no longer counts; ``None`` while an outside list holds it.
        shown: Whether everybody sees it; ``shown_until`` the first day they no longer do.
        statements: What the addressee stated; ``reasons`` weigh it.
        notice_number: Of the prior notice; empty for what needs none. ``notice_served_on`` its day.
        repair_number: Of the notice on repair served in the same act; empty for good information.
    """

    subject: str
    severity: str
    facts: str
    evidence: tuple[str, ...]
    law: str
    adverse: bool
    warning: bool
    points_centi: int
    effective_from: date
    expires_on: date | None
    shown: bool
    shown_until: date | None
    statements: tuple[str, ...]
    reasons: str
    notice_number: str
    notice_served_on: date | None
    repair_number: str
    decided_on: date


class ListDecision(Notified, frozen=True, kw_only=True):
    """What the city decided on an exit-list case.

    Attributes:
        outcome: ``listed``, ``not_listed`` or ``observed``.
        decision_no: Of the authority's own document, whose digest is ``decision_digest``.
        listed_on: First day on the list, the day of service; ``ends_on`` the first day after.
        effects: What follows, each with its basis; supervision and contract only (GB49).
        reviewed: How statement and hearing were weighed.
        heard_on: Day of the hearing; ``None`` without one.
        lasting: No early removal.
        repair_number: Of the notice on repair served in the same act; empty where nothing is listed.
    """

    outcome: str
    decision_no: str
    decision_digest: str
    facts: str
    reasons: str
    law: str
    statements: tuple[str, ...]
    heard_on: date | None
    reviewed: str
    months: int | None
    listed_on: date | None
    ends_on: date | None
    effects: tuple[tuple[str, str], ...]
    lasting: bool
    notice_number: str
    notice_served_on: date | None
    repair_number: str
    decided_on: date
    served_on: date


class RepairNotice(Notified, frozen=True, kw_only=True):
    """How to repair, served in one act with the decision it belongs to (两书同达, GB22).

    Attributes:
        decision_number: Of that decision.
        possible: Whether there is repair, or early removal, at all; ``listing`` says which of the two.
        open_from: First day it may be asked for.
        needed: Proofs a request brings, as names of its fields.
        accept_days: Working days to accept; ``decide_days`` to decide, once longer by ``longer_days``.
        bar_months: How long false material bars from every request.
        ends_on: First day the entry ends by itself; ``None`` while an outside list holds it.
    """

    decision_number: str
    subject: str
    listing: bool
    possible: bool
    open_from: date | None
    needed: tuple[str, ...]
    authority: str
    accept_days: int
    decide_days: int
    longer_days: int
    bar_months: int
    ends_on: date | None
    served_on: date


class RemovalNotice(Notified, frozen=True, kw_only=True):
    """That a place on the exit list ended.

    Attributes:
        way: ``removed_early``, ``expired`` or ``revoked``.
        decision_no: Of the listing; ``listed_on`` and ``ends_on`` its term.
        reasons: Why, said in public where it was revoked (APL 48); empty where it expired.
    """

    way: str
    decision_no: str
    listed_on: date
    ends_on: date
    reasons: str
    removed_on: date
