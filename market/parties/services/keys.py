"""Public keys: entered by a logged act that shows them, so that anybody sees a key entered in their name."""

from datetime import datetime

from piccolo.table import Table

from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError
from market.parties.domain import key
from market.parties.domain.organisation import Organisation
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import records as queries
from market.parties.tables import KeyholderKeyRow, SigningKeyRow
from market.runtime import audit, outbox
from market.runtime.database import execute, lock, transaction


class NoOrganisationError(NotPermittedError):
    """Keys belong to a person acting for a body."""

    code = "no-organisation"


async def register_signing(
    *, signing_key: str, recovery_key: str, proof: str, by: Actor, now: datetime
) -> key.SigningKey:
    """Register the signing key and the recovery key of one's own enterprise.

    Args:
        proof: Signature with the new key over the registration, purpose ``signing-key``.

    Raises:
        KeyFormError, KeyProofError: The keys are not in form, or possession is not proved.
        KeyInUseError: A key is in force; it is revoked first.
        RecordExistsError: The key was registered before, by anybody.
    """
    body = await _body(by, Act.SIGNING_KEY_REGISTER)
    registration = key.SigningRegistration(
        organisation=body.id, code=body.code, signing_key=signing_key, recovery_key=recovery_key
    )
    key_id = key.check_signing(registration, proof)
    async with transaction():
        await lock(f"parties:signing-key:{body.id}")
        if await SigningKeyRow.exists().where(
            (SigningKeyRow.organisation == body.id) & SigningKeyRow.revoked_at.is_null()
        ):
            raise key.KeyInUseError("revoke the present key first")
        await SigningKeyRow.insert(
            SigningKeyRow(
                id=key_id,
                organisation=body.id,
                code=body.code,
                signing_key=signing_key,
                recovery_key=recovery_key,
                proof=proof,
                registered_at=now,
                registered_by=by.name,
            )
        )
        await _log(SigningKeyRow, key_id, act=Act.SIGNING_KEY_REGISTER, by=by, now=now)
    return next(one for one in await queries.signing_keys_of(body.id) if one.id == key_id)


async def revoke_signing(*, key_id: str, by: Actor, now: datetime) -> None:
    """Revoke one's own enterprise's signing key: nothing signed from now on counts.

    Raises:
        KeyUnknownError: Not a key in force of this enterprise.
    """
    body = await _body(by, Act.SIGNING_KEY_REVOKE)
    async with transaction():
        done = (
            await SigningKeyRow.update({SigningKeyRow.revoked_at: now, SigningKeyRow.revoked_by: by.name})
            .where(
                (SigningKeyRow.id == key_id)
                & (SigningKeyRow.organisation == body.id)
                & SigningKeyRow.revoked_at.is_null()
            )
            .returning(SigningKeyRow.id)
        )
        if not done:
            raise key.KeyUnknownError(f"no key {key_id} in force", field="key", value=key_id)
        await _log(SigningKeyRow, key_id, act=Act.SIGNING_KEY_REVOKE, by=by, now=now)


async def register_keyholder(
    *, opening_key: str, signing_key: str, proof: str, by: Actor, now: datetime
) -> key.KeyholderKey:
    """Register one's own two keyholder keys under the institution one acts for.

    Args:
        proof: Signature with the new signing key over the registration, purpose ``keyholder-key``.

    Raises:
        KeyFormError, KeyProofError: The keys are not in form, or possession is not proved.
        RecordExistsError: One of the keys was registered before, by anybody.
    """
    body = await _body(by, Act.KEYHOLDER_KEY_REGISTER)
    registration = key.KeyholderRegistration(
        organisation=body.id, institution=body.name, opening_key=opening_key, signing_key=signing_key
    )
    key_id = key.check_keyholder(registration, proof)
    async with transaction():
        await KeyholderKeyRow.insert(
            KeyholderKeyRow(
                id=key_id,
                organisation=body.id,
                person=by.person,
                institution=body.name,
                opening_key=opening_key,
                signing_key=signing_key,
                proof=proof,
                registered_at=now,
                registered_by=by.name,
            )
        )
        await _log(KeyholderKeyRow, key_id, act=Act.KEYHOLDER_KEY_REGISTER, by=by, now=now)
    return await queries.keyholder_key(key_id)


async def revoke_keyholder(*, key_id: str, reason: key.KeyLoss, by: Actor, now: datetime) -> None:
    """Report one's own keyholder key: lost, in other hands, or without a holder; it counts for nothing now.

    Tenders that named it go on while enough keys are left; else their keyholders change before the deadline.

    Raises:
        KeyUnknownError: Not one's own key in force.
    """
    body = await _body(by, Act.KEYHOLDER_KEY_REVOKE)
    async with transaction():
        done = (
            await KeyholderKeyRow.update(
                {
                    KeyholderKeyRow.revoked_at: now,
                    KeyholderKeyRow.revoked_by: by.name,
                    KeyholderKeyRow.revoked_for: reason.value,
                }
            )
            .where(
                (KeyholderKeyRow.id == key_id)
                & (KeyholderKeyRow.organisation == body.id)
                & (KeyholderKeyRow.person == by.person)
                & KeyholderKeyRow.revoked_at.is_null()
            )
            .returning(KeyholderKeyRow.id)
        )
        if not done:
            raise key.KeyUnknownError(f"no key {key_id} in force", field="key", value=key_id)
        entry = await _log(KeyholderKeyRow, key_id, act=Act.KEYHOLDER_KEY_REVOKE, by=by, now=now)
        event = key.KeyholderKeyRevoked(
            key_id=key_id, organisation=body.id, institution=body.name, reason=reason
        )
        await outbox.publish(event, entry=entry)


async def _body(by: Actor, act: Act) -> Organisation:
    """Return the actor's own organisation, if the actor may do the act for it."""
    own = () if by.organisation is None else (by.organisation,)
    PERMISSIONS[act].check(by, organisations=own)
    if by.organisation is None or by.person is None:
        raise NoOrganisationError("acts for nobody")
    return await queries.organisation(by.organisation)


async def _log(table: type[Table], key_id: str, *, act: Act, by: Actor, now: datetime) -> audit.Entry:
    """Record the act; on registration keep the number of the entry that shows the key."""
    entry = await audit.record(act=act, by=by, subject=key_id, now=now, changed=[audit.row(table, key_id)])
    await execute(
        f'UPDATE "{table._meta.tablename}" SET entry = coalesce(entry, $2) WHERE id = $1',  # noqa: S608
        key_id,
        entry.id,
    )
    return entry
