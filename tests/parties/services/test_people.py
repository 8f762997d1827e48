"""Accounts, sign-in, mandates and keys against a real database: acts, entries, refusals."""

import asyncio
from datetime import timedelta
from time import sleep
from typing import cast

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from market.kernel import digest
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.parties import public
from market.parties.domain import account, key, mandate
from market.parties.domain.account import Holder
from market.parties.queries import pages
from market.parties.services import accounts, keys, mandates, passwords, sign_ins
from market.runtime.database import RecordExistsError, execute, fetch
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")
WALL = make.NOW


async def sign_in(login: str, password: str, at: timedelta = timedelta(0)) -> int:
    outcome = await sign_ins.sign_in(login=login, password=password, by=Actor.public(), now=WALL + at)
    return sign_ins.settle(outcome)


async def test_who_has_the_password_is_let_in() -> None:
    party = await make.an_enterprise()
    assert await sign_in(party.login, make.PASSWORD) == party.actor.person
    assert await sign_in(party.login.upper(), make.PASSWORD) == party.actor.person


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answers_all_the_way() -> None:
    party = await make.an_enterprise()
    told = []
    for login in (party.login, "nobody-of-this-name"):
        words = []
        for _ in range(account.FREE_FAILURES + 2):
            with pytest.raises((account.SignInRefusedError, account.SignInLockedError)) as refusal:
                await sign_in(login, "wrong")
            words.append((type(refusal.value), refusal.value.context, refusal.value.detail))
        told.append(words)
    assert told[0] == told[1]
    assert told[0][-1][0] is account.SignInLockedError
    assert told[0][0][0] is account.SignInRefusedError


async def test_a_locked_name_waits_even_with_the_right_password_and_is_let_in_afterwards() -> None:
    party = await make.an_enterprise()
    for _ in range(account.FREE_FAILURES):
        with pytest.raises(account.SignInRefusedError):
            await sign_in(party.login, "wrong")
    with pytest.raises(account.SignInLockedError):
        await sign_in(party.login, make.PASSWORD)
    assert await sign_in(party.login, make.PASSWORD, account.FIRST_WAIT) == party.actor.person
    assert await fetch("SELECT 1 FROM parties_sign_in_throttle") == []


async def test_parallel_guesses_do_not_slip_through() -> None:
    party = await make.an_enterprise()
    outcomes = await asyncio.gather(
        *(sign_in(party.login, f"guess {n}") for n in range(20)), return_exceptions=True
    )
    looked_at = [one for one in outcomes if isinstance(one, account.SignInRefusedError)]
    assert len(looked_at) == account.FREE_FAILURES


async def test_old_failures_are_forgotten() -> None:
    party = await make.an_enterprise()
    for _ in range(account.FREE_FAILURES):
        with pytest.raises(account.SignInRefusedError):
            await sign_in(party.login, "wrong")
    later = account.FORGET_AFTER + timedelta(seconds=1)
    with pytest.raises(account.SignInRefusedError):
        await sign_in(party.login, "wrong", later)
    assert (await fetch("SELECT failures FROM parties_sign_in_throttle"))[0]["failures"] == 1


async def test_a_changed_password_replaces_the_old_one_and_a_closed_account_lets_nobody_in() -> None:
    party = await make.an_enterprise()
    with pytest.raises(account.PasswordWrongError):
        await accounts.change_password(
            present="wrong", fresh="another long phrase", by=party.actor, now=make.NOW
        )
    await accounts.change_password(
        present=make.PASSWORD, fresh="another long phrase", by=party.actor, now=make.NOW
    )
    assert await sign_in(party.login, "another long phrase") == party.actor.person
    with pytest.raises(account.SignInRefusedError):
        await sign_in(party.login, make.PASSWORD)
    await accounts.close_account(by=party.actor, now=make.NOW)
    with pytest.raises(account.SignInRefusedError):
        await sign_in(party.login, "another long phrase")
    assert party.actor.person is not None
    assert await public.actors_of(party.actor.person, make.NOW) == []


async def test_the_password_is_nowhere_in_the_database() -> None:
    party = await make.an_enterprise()
    rows = await fetch("SELECT a::text AS text FROM parties_account a")
    assert rows
    assert make.PASSWORD not in str(rows)
    assert party.login in str(rows)


async def test_one_person_may_act_for_two_bodies_and_chooses() -> None:
    first, second = await make.an_enterprise(), await make.an_enterprise()
    grant = public.Grant(organisation=second.organisation, role=Role.ENTERPRISE, holder=first.login)
    await mandates.grant(grant=grant, by=second.actor, now=make.NOW)
    assert first.actor.person is not None
    choices = await pages.choices(first.actor.person, make.NOW)
    assert {choice.organisation for choice in choices} == {first.organisation, second.organisation}
    with pytest.raises(RecordExistsError):
        await mandates.grant(grant=grant, by=second.actor, now=make.NOW)


