"""Organisations: applying, being established, admitted, refused and closed."""

from datetime import datetime

from market.kernel.actor import Actor, Permission
from market.parties.domain import account, finding, mandate, name, organisation
from market.parties.domain.division import Division
from market.parties.domain.organisation import Organisation, Stage
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import records as queries
from market.parties.services import accounts
from market.parties.tables import MandateRow, OrganisationRow
from market.runtime import audit
from market.runtime.database import fetch, lock, move, transaction


async def apply(
    *, application: organisation.Application, holder: account.Holder, by: Actor, now: datetime
) -> int:
    """Register oneself: the body waits for admission, its first person can sign in but not act for it yet.

    Raises:
        KindNotApplyingError: Bodies of this kind are established by an authority.
        OrganisationExistsError: The code is registered.
        CommitteeExistsError: The residential area has a committee in office.
    """
    PERMISSIONS[Act.ORGANISATION_APPLY].check(by)
    if application.kind not in organisation.APPLYING:
        raise organisation.KindNotApplyingError(f"{application.kind} does not apply", field="kind")
    async with transaction():
        applicant = await accounts.open_account(holder=holder, by=by, now=now)
        return await _enter(
            application, act=Act.ORGANISATION_APPLY, applicant=applicant, by=by, now=now, stage=Stage.APPLIED
        )


async def establish(*, application: organisation.Application, by: Actor, now: datetime) -> int:
    """File a body below oneself; it is admitted at once, its first mandate is a further act.

    Raises:
        GrantTooHighError: Another authority is responsible.
    """
    place = await queries.division(application.division)
    PERMISSIONS[Act.ORGANISATION_ESTABLISH].check(by, path=place.path)
    mandate.check_below(by, organisation=_sketch(application, place), level=place.level)
    async with transaction():
        return await _enter(
            application,
            act=Act.ORGANISATION_ESTABLISH,
            applicant=None,
            by=by,
            now=now,
            stage=Stage.ADMITTED,
        )


def _sketch(application: organisation.Application, place: Division) -> Organisation:
    """Return the body as it would stand in the register, for the rules that judge it beforehand."""
    return Organisation(
        id=0,
        kind=application.kind,
        code=application.code or "",
        name=application.name,
        division=place.code,
        path=place.path,
        admitted=False,
    )


async def _enter(
    application: organisation.Application,
    *,
    act: Act,
    applicant: int | None,
    by: Actor,
    now: datetime,
    stage: Stage,
) -> int:
    place = await queries.division(application.division)
    home = await queries.community(application.community) if application.community else None
    organisation.check_place(application, home)
    if home is not None:
        await _check_no_committee(home.id)
    full = name.normal(application.name)
    key = finding.key(full)
    code = organisation.checked_code(application) or await _number(application)
    if await OrganisationRow.exists().where(OrganisationRow.code == code):
        raise organisation.OrganisationExistsError(f"{code} is registered", field="code", value=code)
    admitted = stage is Stage.ADMITTED
    row = OrganisationRow(
        stage=stage.value,
        kind=application.kind.value,
        code=code,
        name=full,
        name_pinyin=name.pinyin(full),
        name_grams=key.grams,
        name_readings=key.readings,
        division=place.code,
        community=application.community,
        applicant=applicant,
        registered_at=now,
        registered_by=by.name,
        admitted_at=now if admitted else None,
        admitted_by=by.name if admitted else None,
    )
    await row.save()
    await audit.record(
        act=act,
        by=by,
        subject=f"organisation:{row.id}",
        now=now,
        changed=[audit.row(OrganisationRow, row.id)],
    )
    return row.id


async def _check_no_committee(community: int) -> None:
    """One committee in office at a time; the lock makes two applications take turns."""
    await lock(f"parties:committee:{community}")
    if await OrganisationRow.exists().where(
        (OrganisationRow.community == community) & (OrganisationRow.stage == Stage.ADMITTED.value)
    ):
        raise organisation.CommitteeExistsError("a committee is in office", field="community")


