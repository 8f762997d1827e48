"""Second factors against a real database: acts, entries, refusals, and what a copy of the database tells."""

import asyncio
from datetime import timedelta

import pytest

from market.kernel.actor import Actor, OutOfScopeError, Role, SecondFactorNeededError
from market.kernel.errors import MarketError
from market.parties.domain import account, mandate, second_factor
from market.parties.domain.account import AccountUnknownError
from market.parties.queries import factor_hints, factor_secrets, factors
from market.parties.services import (
    factor_checks,
    factor_resets,
    mandates,
    second_factors,
    sign_ins,
)
from market.runtime import keys, verify
from market.runtime.database import RecordInvalidError, execute, fetch
from market.runtime.web import session
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")

NOW, WALL = make.NOW, make.NOW + timedelta(days=200)
STEP = second_factor.STEP


class Phone:
    """An account with its authenticator and the recovery codes it was shown."""

    def __init__(self, person: int) -> None:
        self.person = person
        self.by = Actor(person=person)
        self.secret = ""
        self.codes: list[str] = []

    def own(self, *, strong: bool = True, password: str = make.PASSWORD) -> second_factors.Own:
        return second_factors.Own(account=self.person, strong=strong, password=password)

    def shows(self, at: timedelta = timedelta(0)) -> str:
        return second_factor.code_at(self.secret, second_factor.step_at(WALL + at))

    async def begin(self, **given: object) -> None:
        own = self.own(**given)  # type: ignore[arg-type]
        self.secret = (await second_factors.begin(own=own, by=self.by, now=NOW)).secret

    async def confirm(self, code: str, at: timedelta = timedelta(0), *, strong: bool = True) -> None:
        outcome = await second_factors.confirm(
            own=self.own(strong=strong), code=code, by=self.by, now=NOW, wall=WALL + at
        )
        self.codes = second_factors.settle(outcome)

    async def give(self, code: str, at: timedelta = timedelta(0)) -> int:
        outcome = await factor_checks.give(
            account=self.person, code=code, by=self.by, now=NOW, wall=WALL + at
        )
        return sign_ins.settle(outcome)


async def a_phone(person: int | None) -> Phone:
    assert person is not None
    phone = Phone(person)
    await phone.begin(strong=False, password="")
    await phone.confirm(phone.shows(), strong=False)
    return phone


async def an_officer(role: Role = Role.STREET) -> Phone:
    return await a_phone((await make.an_officer(role)).person)


async def acts(subject: str) -> list[str]:
    rows = await fetch("SELECT act FROM runtime_audit_entry WHERE subject = $1 ORDER BY id", subject)
    return [row["act"].removeprefix("parties:") for row in rows]


async def dumped() -> str:
    """Return every value of every table, as a copy of the database would show it."""
    names = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    every = [await fetch(f'SELECT * FROM "{row["tablename"]}"') for row in names]  # noqa: S608
    return repr(every)


async def test_a_factor_is_begun_and_confirmed_and_the_log_names_both() -> None:
    phone = await an_officer()
    state = await factors.state(phone.person, NOW)
    assert (state.since, state.compulsory, state.remaining) == (NOW, True, 10)
    assert (await acts(f"account:{phone.person}"))[-2:] == ["second-factor:begin", "second-factor:confirm"]
    assert {finding.code for finding in (await verify.verify()).findings} <= {"migration-unsigned"}


async def test_neither_secret_nor_recovery_code_stands_anywhere_in_the_database() -> None:
    phone = await an_officer()
    text = await dumped()
    sealed = (await factors.in_force(phone.person)).secret  # type: ignore[union-attr]
    assert repr(sealed) in text
    raw = factor_secrets.opened(phone.person, sealed)
    assert raw == phone.secret
    for told in (phone.secret, phone.secret.encode().hex(), *phone.codes):
        assert told not in text
        assert told.replace("-", "") not in text
    begun = await second_factors.begin(own=phone.own(), by=phone.by, now=NOW)
    assert begun.secret not in repr(begun)


async def test_a_secret_moved_to_another_account_does_not_open() -> None:
    phone = await an_officer()
    other = await an_officer(Role.DISTRICT)
    await execute(
        "UPDATE parties_second_factor SET secret ="
        " (SELECT secret FROM parties_second_factor WHERE account = $1) WHERE account = $2",
        phone.person,
        other.person,
    )
    with pytest.raises(keys.BlobInvalidError):
        await other.give(phone.shows(STEP), STEP)


