"""What an area's service page shows to its reader: what runs, until when, who must do what by when."""

from datetime import date, datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.handover import track
from bidding.domain.permission import PERMISSIONS
from bidding.domain.rule import RuleVersion
from bidding.domain.standing import Standing
from bidding.domain.tenure import duty as duty_rules
from bidding.domain.tenure import emergency as emergencies
from bidding.domain.tenure import term as terms
from bidding.domain.tenure.duty import Duty
from bidding.domain.tenure.term import Stage
from bidding.queries import ports
from bidding.queries.handover import records as handovers
from bidding.queries.tenure import emergencies as emergency_queries
from bidding.queries.tenure import terms as queries
from bidding.web.tenure import renewal_views
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from market.parties import public as parties
from market.runtime import workdays


class DutyView(msgspec.Struct, frozen=True, kw_only=True):
    """A duty as of today; ``asked`` says whether its first day has come."""

    side: str
    what: str
    since: date
    until: date | None
    rule: str
    asked: bool
    late: bool


class TermView(msgspec.Struct, frozen=True, kw_only=True):
    """A contract on record as everybody sees it; the document and the provider's reasons only its sides.

    Attributes:
        contract: Number of the platform's contract; empty for one that was stated.
        renewal: What is to be done about a decided renewal; ``None`` where nothing is.
        decline_by: Last day to say that one does not renew; ``late`` when that was said later.
        exit_on: Last day to leave if the notice was received on its day, beside ``ends_on`` (rule H13).
    """

    number: str
    provider: str
    contract: str
    stage: Stage
    start_on: date
    end_on: date
    organise_from: date | None
    decline_by: date
    declined_on: date | None
    late: bool
    declined_why: str
    decision: str
    way: str
    stands: bool
    dismissal: str
    noticed_on: date | None
    ends_on: date | None
    exit_on: date | None
    document: str
    duties: tuple[DutyView, ...]
    may_settle: bool
    may_decline: bool
    may_dismiss: bool
    renewal: renewal_views.RenewalView | None = None


