"""Public keys: registration and revocation. Private parts never come here."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from market.kernel.actor import Actor
from market.parties.domain.key import KeyholderKey, SigningKey
from market.parties.domain.permission import Act
from market.parties.queries import records
from market.parties.services import keys
from market.parties.web import answers, requests
from market.parties.web.sign_in import opt
from market.runtime.web import forms

Asked = Request[Any, Any, Any]


class KeyForms(Controller):
    """What the page of one's keys does without a script."""

    include_in_schema = False

    @post("/workspace/keys/{key_id:str}/revoke", opt=opt(Act.SIGNING_KEY_REVOKE))
    async def revoke(self, key_id: str, actor: Actor, now: datetime) -> Redirect:
        """Revoke one's own enterprise's signing key and go on to make a new one."""
        await keys.revoke_signing(key_id=key_id, by=actor, now=now)
        return Redirect("/workspace/keys", status_code=HTTP_303_SEE_OTHER)

    @post("/workspace/keyholder-keys/{key_id:str}/revoke", opt=opt(Act.KEYHOLDER_KEY_REVOKE))
    async def revoke_keyholder(self, request: Asked, key_id: str, actor: Actor, now: datetime) -> Redirect:
        """Report one's own keyholder key and go on to make a new one."""
        asked = await forms.decode(request, requests.RevokeKeyholderKey)
        await keys.revoke_keyholder(key_id=key_id, reason=asked.reason, by=actor, now=now)
        return Redirect("/workspace/keys", status_code=HTTP_303_SEE_OTHER)


class KeyApi(Controller):
    """Keys of enterprises and keyholders; the pages that make them live where bids are sealed and opened."""

    path = "/api/keys"
    tags = ["keys"]

    @post("/signing", opt=opt(Act.SIGNING_KEY_REGISTER))
    async def register_signing(self, request: Asked, actor: Actor, now: datetime) -> SigningKey:
        """Register one's own enterprise's signing and recovery key.

        The proof is the signature of the new key, purpose ``signing-key``, over organisation (its number),
        code, signing_key and recovery_key.
        """
        asked = await forms.decode(request, requests.RegisterSigningKey)
        return await keys.register_signing(
            signing_key=asked.signing_key,
            recovery_key=asked.recovery_key,
            proof=asked.proof,
            by=actor,
            now=now,
        )

    @post("/signing/{key_id:str}/revoke", opt=opt(Act.SIGNING_KEY_REVOKE), status_code=HTTP_200_OK)
    async def revoke_signing(self, key_id: str, actor: Actor, now: datetime) -> answers.Done:
        """Revoke one's own enterprise's signing key."""
        await keys.revoke_signing(key_id=key_id, by=actor, now=now)
        return answers.Done()

    @get("/keyholder/{key_id:str}", opt=opt(Act.READ))
    async def keyholder(self, key_id: str) -> KeyholderKey:
        """Return a keyholder's public keys."""
        return await records.keyholder_key(key_id)

    @post("/keyholder", opt=opt(Act.KEYHOLDER_KEY_REGISTER))
    async def register_keyholder(self, request: Asked, actor: Actor, now: datetime) -> KeyholderKey:
        """Register one's own keyholder keys under the institution one acts for.

        The proof is the signature of the new signing key, purpose ``keyholder-key``, over organisation (its
        number), institution (its name), opening_key and signing_key.
        """
        asked = await forms.decode(request, requests.RegisterKeyholderKey)
        return await keys.register_keyholder(
            opening_key=asked.opening_key, signing_key=asked.signing_key, proof=asked.proof, by=actor, now=now
        )

    @post("/keyholder/{key_id:str}/revoke", opt=opt(Act.KEYHOLDER_KEY_REVOKE), status_code=HTTP_200_OK)
    async def revoke_keyholder(
        self, request: Asked, key_id: str, actor: Actor, now: datetime
    ) -> answers.Done:
        """Report one's own keyholder key lost or in other hands; releases with it are refused from now on."""
        asked = await forms.decode(request, requests.RevokeKeyholderKey)
        await keys.revoke_keyholder(key_id=key_id, reason=asked.reason, by=actor, now=now)
        return answers.Done()
