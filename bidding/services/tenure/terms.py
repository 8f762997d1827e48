"""What is recorded of a running contract: stated or signed, its end decided, declined or given notice of."""

from datetime import date, datetime
from typing import ClassVar

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile
from bidding.domain.tenure import term as terms
from bidding.queries import contracts as contract_queries
from bidding.queries import decisions
from bidding.queries.handover import records as handovers
from bidding.queries.tenure import terms as queries
from bidding.services import documents
from bidding.services.handover import starts
from bidding.services.tenure import concerned
from bidding.services.tenure.entries import Changes, record, store
from bidding.tables.tenures import TermRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, InvalidInputError
from market.parties import public as parties
from market.runtime import audit, database, files

LIMIT = documents.LIMIT


class TermRunsError(ConflictError):
    """The area has a contract on record that is not over."""

    code: ClassVar[str] = "term-runs"
    source = "BPR 75"


class NoProviderError(InvalidInputError):
    """Whoever serves an area is an enterprise, or the developer that holds it."""

    code: ClassVar[str] = "term-no-provider"
    source = "CC 937"


async def state(
    *,
    community: int,
    provider: str,
    start_on: date,
    end_on: date,
    document: bytes,
    by: Actor,
    now: datetime,
) -> queries.Found:
    """State which contract an area runs under, where none was made here; so it is watched as well.

    Beside one that is on record only its renewal is stated, on an owners' decision that stands and covers the
    same provider (rules H01, T78); one that had continued without a decision ends with it.

    Args:
        provider: Social credit code.
        document: The contract; read by its sides and the authorities of the area only.

    Raises:
        TermRunsError: One is on record and not closed, and this does not renew it.
        TermOrderError: It ends before it begins.
        NoProviderError: The organisation serves nobody.
        FileKindError: The file is no document.
    """
    async with (
        files.receiving(document, limit=LIMIT, kinds=documents.KINDS) as keep,
        database.transaction(),
    ):
        place = await parties.community(community)
        bodies = await parties.organisations_in(community)
        PERMISSIONS[Act.TERM_STATE].check(by, organisations=bodies, path=place.path)
        await database.lock(f"term:{community}")
        earlier = await queries.of_community(community)
        terms.check_span(start_on, end_on)
        serving = await parties.organisation_by_code(provider)
        if serving.kind not in starts.LEAVING:
            raise NoProviderError(field="provider", name=serving.name)
        running = [each for each in earlier if each.stage is not terms.Stage.CLOSED]
        for each in running:
            if not terms.renews(each.term, same_provider=each.provider == serving.id, start_on=start_on):
                raise TermRunsError(number=each.number, field="community")
        stored = await keep()
        row = TermRow(
            number=_number(community, earlier),
            community=community,
            provider=serving.id,
            start_on=start_on,
            end_on=end_on,
            document=stored.digest,
            stage=terms.begin(end_on, period.local_day(now)).value,
            opened_at=now,
            opened_by=by.name,
        )
        await row.save()
        await store(row.id, {}, now)
        renewed = [await replace(each, now) for each in running if each.stage is terms.Stage.CONTINUED]
        await record(Act.TERM_STATE, row.id, by=by, now=now, rows=renewed)
        return await queries.by_id(row.id)


async def replace(found: queries.Found, now: datetime) -> audit.Changed:
    """Close a contract that had continued: its renewal takes its place at once."""
    target = terms.LIFECYCLE.after(found.stage, terms.Step.CLOSE)
    await database.move(TermRow, id=found.id, expected=found.stage, to=target)
    await store(found.id, {TermRow.closed_at: now}, now)
    return audit.row(TermRow, found.id)


def _number(community: int, earlier: list[queries.Found]) -> str:
    return f"FW-{community}-{len(earlier) + 1}"


async def follow(contract_id: int, *, by: Actor, now: datetime) -> audit.Changed:
    """Put a contract that was just signed on the register, in the transaction of the signature."""
    made = await contract_queries.by_id(contract_id)
    await database.lock(f"term:{made.community}")
    row = TermRow(
        number=_number(made.community, await queries.of_community(made.community)),
        community=made.community,
        provider=made.provider,
        contract=made.id,
        start_on=made.start_on,
        end_on=made.end_on,
        stage=terms.LIFECYCLE.initial.value,
        opened_at=now,
        opened_by=by.name,
    )
    await row.save()
    await store(row.id, {}, now)
    return audit.row(TermRow, row.id)