async def test_a_code_is_taken_once_and_the_next_one_after_it() -> None:
    phone = await an_officer()
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.give(phone.shows())  # it confirmed the enrolment
    assert await phone.give(phone.shows(STEP), STEP) == phone.person
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.give(phone.shows(STEP), 2 * STEP)
    assert await phone.give(phone.shows(2 * STEP), 2 * STEP) == phone.person


async def test_of_two_sign_ins_with_one_code_at_once_one_succeeds() -> None:
    phone = await an_officer()
    tries = await asyncio.gather(
        *(phone.give(phone.shows(STEP), STEP) for _ in range(4)), return_exceptions=True
    )
    assert [outcome for outcome in tries if not isinstance(outcome, BaseException)] == [phone.person]


async def test_legal_time_far_ahead_plays_no_part_in_codes() -> None:
    phone = await an_officer()
    outcome = await factor_checks.give(
        account=phone.person,
        code=phone.shows(STEP),
        by=phone.by,
        now=NOW + timedelta(days=4000),
        wall=WALL + STEP,
    )
    assert sign_ins.settle(outcome) == phone.person


async def test_wrong_codes_wait_longer_and_longer_and_a_right_password_does_not_help() -> None:
    phone = await an_officer()
    wrong = str((int(phone.shows(STEP)) + 1) % 1_000_000).zfill(6)
    for _ in range(account.FREE_FAILURES):
        with pytest.raises(second_factor.CodeRefusedError):
            await phone.give(wrong, STEP)
    login = await factors.login(phone.person)
    signed = await sign_ins.sign_in(login=login, password=make.PASSWORD, by=Actor.public(), now=WALL + STEP)
    assert sign_ins.settle(signed) == phone.person
    with pytest.raises(second_factor.CodeLockedError) as refusal:
        await phone.give(phone.shows(STEP), STEP)
    assert refusal.value.context["seconds"] == 15
    late = STEP + account.FIRST_WAIT
    with pytest.raises(second_factor.CodeLockedError):
        await phone.give(phone.shows(late), late - timedelta(seconds=1))
    assert await phone.give(phone.shows(late), late) == phone.person
    assert await fetch("SELECT 1 FROM parties_sign_in_throttle") == []


async def test_guesses_at_once_do_not_slip_past_the_count() -> None:
    phone = await an_officer()
    wrong = str((int(phone.shows(STEP)) + 1) % 1_000_000).zfill(6)
    tries = await asyncio.gather(*(phone.give(wrong, STEP) for _ in range(12)), return_exceptions=True)
    refused = [one for one in tries if isinstance(one, second_factor.CodeRefusedError)]
    assert len(refused) == account.FREE_FAILURES


async def test_what_is_no_code_at_all_is_not_counted() -> None:
    phone = await an_officer()
    for _ in range(account.FREE_FAILURES + 2):
        with pytest.raises(second_factor.CodeFormError):
            await phone.give("12345")
    assert await phone.give(phone.shows(STEP), STEP) == phone.person


async def test_a_recovery_code_opens_once_and_the_log_knows_that_it_was_used() -> None:
    phone = await an_officer()
    code = phone.codes[3].upper().replace("-", " ")
    assert await phone.give(code) == phone.person
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.give(code)
    assert (await factors.state(phone.person, NOW)).remaining == 9
    assert (await acts(f"account:{phone.person}"))[-1] == "second-factor:recover"
    other = await an_officer(Role.DISTRICT)
    with pytest.raises(second_factor.CodeRefusedError):
        await other.give(phone.codes[4])


async def test_new_recovery_codes_make_the_old_ones_void() -> None:
    phone = await an_officer()
    old = phone.codes
    fresh = await second_factors.renew_codes(own=phone.own(), by=phone.by, now=NOW)
    assert len({*fresh, *old}) == 20
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.give(old[0])
    assert await phone.give(fresh[0]) == phone.person