async def test_a_mandate_holds_in_its_period_and_not_before_or_after() -> None:
    party = await make.an_enterprise()
    begins, ends = make.NOW + timedelta(days=1), make.NOW + timedelta(days=2)
    grant = public.Grant(
        organisation=party.organisation,
        role=Role.ENTERPRISE,
        holder=make.a_holder(),
        valid_from=begins,
        valid_to=ends,
    )
    number = await mandates.grant(grant=grant, by=party.actor, now=make.NOW)
    person = (await fetch("SELECT person FROM parties_mandate WHERE id = $1", number))[0]["person"]
    held = [
        await public.actor_of(person, number, at) is not None
        for at in (make.NOW, begins, ends - timedelta(seconds=1), ends)
    ]
    assert held == [False, True, True, False]


async def test_a_mandate_taken_back_ends_at_once_and_may_be_given_again() -> None:
    party = await make.an_enterprise()
    colleague = await make.a_colleague(party.actor, Role.ENTERPRISE)
    assert colleague.person is not None
    assert colleague.mandate is not None
    await mandates.revoke(mandate_id=colleague.mandate, by=party.actor, now=make.NOW)
    assert await public.actor_of(colleague.person, colleague.mandate, make.NOW) is None
    with pytest.raises(mandate.MandateRevokedError):
        await mandates.revoke(mandate_id=colleague.mandate, by=party.actor, now=make.NOW)
    rows = await fetch("SELECT login FROM parties_account WHERE id = $1", colleague.person)
    grant = public.Grant(organisation=party.organisation, role=Role.ENTERPRISE, holder=rows[0]["login"])
    assert await mandates.grant(grant=grant, by=party.actor, now=make.NOW) != colleague.mandate


async def test_mandates_that_cannot_be_given() -> None:
    party, other = await make.an_enterprise(), await make.an_enterprise()
    cases: list[tuple[dict[str, object], Actor, type[Exception]]] = [
        ({"organisation": other.organisation}, party.actor, OutOfScopeError),
        ({"role": Role.CITY}, party.actor, mandate.RoleMisfitError),
        ({"division": "110106"}, party.actor, mandate.MandateReachError),
        ({"valid_to": make.NOW}, party.actor, mandate.MandatePeriodError),
        ({"holder": party.login}, party.actor, mandate.MandateOwnError),
        ({"holder": "nobody-here"}, party.actor, account.AccountUnknownError),
        ({}, await make.a_witness(), RoleNotPermittedError),
    ]
    for changes, by, refusal in cases:
        fields = {"organisation": party.organisation, "role": Role.ENTERPRISE, "holder": other.login}
        grant = public.Grant(**{**fields, **changes})  # type: ignore[arg-type]
        with pytest.raises(refusal):
            await mandates.grant(grant=grant, by=by, now=make.NOW)


async def test_an_authority_takes_back_below_itself_only() -> None:
    committee = (await make.a_committee()).actor
    street, district = await make.an_officer(Role.STREET), await make.an_officer(Role.DISTRICT)
    assert committee.mandate is not None
    assert district.mandate is not None
    with pytest.raises(OutOfScopeError):
        await mandates.revoke_below(mandate_id=district.mandate, by=street, now=make.NOW)
    await mandates.revoke_below(mandate_id=committee.mandate, by=street, now=make.NOW)
    with pytest.raises(mandate.MandateUnknownError):
        await mandates.revoke_below(mandate_id=999_999, by=street, now=make.NOW)


async def test_a_log_in_name_is_given_once() -> None:
    party = await make.an_enterprise()
    holder = Holder(name="另一人", login=party.login, password=make.PASSWORD)
    with pytest.raises(account.LoginTakenError):
        await accounts.open_account(holder=holder, by=Actor.public(), now=make.NOW)


async def test_the_log_shows_code_and_key_to_everybody() -> None:
    party = await make.an_enterprise()
    pair = await make.signing_keys(party.actor)
    registered = pair.registered
    assert registered.id == digest.key_id(registered.key_hex)
    rows = await fetch(
        "SELECT e.subject, i.image FROM runtime_audit_entry e"
        " JOIN runtime_audit_image i ON i.entry_id = e.id WHERE e.id = $1",
        registered.registered_entry_id,
    )
    assert rows[0]["subject"] == registered.id
    for shown in (party.code, registered.key_hex, registered.recovery_key_hex):
        assert shown in rows[0]["image"]
    assert await public.signing_key_of(party.organisation, make.NOW) == registered
    assert await public.signing_key_of(party.organisation, make.NOW - timedelta(seconds=1)) is None


