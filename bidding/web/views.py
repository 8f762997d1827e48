"""What templates read: frozen values, with the texts of their labels."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from bidding.domain import schedule, suspension
from bidding.domain.procedure import STOPPED, Stage
from bidding.domain.sealed.frozen_list import FrozenList
from bidding.domain.sealed.technical import MarkedBid
from bidding.domain.settlement.security import Remark
from bidding.domain.tender import Tender
from bidding.queries import openings
from bidding.queries import tenders as queries
from market.kernel import digest
from market.kernel.period import end_of_day
from market.parties import public as parties
from market.runtime.web.i18n import t
from market.runtime.web.problems import Problem

TRACK: Final = (
    Stage.DRAFT,
    Stage.FILED,
    Stage.ACCEPTED,
    Stage.APPROVED,
    Stage.PUBLISHED,
    Stage.PREQUAL_OPEN,
    Stage.PREQUAL_REVIEW,
    Stage.PREQUAL_DONE,
    Stage.BIDDING,
    Stage.OPENING,
    Stage.OPENED,
    Stage.EVALUATION,
    Stage.PRICE_OPENING,
    Stage.DECIDED,
    Stage.AWARDED,
    Stage.CONTRACTED,
    Stage.CONTRACT_FILED,
)
_SAME: Final = {
    Stage.RETURNED: Stage.FILED,
    Stage.CLOSED: Stage.OPENING,
    Stage.RANKED: Stage.EVALUATION,
    Stage.COMPLETED: Stage.CONTRACT_FILED,
}
RULES: Final = ("T01", "T06", "T08", "T11", "T15", "T21", "T25", "T36")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One stage on the track."""

    label: str
    state: str


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One instant on the timeline; ``name`` is its key in the catalogue."""

    label: str
    at: datetime | None
    rule: str = ""
    note: str = ""
    name: str = ""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A keyholder as notice and page print it."""

    number: int
    institution: str
    fingerprint: str
    key_id: str
    rehearsed: bool
    released_at: datetime | None
    revoked_at: datetime | None = None
    revoked_for: str | None = None