async def test_a_factor_in_force_is_changed_only_by_whoever_gave_it_and_knows_the_password() -> None:
    phone = await an_officer()
    for own, refusal in (
        (phone.own(strong=False), SecondFactorNeededError),
        (phone.own(password="another"), account.PasswordWrongError),
    ):
        with pytest.raises(refusal):
            await second_factors.begin(own=own, by=phone.by, now=NOW)
        with pytest.raises(refusal):
            await second_factors.renew_codes(own=own, by=phone.by, now=NOW)
        with pytest.raises(refusal):
            await second_factors.remove(own=own, by=phone.by, now=NOW)


async def test_a_renewal_takes_the_place_of_the_old_one_when_it_is_confirmed() -> None:
    phone = await an_officer()
    old, codes = phone.secret, phone.codes
    await phone.begin()
    assert phone.secret != old
    present = second_factor.code_at(old, second_factor.step_at(WALL + STEP))
    assert await phone.give(present, STEP) == phone.person
    await phone.confirm(phone.shows(2 * STEP), 2 * STEP)
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.give(codes[0])
    gone = second_factor.code_at(old, second_factor.step_at(WALL + 3 * STEP))
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.give(gone, 3 * STEP)
    rows = await fetch("SELECT secret FROM parties_second_factor WHERE ended_at IS NOT NULL")
    assert [row["secret"] for row in rows] == [b""]


async def test_whoever_begins_again_confirms_nothing_that_was_shown_before() -> None:
    officer = await make.an_officer(Role.STREET)
    assert officer.person is not None
    phone = Phone(officer.person)
    await phone.begin(strong=False)
    seen = phone.shows()
    await phone.begin(strong=False)
    with pytest.raises(second_factor.CodeRefusedError):
        await phone.confirm(seen, strong=False)
    await phone.confirm(phone.shows(), strong=False)
    with pytest.raises(second_factor.NotBegunError):
        await phone.confirm(phone.shows(STEP), STEP)


async def test_an_ended_factor_keeps_no_secret_whoever_writes() -> None:
    phone = await an_officer()
    with pytest.raises(RecordInvalidError):
        await execute(
            "UPDATE parties_second_factor SET ended_at = $2, ended_by = 'x' WHERE account = $1",
            phone.person,
            NOW,
        )


async def test_only_who_need_not_have_one_gives_it_up() -> None:
    officer = await an_officer()
    with pytest.raises(second_factor.CompulsoryError):
        await second_factors.remove(own=officer.own(), by=officer.by, now=NOW)
    bidder = await a_phone((await make.an_enterprise()).actor.person)
    await second_factors.remove(own=bidder.own(), by=bidder.by, now=NOW)
    assert not (await factors.state(bidder.person, NOW)).enrolled
    with pytest.raises(second_factor.NotEnrolledError):
        await second_factors.remove(own=bidder.own(), by=bidder.by, now=NOW)
    committee = (await make.a_committee()).actor
    chair = await a_phone(committee.person)
    assert not (await factors.state(chair.person, NOW)).compulsory
    await make.keyholder_keys(committee)
    with pytest.raises(second_factor.CompulsoryError):
        await second_factors.remove(own=chair.own(), by=chair.by, now=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PLATFORM, Role.PUBLIC}])
async def test_it_is_compulsory_for_the_accounts_of_some_roles(role: Role) -> None:
    person = (await make.an_actor(role)).person
    assert person is not None
    strong = {Role.CITY, Role.DISTRICT, Role.STREET, Role.COMMUNITY, Role.WITNESS, Role.OPERATOR}
    assert (await factors.state(person, NOW)).compulsory is (role in strong)


async def test_a_mandate_that_ended_asks_for_nothing() -> None:
    city = await make.an_officer(Role.CITY)
    other = await make.a_colleague(city, Role.CITY)
    assert other.person is not None
    assert other.mandate is not None
    assert (await factors.state(other.person, NOW)).compulsory
    await mandates.revoke(mandate_id=other.mandate, by=city, now=NOW)
    assert not (await factors.state(other.person, NOW)).compulsory


REASON = "手机遗失，已当面核对身份证件"


async def reset(phone: Phone, by: Actor, reason: str = REASON) -> None:
    login = await factors.login(phone.person)
    assert await factor_resets.reset(login=login, reason=reason, by=by, now=NOW) == phone.person


