"""The register of assessment bodies: they declare themselves, an authority lists them, others complain."""

import secrets
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from credit.assessment_tables import AssessorComplaintRow, AssessorDeclarationRow, AssessorRow
from credit.domain.act import Act
from credit.domain.assessment import body
from credit.domain.assessment.body import Declaration, Stage
from credit.domain.permission import PERMISSIONS
from credit.queries.assessment import bodies as queries
from credit.services.drafting import NotEnterpriseError
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import ConflictError, FindingsError, MarketError, NotFoundError
from market.parties import public as parties
from market.runtime import audit, database, inbox


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a complaint about a body."""

    complaint: Annotated[int, Meta(ge=1, lt=2**31)]
    founded: bool
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


async def declare(*, declaration: Declaration, by: Actor, now: datetime) -> int:
    """Declare scope, staff, owners and conflicts of one's own body; the last declaration counts.

    Raises:
        FindingsError: Codes that no enterprise of the register bears; all of them.
        UndeclaredError: The body does not say that it declares truthfully.
    """
    async with database.transaction():
        own = by.organisation or 0
        PERMISSIONS[Act.ASSESSOR_DECLARE].check(by, organisations=(own,))
        if not declaration.truthful:
            raise body.UndeclaredError("not declared as true", field="truthful")
        owners, conflicts = await _enterprises(declaration)
        salt = secrets.token_hex(32)
        with database.translated():
            rows = await AssessorDeclarationRow.insert(
                AssessorDeclarationRow(
                    organisation=own,
                    scope=[scope.value for scope in dict.fromkeys(declaration.scope)],
                    owners=owners,
                    conflicts=conflicts,
                    salt=salt,
                    staff="\n".join(body.lines(declaration.staff)),
                    staff_digest=digest("credit-assessor-staff", {"salt": salt, "staff": declaration.staff}),
                    declared_at=now,
                    declared_by=by.name,
                )
            )
        number = int(rows[0]["id"])
        await audit.record(
            act=Act.ASSESSOR_DECLARE,
            by=by,
            subject=f"credit-assessor-declaration:{number}",
            now=now,
            changed=[audit.row(AssessorDeclarationRow, number)],
        )
        return number


async def _enterprises(declaration: Declaration) -> tuple[list[int], list[int]]:
    found: list[MarketError] = []
    known: dict[str, list[int]] = {"owners": [], "conflicts": []}
    for field, numbers in known.items():
        for code in body.lines(getattr(declaration, field)):
            try:
                named = await parties.organisation_by_code(code)
            except NotFoundError:
                found.append(NotEnterpriseError("no such enterprise", field=field, code=code))
                continue
            if named.kind is parties.OrganisationKind.ENTERPRISE:
                numbers.append(named.id)
            else:
                found.append(NotEnterpriseError("not an enterprise", field=field, code=code))
    if found:
        raise FindingsError(found)
    return known["owners"], known["conflicts"]


async def enlist(*, organisation: int, by: Actor, now: datetime) -> int:
    """Put a body on the register of one's own division; return its number there.

    Raises:
        AssessorListedError: It stands there.
        FindingsError: It did not declare itself, is not admitted, or is tied to an enterprise.
    """
    async with database.transaction():
        named = await parties.organisation(organisation)
        PERMISSIONS[Act.ASSESSOR_LIST].check(by, path=named.path)
        await database.lock(f"credit:assessor:{organisation}")
        if await queries.listed(organisation) is not None:
            raise body.AssessorListedError("listed already", field="organisation")
        said = (await queries.declared([organisation])).get(organisation)
        people = (await queries.shared_people([organisation])).get(organisation, set())
        tied = await queries.codes([*people, *(said.owners if said is not None else ())])
        kind = named.kind is parties.OrganisationKind.ASSESSMENT_BODY
        body.check_listing(declared=said is not None and kind, admitted=named.admitted, tied=tied)
        with database.translated():
            rows = await AssessorRow.insert(
                AssessorRow(
                    stage=Stage.LISTED.value,
                    organisation=organisation,
                    division=by.division or "",
                    path=list(by.path),
                    listed_at=now,
                    listed_by=by.name,
                )
            )
        number = int(rows[0]["id"])
        await _record(number, act=Act.ASSESSOR_LIST, by=by, now=now)
        return number


async def complain(*, assessor_id: int, text: str, by: Actor, now: datetime) -> None:
    """Complain about a body on the register to the authority that keeps it."""
    async with database.transaction():
        found = await queries.body(assessor_id)
        PERMISSIONS[Act.ASSESSOR_COMPLAIN].check(by)
        salt = secrets.token_hex(32)
        with database.translated():
            rows = await AssessorComplaintRow.insert(
                AssessorComplaintRow(
                    assessor=found.id,
                    complainant=by.organisation,
                    salt=salt,
                    text=need_reasons(text, field="text"),
                    text_digest=digest("credit-assessor-complaint", {"salt": salt, "text": text}),
                    filed_at=now,
                    filed_by=by.name,
                )
            )
        changed = audit.row(AssessorComplaintRow, int(rows[0]["id"]))
        for over in await parties.authorities_over(found.path[-1:]):
            await tell(found, "credit.inbox.assessor-complaint", to=over.id, now=now)
        await _record(found.id, act=Act.ASSESSOR_COMPLAIN, by=by, now=now, changed=changed)


async def answer(*, assessor_id: int, answer: Answer, by: Actor, now: datetime) -> None:
    """Answer a complaint, once; a founded one counts on the register and is no removal yet.

    Raises:
        ConflictError: It was answered.
    """
    async with database.transaction():
        found = await queries.body(assessor_id)
        PERMISSIONS[Act.ASSESSOR_ANSWER].check(by, path=found.path)
        asked = await queries.complaint(answer.complaint, lock=True)
        if asked.assessor != found.id or asked.answered_at is not None:
            raise ConflictError("answered already, or about another body")
        with database.translated():
            await AssessorComplaintRow.update(
                {
                    AssessorComplaintRow.answered_at: now,
                    AssessorComplaintRow.answered_by: by.name,
                    AssessorComplaintRow.founded: answer.founded,
                    AssessorComplaintRow.answer: need_reasons(answer.reasons),
                }
            ).where(AssessorComplaintRow.id == asked.id)
        changed = audit.row(AssessorComplaintRow, asked.id)
        await tell(found, "credit.inbox.assessor-answered", to=found.organisation, now=now)
        await _record(found.id, act=Act.ASSESSOR_ANSWER, by=by, now=now, changed=changed)


async def tell(found: queries.Body, key: str, *, to: int, now: datetime) -> None:
    """Tell an organisation about a body on the register."""
    await inbox.tell(
        organisation=to,
        key=key,
        params={},
        url=f"/credit/assessors/{found.id}",
        origin=f"{key}:{found.id}:{now.isoformat()}",
        now=now,
    )


async def _record(
    number: int, *, act: Act, by: Actor, now: datetime, changed: audit.Changed | None = None
) -> None:
    rows = [changed] if changed is not None else [audit.row(AssessorRow, number)]
    await audit.record(act=act, by=by, subject=f"credit-assessor:{number}", now=now, changed=rows)