async def _number(application: organisation.Application) -> str:
    front = f"{organisation.CODE_LETTERS[application.kind]}-{application.division}-"
    await lock(f"parties:code:{front}")
    rows = await fetch(
        "SELECT count(*) AS taken FROM parties_organisation WHERE starts_with(code, $1)", front
    )
    return f"{front}{rows[0]['taken'] + 1:04d}"


async def admit(*, organisation_id: int, by: Actor, now: datetime) -> int | None:
    """Admit an applicant to the register and give its first person the first mandate; return that mandate.

    Raises:
        OwnSubmissionError: ``by`` applied for it.
        UnknownMoveError: It is decided already.
        CommitteeExistsError: Another committee of the area was admitted meanwhile.
    """
    body, row = await _judge(organisation_id, Act.ORGANISATION_ADMIT, by)
    async with transaction():
        if body.community is not None:
            await _check_no_committee(body.community)
        await _step(row, Act.ORGANISATION_ADMIT)
        await OrganisationRow.update(
            {OrganisationRow.admitted_at: now, OrganisationRow.admitted_by: by.name}
        ).where(OrganisationRow.id == body.id)
        changed = [audit.row(OrganisationRow, body.id)]
        first = None
        if row.applicant is not None:
            first = await _first_mandate(body, row.applicant, by=by, now=now)
            changed.append(audit.row(MandateRow, first))
        await audit.record(
            act=Act.ORGANISATION_ADMIT, by=by, subject=f"organisation:{body.id}", now=now, changed=changed
        )
        return first


async def _first_mandate(body: Organisation, person: int, *, by: Actor, now: datetime) -> int:
    row = MandateRow(
        person=person,
        organisation=body.id,
        role=organisation.FIRST_ROLE[body.kind].value,
        division=body.division,
        valid_from=now,
        granted_at=now,
        granted_by=by.name,
    )
    await row.save()
    return row.id


async def refuse(*, organisation_id: int, by: Actor, now: datetime) -> None:
    """Refuse an applicant; its code stays taken, so that the refusal is not forgotten.

    Raises:
        UnknownMoveError: It is decided already.
    """
    await _end(organisation_id, Act.ORGANISATION_REFUSE, by=by, now=now)


async def close(*, organisation_id: int, by: Actor, now: datetime) -> None:
    """Strike a body off: from now on nobody acts for it; what it did stays.

    Raises:
        UnknownMoveError: It was never admitted, or is closed already.
    """
    await _end(organisation_id, Act.ORGANISATION_CLOSE, by=by, now=now)


async def _end(organisation_id: int, act: Act, *, by: Actor, now: datetime) -> None:
    body, row = await _judge(organisation_id, act, by)
    async with transaction():
        await _step(row, act)
        await OrganisationRow.update(
            {OrganisationRow.closed_at: now, OrganisationRow.closed_by: by.name}
        ).where(OrganisationRow.id == body.id)
        await audit.record(
            act=act,
            by=by,
            subject=f"organisation:{body.id}",
            now=now,
            changed=[audit.row(OrganisationRow, body.id)],
        )


async def _judge(organisation_id: int, act: Act, by: Actor) -> tuple[Organisation, OrganisationRow]:
    """Return the body an authority decides on, after asking whether it may."""
    body = await queries.organisation(organisation_id)
    permission: Permission = PERMISSIONS[act]
    permission.check(by, path=body.path)
    mandate.check_below(by, organisation=body, level=(await queries.division(body.division)).level)
    row = await OrganisationRow.objects().get(OrganisationRow.id == organisation_id)
    if row is None or (row.applicant is not None and row.applicant == by.person):
        raise organisation.OwnSubmissionError("one's own application")
    return body, row


async def _step(row: OrganisationRow, act: Act) -> None:
    stage = Stage(row.stage)
    await move(
        OrganisationRow, id=row.id, expected=stage.value, to=organisation.LIFECYCLE.after(stage, act).value
    )