class RuleValue(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in force for a tender."""

    id: str
    value: int
    unit: str
    source: str


class TenderView(msgspec.Struct, frozen=True, kw_only=True):
    """A tender on its page.

    Attributes:
        position: Where the announcement stands in the public log.
        missing: What keeps the tenderer's next act from being done.
        acts: What the actor may do now, by name.
    """

    tender: Tender
    number: str
    stage: str
    organisation: parties.Organisation
    community: parties.Community
    division_name: str
    steps: tuple[Step, ...]
    moments: tuple[Moment, ...]
    holders: tuple[Holder, ...]
    rules: tuple[RuleValue, ...]
    version_digest: str | None
    position: int | None
    listed: int | None
    refusals: int | None
    predecessor: str | None
    successor: str | None
    suspended: tuple[suspension.Suspension, ...] = ()
    missing: tuple[Problem, ...] = ()
    acts: frozenset[str] = frozenset()


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of the opening, in words."""

    text: str
    fault: str


class OpeningLine(msgspec.Struct, frozen=True, kw_only=True):
    """One bid of the frozen list on the opening page; the last three fields are of two envelopes."""

    commitment: str
    lot: str
    number: str | None
    bidder: str | None
    uscc: str | None
    price_fen: int | None
    terms: tuple[tuple[str, str], ...]
    findings: tuple[FindingLine, ...]
    files: tuple[str, ...] = ()
    price_commitment: str = ""
    price_files: tuple[str, ...] = ()
    outcome: str = ""
    security: tuple[str, ...] = ()


class OpeningView(msgspec.Struct, frozen=True, kw_only=True):
    """The opening as it stands: releases one by one, then all read-outs at once.

    Attributes:
        marks: Digest of the locked technical marks; empty where there are none.
    """

    tender: TenderView
    freeze: str | None
    lines: tuple[OpeningLine, ...]
    shut: tuple[tuple[str, str], ...]
    released: int
    holds_key: bool = False
    marks: str = ""


def steps(tender: Tender) -> Iterator[Step]:
    """Yield the stages of the track; a failed tender stops where it failed."""
    stopped = tender.stage in STOPPED
    reached = _SAME.get(tender.stage, tender.stage) if not stopped else _stopped_at(tender)
    if reached is Stage.EVALUATION and tender.prices_opened_at is not None:
        reached = Stage.PRICE_OPENING
    walked = [stage for stage in TRACK if stage in tender.procedure.path]
    track: list[Stage] = [
        each for each in walked if each is not Stage.PRICE_OPENING or tender.in_two_envelopes
    ]
    place = track.index(reached)
    for number, stage in enumerate(track):
        if number == place:
            state = "stopped" if stopped else "now"
        else:
            state = "done" if number < place else "later"
        label = tender.stage.value if number == place and stopped else stage.value
        yield Step(label=t(f"bidding.stage.{label}"), state=state)


def _stopped_at(tender: Tender) -> Stage:
    if not tender.procedure.competitive:
        return Stage.APPROVED
    if tender.opened_at is not None:
        return Stage.EVALUATION
    if tender.frozen_at is not None:
        return Stage.OPENING
    if tender.published_at is not None and tender.procedure.prequalified and tender.invited_at is None:
        return Stage.PREQUAL_OPEN if tender.examined_at is None else Stage.PREQUAL_DONE
    return Stage.BIDDING if tender.published_at is not None else Stage.PUBLISHED


def moments(tender: Tender) -> Iterator[Moment]:
    """Yield the instants of a tender in their order."""
    content, rules = tender.content, queries.rules_of(tender)
    last = schedule.objections_until(content, rules)
    asked, early = content.prequalification, schedule.prequal_objections_until(content, rules)
    dates = (
        ("filed", tender.filed_at, ""),
        ("published", tender.published_at, ""),
        ("prequal-issue", asked.issue_at if asked else None, "T06"),
        ("prequal-objections", end_of_day(early) if early else None, "T12"),
        ("prequal-deadline", asked.deadline if asked else None, "T07"),
        ("prequal-results", tender.examined_at, "T03"),
        ("prequal-objections-end", tender.objections_end_at, "prequal-objection"),
        ("prequal-invited", tender.invited_at, ""),
        ("issue", content.issue_at, "T06"),
        ("objections", end_of_day(last) if last else None, "T11"),
        ("deadline", content.deadline, "T08"),
        ("window", tender.window_ends_at if tender.opened_at is None else None, ""),
        ("opened", tender.opened_at, ""),
        ("marks-locked", tender.marks_locked_at, ""),
        ("window", tender.window_ends_at if tender.stage is Stage.PRICE_OPENING else None, ""),
        ("prices-opened", tender.prices_opened_at, ""),
        ("failed", tender.failed_at, ""),
    )
    for name, at, rule in dates:
        if at is not None:
            note = ""
            if rule:
                unit = t(f"bidding.unit.{rules.rule(rule).unit.value}")
                note = f"{t(f'bidding.rule.{rule}')} {rules.required(rule, tender.relaxed)} {unit}"
            source = rules.rule(rule).source or rule if rule else ""
            yield Moment(label=t(f"bidding.moment.{name}"), at=at, rule=source, note=note, name=name)


def holders(tender: Tender, given: Sequence[openings.Release]) -> Iterator[Holder]:
    """Yield the keyholders with the fingerprints of their opening keys."""
    released = {one.keyholder: one.released_at for one in given}
    for number, holder in enumerate(tender.keyholders):
        yield Holder(
            number=number + 1,
            institution=holder.institution,
            fingerprint=digest.fingerprint(holder.opening_key),
            key_id=holder.key_id,
            rehearsed=holder.rehearsed,
            released_at=released.get(holder.key_id),
            revoked_at=holder.revoked_at,
            revoked_for=holder.revoked_for,
        )


def rule_values(tender: Tender) -> Iterator[RuleValue]:
    """Yield the numbers that apply, as frozen with the tender."""
    version = queries.rules_of(tender)
    for name in RULES:
        rule = version.rule(name)
        yield RuleValue(
            id=name, value=version.required(name, tender.relaxed), unit=rule.unit.value, source=rule.source
        )


def lines(
    frozen: FrozenList,
    opened: Sequence[openings.OpenedBid],
    found: Sequence[tuple[str, FindingLine]],
    readable: Collection[str] = (),
    securities: Mapping[int, tuple[Remark, ...]] = MappingProxyType({}),
    *,
    marked: Mapping[str, MarkedBid] | None = None,
) -> Iterator[OpeningLine]:
    """Yield the listed bids with what was read out of them; one line for a bid in two envelopes.

    Args:
        marked: By technical commitment what the locked marks say.
        readable: Commitments whose full text the asker may read.
        securities: What is wrong with the bid security of whom.
    """
    by_commitment = {one.commitment: one for one in opened}
    for listed in frozen.bids:
        if listed.kind == "price":
            continue
        said = (marked or {}).get(listed.commitment)
        own = {listed.commitment, said.price if said else ""}
        bid = by_commitment.get(listed.commitment)
        shown = bid.opening.readout if bid else None
        yield OpeningLine(
            commitment=listed.commitment,
            lot=listed.lot,
            number=bid.number if bid else None,
            bidder=shown.bidder.name if shown else None,
            uscc=shown.bidder.uscc if shown else None,
            price_fen=shown.price_fen if shown else None,
            terms=tuple((name, str(value)) for name, value in shown.terms.items()) if shown else (),
            findings=tuple(note for commitment, note in found if commitment in own),
            files=_files(bid.manifest) if bid and bid.commitment in readable else (),
            price_commitment=said.price if said else "",
            price_files=_files(bid.price.manifest)
            if bid and bid.price and bid.commitment in readable
            else (),
            outcome=said.outcome if said else "",
            security=tuple(one.code for one in securities.get(bid.organisation, ())) if bid else (),
        )


def _files(manifest: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    return tuple(str(item["name"]) for item in manifest)