async def test_the_body_above_resets_and_every_session_ends() -> None:
    phone, district = await an_officer(), await make.an_officer(Role.DISTRICT)
    signed = session.Session(account_id=phone.person, strong=True)
    token = await session.open_for(signed, replacing=None, wall=WALL, policy=session.Policy())
    await reset(phone, district)
    assert await session.find(token, WALL, policy=session.Policy()) is None
    assert not (await factors.state(phone.person, NOW)).enrolled
    assert (await acts(f"account:{phone.person}"))[-1] == "second-factor:reset"
    row = (await fetch("SELECT reason, ended_by, secret FROM parties_second_factor"))[0]
    assert (row["reason"], row["ended_by"], row["secret"]) == (REASON, district.name, b"")
    assert REASON not in repr(await fetch("SELECT * FROM runtime_audit_entry"))
    assert REASON not in repr(await fetch("SELECT * FROM runtime_audit_image"))
    with pytest.raises(second_factor.NotEnrolledError):
        await reset(phone, district)


async def test_a_colleague_of_the_same_body_resets_too_but_nobody_their_own() -> None:
    city = await make.an_officer(Role.CITY)
    phone = await a_phone((await make.a_colleague(city, Role.CITY)).person)
    await reset(phone, city)
    own = await a_phone(city.person)
    with pytest.raises(second_factor.OwnFactorError):
        await reset(own, city)
    await reset(own, Actor.platform())


@pytest.mark.parametrize(
    ("by", "of", "refusal"),
    [
        (Role.STREET, Role.DISTRICT, OutOfScopeError),
        (Role.DISTRICT, Role.CITY, OutOfScopeError),
        (Role.COMMUNITY, Role.STREET, OutOfScopeError),
        (Role.STREET, Role.WITNESS, OutOfScopeError),
        (Role.CITY, Role.OPERATOR, MarketError),
        (Role.COMMITTEE, Role.STREET, OutOfScopeError),
    ],
)
async def test_nobody_resets_upwards_or_sideways(by: Role, of: Role, refusal: type[MarketError]) -> None:
    phone = await a_phone((await make.an_actor(of)).person)
    with pytest.raises(refusal):
        await reset(phone, await make.an_actor(by))


async def test_a_peer_from_next_door_resets_nothing() -> None:
    phone = await a_phone((await make.an_officer(Role.DISTRICT, "110106")).person)
    with pytest.raises(OutOfScopeError):
        await reset(phone, await make.an_officer(Role.DISTRICT))


async def test_who_is_responsible_for_only_one_of_two_mandates_may_not() -> None:
    district, street = await make.an_officer(Role.DISTRICT), await make.an_officer(Role.STREET)
    phone = await a_phone(district.person)
    committee = (await make.a_committee()).actor
    assert committee.organisation is not None
    login = await factors.login(phone.person)
    grant = mandates.Grant(organisation=committee.organisation, role=Role.OWNER, holder=login)
    await mandates.grant(grant=grant, by=committee, now=NOW)
    for by in (street, committee):
        with pytest.raises((OutOfScopeError, mandate.GrantTooHighError)):
            await reset(phone, by)
    await reset(phone, await make.an_officer(Role.CITY))


async def test_a_reset_needs_a_reason_and_a_known_account() -> None:
    phone, district = await an_officer(), await make.an_officer(Role.DISTRICT)
    with pytest.raises(second_factor.ReasonMissingError):
        await reset(phone, district, " 丢失 ")
    with pytest.raises(AccountUnknownError):
        await factor_resets.reset(login="nobody.here", reason=REASON, by=district, now=NOW)


async def test_a_present_code_is_shown_only_where_a_demonstration_keeps_the_same_secret() -> None:
    phone = await an_officer()
    kept = {await factors.login(phone.person): phone.secret}
    factor_hints.use(None)
    assert await factor_hints.present_code(phone.person, wall=WALL) is None
    factor_hints.use(kept.get)
    try:
        hint = await factor_hints.present_code(phone.person, wall=WALL)
        assert hint == phone.shows(STEP)  # the present one confirmed the enrolment
        assert await phone.give(str(hint)) == phone.person
        assert await factor_hints.present_code(phone.person, wall=WALL) is None
        other = await an_officer(Role.DISTRICT)
        assert await factor_hints.present_code(other.person, wall=WALL + STEP) is None
        await phone.begin()
        await phone.confirm(phone.shows(2 * STEP), 2 * STEP)
        assert await factor_hints.present_code(phone.person, wall=WALL + 3 * STEP) is None
    finally:
        factor_hints.use(None)