async def settle(*, number: str, decision: str, by: Actor, now: datetime) -> queries.Found:
    """Record what the owners decided about the end; with it the provider is told in writing (rule H01).

    A decision that was revoked since may be followed by another one.

    Raises:
        TermDecisionError: It does not stand, is another community's, or says nothing about the end.
        AlreadySaidError: A decision that stands is on record.
    """
    async with database.transaction():
        found = await _of_committee(Act.TERM_SETTLE, number, by)
        if found.way is not None:
            raise terms.AlreadySaidError(found.number, number=found.number)
        terms.LIFECYCLE.after(found.stage, terms.Step.NOTICE)  # only what has not ended is settled
        decided = await decisions.by_number(decision)
        voting = rule_table.current(Profile.OWNER)
        terms.way_of(decided, community=found.community, provider=found.provider, rules=voting)
        changes: Changes = {
            TermRow.decision: decided.id,
            TermRow.settled_at: now,
            TermRow.settled_by: by.name,
        }
        await store(found.id, changes, now)
        entry = await record(Act.TERM_SETTLE, found.id, by=by, now=now)
        await concerned.tell_of_term(found, "settled", entry)
        return await queries.by_number(number)


async def decline(*, number: str, reasons: str, by: Actor, now: datetime) -> queries.Found:
    """Say as the provider that one does not renew (rule H02), or end what continued (rules H03, H22).

    Too late counts and shows as late. A contract that continued without an end gets its last day.

    Raises:
        AlreadySaidError: It was said before.
        UnknownMoveError: It is ending or over.
    """
    async with database.transaction():
        found = await queries.locked(number)
        PERMISSIONS[Act.TERM_DECLINE].check(by, organisations=(found.provider,), path=found.path)
        if found.declined_at is not None:
            raise terms.AlreadySaidError(found.number, number=found.number)
        target = terms.LIFECYCLE.after(found.stage, terms.Step.NOTICE)
        said: Changes = {
            TermRow.declined_at: now,
            TermRow.declined_by: by.name,
            TermRow.declined_why: reasons,
        }
        continued = found.stage is terms.Stage.CONTINUED
        if continued:
            await database.move(TermRow, id=found.id, expected=found.stage, to=target)
            said |= _notice(found, by, now)
        await store(found.id, said, now)
        entry = await record(Act.TERM_DECLINE, found.id, by=by, now=now)
        await concerned.tell_of_term(found, "noticed" if continued else "declined", entry)
        return await queries.by_number(number)


async def dismiss(*, number: str, decision: str, by: Actor, now: datetime) -> queries.Found:
    """Give the provider notice on the owners' decision; the hand-over begins with it (rules H03, H13).

    Raises:
        TermDecisionError: The owners did not decide to dismiss this provider, or the decision does not stand.
        UnknownMoveError: Notice was given already, or it is over.
    """
    async with database.transaction():
        found = await _of_committee(Act.TERM_DISMISS, number, by)
        target = terms.LIFECYCLE.after(found.stage, terms.Step.NOTICE)
        decided = await decisions.by_number(decision)
        voting = rule_table.current(Profile.OWNER)
        terms.check_dismissal(decided, community=found.community, provider=found.provider, rules=voting)
        await database.move(TermRow, id=found.id, expected=found.stage, to=target)
        notice = _notice(found, by, now)
        await store(found.id, {TermRow.dismissal: decided.id, **notice}, now)
        entry = await record(Act.TERM_DISMISS, found.id, by=by, now=now)
        await concerned.tell_of_term(found, "dismissed", entry)
        if not any(each.closed_at is None for each in await handovers.of_community(found.community)):
            await starts.start_early(
                community=found.community,
                outgoing=found.provider,
                ground=starts.Ground.DISMISSAL,
                contract_end_on=(await queries.by_number(number)).ends_on,
                by=by,
                now=now,
            )
        return await queries.by_number(number)


def _notice(found: queries.Found, by: Actor, now: datetime) -> Changes:
    today = period.local_day(now)
    return {
        TermRow.noticed_on: today,
        TermRow.noticed_by: by.name,
        TermRow.ends_on: terms.notice_end(found.term, today, found.rules),
    }


async def _of_committee(act: Act, number: str, by: Actor) -> queries.Found:
    found = await queries.locked(number)
    bodies = await parties.organisations_in(found.community)
    PERMISSIONS[act].check(by, organisations=bodies, path=found.path)
    return found