async def test_one_signing_key_is_in_force_and_a_revoked_one_stays_known() -> None:
    party = await make.an_enterprise()
    first = (await make.signing_keys(party.actor)).registered
    with pytest.raises(key.KeyInUseError):
        await make.signing_keys(party.actor)
    later = make.NOW + timedelta(hours=1)
    await keys.revoke_signing(key_id=first.id, by=party.actor, now=later)
    with pytest.raises(key.KeyUnknownError):
        await keys.revoke_signing(key_id=first.id, by=party.actor, now=later)
    second = (await make.signing_keys(party.actor, now=later)).registered
    at_first = await public.signing_key_of(party.organisation, make.NOW)
    at_last = await public.signing_key_of(party.organisation, later)
    assert at_first is not None
    assert at_last is not None
    assert (at_first.id, at_last.id) == (first.id, second.id)
    assert len(await public.signing_keys_of(party.organisation)) == 2


async def test_a_key_nobody_holds_is_not_registered() -> None:
    party, thief = await make.an_enterprise(), await make.an_enterprise()
    pair = await make.signing_keys(party.actor)
    recovery = X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    signing = Ed25519PrivateKey.generate()
    for mine, proof, refusal in (
        (pair.registered.key_hex, "0" * 128, key.KeyProofError),
        (digest.public_of(signing), digest.sign("signing-key", {}, signing), key.KeyProofError),
        ("AB" * 32, "0" * 128, key.KeyFormError),
        ("0" * 64, "0" * 128, key.KeyFormError),
        (recovery, "0" * 128, key.KeyFormError),
    ):
        with pytest.raises(refusal):
            await keys.register_signing(
                signing_key=mine, recovery_key=recovery, proof=proof, by=thief.actor, now=make.NOW
            )
    assert await public.signing_keys_of(thief.organisation) == []


async def test_a_keyholder_is_known_by_the_opening_key_under_their_institution() -> None:
    witness = await make.a_witness()
    registered = (await make.keyholder_keys(witness)).registered
    assert witness.organisation is not None
    body = await public.organisation(witness.organisation)
    assert registered.id == digest.key_id(registered.opening_key)
    assert registered.fingerprint.startswith(registered.id)
    assert registered.institution == body.name
    assert await public.keyholder_keys(body.id) == [registered]
    await keys.revoke_keyholder(key_id=registered.id, reason=key.KeyLoss.LOST, by=witness, now=make.NOW)
    assert await public.keyholder_keys(body.id) == []
    known = await public.keyholder_key(registered.id)
    assert (known.revoked_at, known.revoked_for) == (make.NOW, key.KeyLoss.LOST)


async def test_an_enterprise_holds_no_keyholder_key_and_a_committee_no_signing_key() -> None:
    enterprise, committee = await make.an_enterprise(), await make.a_committee()
    with pytest.raises(RoleNotPermittedError):
        await make.keyholder_keys(enterprise.actor)
    with pytest.raises(RoleNotPermittedError):
        await make.signing_keys(committee.actor)
    with pytest.raises(key.KeyUnknownError):
        await public.keyholder_key("0" * 32)


async def test_a_colleague_may_not_revoke_somebody_elses_keyholder_key() -> None:
    committee = (await make.a_committee()).actor
    colleague = await make.a_colleague(committee, Role.COMMITTEE)
    registered = (await make.keyholder_keys(committee)).registered
    with pytest.raises(key.KeyUnknownError):
        await keys.revoke_keyholder(key_id=registered.id, reason=key.KeyLoss.LEFT, by=colleague, now=make.NOW)


async def test_a_second_key_in_force_is_refused_by_the_database_too() -> None:
    party = await make.an_enterprise()
    await make.signing_keys(party.actor)
    with pytest.raises(RecordExistsError):
        await execute(
            "INSERT INTO parties_signing_key (id, organisation, code, signing_key, recovery_key, proof,"
            " registered_at, registered_by) SELECT 'x', organisation, code, $1, $2, '', now(), ''"
            " FROM parties_signing_key",
            "1" * 64,
            "2" * 64,
        )


class Counting:
    """A hasher that remembers how often it was asked and how many asked at once."""

    def __init__(self) -> None:
        self.inner = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.asked = self.now = self.most = 0

    def hash(self, password: str) -> str:
        return self.inner.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        self.asked, self.now = self.asked + 1, self.now + 1
        self.most = max(self.most, self.now)
        sleep(0.01)
        self.now -= 1
        return self.inner.verify(stored, password)

    def check_needs_rehash(self, stored: str) -> bool:
        return self.inner.check_needs_rehash(stored)


async def test_an_unknown_name_costs_one_hash_too_and_few_hash_at_once() -> None:
    party = await make.an_enterprise()
    counting = Counting()
    passwords.use(cast("PasswordHasher", counting))
    try:
        await asyncio.gather(*(sign_in(f"nobody-{n}", "wrong") for n in range(8)), return_exceptions=True)
        assert counting.asked == 8
        await sign_in(party.login, make.PASSWORD)
        assert counting.asked == 9
    finally:
        passwords.use(counting.inner)
    assert 1 <= counting.most <= passwords.AT_ONCE