class EmergencyView(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency service, posted.

    Attributes:
        standing: Of the enterprise, as it is now; nothing of one that has ended.
    """

    number: str
    provider: str
    street: str
    ground: str
    reasons: str
    services: tuple[str, ...]
    content: str
    fees: str
    start_on: date
    end_on: date
    stage: emergencies.Stage
    why: str
    ended_at: datetime | None
    end_reasons: str
    standing: Standing | None
    duties: tuple[DutyView, ...]
    may_end: bool


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """The service of an area.

    Attributes:
        unserved: Nothing on record serves the area.
        last: Last day an emergency service that began today could have (rule H12).
        handover: Number of the running hand-over, for those who may read it.
        renewing: What is stated now is the renewal of the contract on record.
    """

    community: parties.Community
    today: date
    terms: tuple[TermView, ...]
    past: tuple[TermView, ...]
    emergencies: tuple[EmergencyView, ...]
    unserved: bool
    last: date
    handover: str
    services: tuple[tuple[str, str], ...]
    grounds: tuple[str, ...]
    may_state: bool
    renewing: bool
    may_appoint: bool


async def view(community: int, actor: Actor, now: datetime) -> ServiceView:
    """Return the service of an area for one reader."""
    place = await parties.community(community)
    bodies = await parties.organisations_in(community)
    today = period.local_day(now)
    rows = await queries.of_community(community)
    table = await workdays.table()
    found = [
        msgspec.structs.replace(
            _term(each, bodies, actor, today, table),
            renewal=await renewal_views.view(each, bodies, actor, today),
        )
        for each in rows
    ]
    open_ = tuple(each for each in found if each.stage is not Stage.CLOSED)
    renewing = bool(open_) and all(
        terms.renews(each.term, same_provider=True, start_on=date.max)
        for each in rows
        if each.stage is not Stage.CLOSED
    )
    bridges = [await _emergency(each, actor, now) for each in await emergency_queries.of_community(community)]
    active = any(each.stage is emergencies.Stage.ACTIVE for each in bridges)
    return ServiceView(
        community=place,
        today=today,
        terms=open_,
        past=tuple(each for each in found if each.stage is Stage.CLOSED),
        emergencies=tuple(bridges),
        unserved=not active and all(each.stage is Stage.OVER for each in open_),
        last=await emergency_queries.last_of(community, today),
        handover=await _handover(community, actor),
        services=tuple((each.value, emergencies.SOURCES[each]) for each in emergencies.Service),
        grounds=tuple(each.value for each in emergencies.Ground),
        may_state=(not open_ or renewing)
        and PERMISSIONS[Act.TERM_STATE].allows(actor, organisations=bodies, path=place.path),
        renewing=renewing,
        may_appoint=not active and PERMISSIONS[Act.EMERGENCY_APPOINT].allows(actor, path=place.path),
    )


async def _handover(community: int, actor: Actor) -> str:
    for each in await handovers.of_community(community):
        reads = PERMISSIONS[Act.HANDOVER_READ].allows(actor, organisations=each.readers, path=each.path)
        if each.closed_at is None and reads:
            return each.number
    return ""


def _exit(noticed_on: date | None, rules: RuleVersion, table: Workdays) -> date | None:
    """Return the last day to leave after a dismissal, as the handover counts it."""
    if noticed_on is None:
        return None
    return track.exit_due(noticed_on, None, table, days=rules.value("H04"))


def _term(
    found: queries.Found, bodies: frozenset[int], actor: Actor, today: date, table: Workdays
) -> TermView:
    term, rules = found.term, found.rules

    def may(act: Act, organisations: frozenset[int]) -> bool:
        possible = terms.LIFECYCLE.allows(found.stage, terms.Step.NOTICE)
        return possible and PERMISSIONS[act].allows(actor, organisations=organisations, path=found.path)

    whole = reads_document(found, bodies, actor)
    return TermView(
        number=found.number,
        provider=found.provider_name,
        contract=found.contract,
        stage=found.stage,
        start_on=found.start_on,
        end_on=found.end_on,
        organise_from=terms.organise_from(found.end_on, rules),
        decline_by=terms.decline_by(found.end_on, rules),
        declined_on=term.declined_on,
        late=term.declined_on is not None and terms.declined_late(term.declined_on, found.end_on, rules),
        declined_why=found.declined_why if whole else "",
        decision=found.decision,
        way=found.way.value if found.way else "",
        stands=found.way is not None,
        dismissal=found.dismissal,
        noticed_on=found.noticed_on,
        ends_on=found.ends_on,
        exit_on=_exit(found.noticed_on, rules, table),
        document=found.document if whole else "",
        duties=tuple(duty(each, today) for each in duty_rules.duties(term, rules)),
        may_settle=found.way is None and may(Act.TERM_SETTLE, bodies),
        may_decline=found.declined_at is None and may(Act.TERM_DECLINE, frozenset({found.provider})),
        may_dismiss=may(Act.TERM_DISMISS, bodies),
    )


def reads_document(found: queries.Found, bodies: frozenset[int], actor: Actor) -> bool:
    """Say whether an actor reads a stated contract: its sides, and the authorities above the area."""
    sides = bodies | {found.provider}
    return PERMISSIONS[Act.TERM_READ_DOCUMENT].allows(actor, organisations=sides, path=found.path)


def duty(found: Duty, today: date) -> DutyView:
    """Return a duty as of a day."""
    return DutyView(
        side=found.side.value,
        what=found.what,
        since=found.since,
        until=found.until,
        rule=found.rule,
        asked=found.since <= today,
        late=found.late(today),
    )


async def _emergency(found: emergency_queries.Found, actor: Actor, now: datetime) -> EmergencyView:
    active = found.stage is emergencies.Stage.ACTIVE
    duties = emergencies.duties(found.stage, found.start_on, found.end_on)
    return EmergencyView(
        number=found.number,
        provider=found.provider_name,
        street=found.street_name,
        ground=found.ground.value,
        reasons=found.reasons,
        services=tuple(each.value for each in found.services),
        content=found.content,
        fees=found.fees,
        start_on=found.start_on,
        end_on=found.end_on,
        stage=found.stage,
        why=found.why.value,
        ended_at=found.ended_at,
        end_reasons=found.end_reasons,
        standing=await ports.standing_of(found.provider, now) if active else None,
        duties=tuple(duty(each, period.local_day(now)) for each in duties),
        may_end=active and PERMISSIONS[Act.EMERGENCY_END].allows(actor, path=found.path),
    )
