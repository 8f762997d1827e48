"""The draw of experts: three parties commit and reveal, the reveals give the seed, the seed the order.

Nobody can steer it: the roster is fixed before the commitments, a commitment before any reveal, and the order
follows from all reveals together. Whoever knows the public record can repeat it (``docs/verify_draw.py``).
Source: rulebook 1.5; BLR 46, BTB 26. ``H`` and canonical JSON are those of docs/sealing.md.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.committee.eligibility import Filters
from bidding.domain.rule_table import RuleVersion
from market.kernel import digest
from market.kernel.errors import InvalidInputError, RuleError
from market.kernel.lifecycle import Lifecycle, Move

NONCE_BYTES: Final = 32


class Party(StrEnum):
    """Who gives a nonce; the order of the names is the order in the seed."""

    AUTHORITY = "authority"
    PLATFORM = "platform"
    TENDERER = "tenderer"


class Stage(StrEnum):
    """Where a round of the draw stands."""

    COMMITTING = "committing"
    REVEALING = "revealing"
    DRAWN = "drawn"
    VOID = "void"


OPEN: Final = frozenset({Stage.COMMITTING, Stage.REVEALING})

LIFECYCLE: Final = Lifecycle(
    "draw",
    Stage.COMMITTING,
    (
        Move(Stage.COMMITTING, Act.DRAW_COMMIT, Stage.COMMITTING),
        Move(Stage.COMMITTING, Act.DRAW_TURN, Stage.REVEALING),
        Move(Stage.COMMITTING, Act.DRAW_VOID, Stage.VOID),
        Move(Stage.REVEALING, Act.DRAW_REVEAL, Stage.REVEALING),
        Move(Stage.REVEALING, Act.DRAW_COMPLETE, Stage.DRAWN),
        Move(Stage.REVEALING, Act.DRAW_VOID, Stage.VOID),
    ),
)


class Reason(StrEnum):
    """Why a round drew nobody."""

    ROSTER_SHORT = "roster-short"
    NOBODY_CAME = "nobody-came"
    NOT_REVEALED = "not-revealed"
    VERSION_CHANGED = "version-changed"
    TENDER_ENDED = "tender-ended"


class RevealError(InvalidInputError):
    """What was revealed does not fit the commitment."""

    code = "draw-reveal-wrong"
    source = "BLR 46"


class DrawNotOpenError(RuleError):
    """The time for this step is over, has not come, or this party takes no part in the round."""

    code = "draw-not-open"
    source = "BLR 46"


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """An eligible expert under a pseudonym; experts of one employer bear the same tag."""

    pseudonym: str
    employer: str


class Entry(Ticket, frozen=True, kw_only=True):
    """A ticket with what stands behind it; secret until the award."""

    expert: int
    salt: str

    @property
    def ticket(self) -> Ticket:
        """The public part."""
        return Ticket(pseudonym=self.pseudonym, employer=self.employer)


class PartyAct(msgspec.Struct, frozen=True, kw_only=True):
    """What one party committed to and, later, revealed."""

    party: Party
    commitment: str
    committed_at: datetime
    nonce: str | None = None
    revealed_at: datetime | None = None


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """One round of the draw of a tender.

    Attributes:
        kind: ``main``, or ``supplementary`` for seats that fell vacant and had no reserve left.
        seats: Experts wanted; ``reserves`` more are drawn behind them.
        withheld: Parties that committed and did not reveal in time.
    """

    id: int
    tender: int
    round: int
    kind: str
    stage: Stage
    version_digest: str
    filters: Filters
    roster: tuple[Entry, ...]
    roster_digest: str
    employer_salt: str
    seats: int
    reserves: int
    parties: tuple[Party, ...]
    begun_at: datetime
    commit_until: datetime
    reveal_until: datetime | None = None
    seed: str | None = None
    reason: Reason | None = None
    withheld: tuple[Party, ...] = ()
    ended_at: datetime | None = None
    acts: tuple[PartyAct, ...] = ()

    def of(self, party: Party) -> PartyAct | None:
        """Return what a party has done."""
        return next((act for act in self.acts if act.party is party), None)


def pseudonym(expert: int, salt: str) -> str:
    """Return the name under which an expert stands in one round."""
    return digest.digest("expert", {"expert": expert, "salt": salt})


def employer_tag(code: str, salt: str) -> str:
    """Return what stands for an employer in one round."""
    return digest.digest("employer", {"code": code, "salt": salt})


def roster_digest(tickets: Iterable[Ticket]) -> str:
    """Return the digest of a roster; the order of its lines does not matter."""
    return digest.digest("roster", sorted([one.pseudonym, one.employer] for one in tickets))


def commitment(*, tender: str, round: int, party: Party, nonce: str) -> str:  # noqa: A002 - the round of a draw
    """Return what a party commits to. It names the party, so that nobody can commit to another's nonce."""
    body = {"tender": tender, "round": round, "party": party.value, "nonce": nonce}
    return digest.digest("draw-commitment", body)


def check_reveal(nonce: str, *, act: PartyAct, tender: str, round: int) -> None:  # noqa: A002
    """Refuse a nonce that is not the one committed to.

    Raises:
        RevealError: It is another.
    """
    if commitment(tender=tender, round=round, party=act.party, nonce=nonce) != act.commitment:
        raise RevealError("another nonce was committed to", field="nonce", party=act.party.value)


def seed(
    *,
    tender: str,
    version: str,
    round: int,  # noqa: A002 - the round of a draw
    roster: str,
    filters: Filters,
    nonces: Mapping[Party, str],
) -> str:
    """Return the seed: the digest of all reveals with all that was fixed before them."""
    body = {
        "tender": tender,
        "version": version,
        "round": round,
        "roster": roster,
        "filters": msgspec.to_builtins(filters),
        "reveals": {party.value: nonce for party, nonce in nonces.items()},
    }
    return digest.digest("draw-seed", body)


def order(tickets: Iterable[Ticket], seed: str) -> tuple[Ticket, ...]:
    """Return the tickets by HMAC-SHA-256(seed, pseudonym); whatever order they came in."""
    key = bytes.fromhex(seed)
    return tuple(sorted(tickets, key=lambda one: hmac.digest(key, bytes.fromhex(one.pseudonym), "sha256")))


def choose(ordered: Sequence[Ticket], number: int) -> tuple[str, ...]:
    """Return the first pseudonyms of different employers, at most *number* of them."""
    taken: dict[str, str] = {}
    for ticket in ordered:
        taken.setdefault(ticket.employer, ticket.pseudonym)
    return tuple(taken.values())[:number]


def reserves(rules: RuleVersion) -> int:
    """Return how many reserves a draw fills beside the seats (rule T29.reserves)."""
    return rules.value("T29.reserves")


def enough(tickets: Iterable[Ticket], rules: RuleVersion, *, kind: str, seats: int) -> bool:
    """Say whether a roster has enough employers for the seats, and in a main draw for the reserves."""
    wanted = seats + (reserves(rules) if kind == "main" else 0)
    return len({one.employer for one in tickets}) >= wanted


def commit_until(begun_at: datetime, rules: RuleVersion) -> datetime:
    """Return the end of the time to commit (rule T29.commit)."""
    return begun_at + timedelta(hours=rules.value("T29.commit"))


def reveal_until(turned_at: datetime, rules: RuleVersion) -> datetime:
    """Return the end of the time to reveal (rule T29.reveal)."""
    return turned_at + timedelta(hours=rules.value("T29.reveal"))


def due(draw: Draw) -> Iterator[tuple[datetime, Act]]:
    """Yield what the clock does next: the platform's own acts, and the ends of the two times.

    The platform reveals last, so the last *person* to reveal does not know the outcome either.
    """
    if draw.stage is Stage.COMMITTING:
        if draw.of(Party.PLATFORM) is None:
            yield draw.begun_at, Act.DRAW_COMMIT
        elif len(draw.acts) == len(draw.parties):
            yield max(act.committed_at for act in draw.acts), Act.DRAW_TURN
        else:
            yield draw.commit_until, Act.DRAW_TURN if len(draw.acts) > 1 else Act.DRAW_VOID
    elif draw.stage is Stage.REVEALING and draw.reveal_until is not None:
        people = [act for act in draw.acts if act.party is not Party.PLATFORM]
        revealed = [act.revealed_at for act in people if act.revealed_at is not None]
        if len(revealed) == len(people):
            yield max(revealed), Act.DRAW_COMPLETE
        else:
            yield draw.reveal_until, Act.DRAW_VOID


def next_due_at(draw: Draw) -> datetime | None:
    """Return when the clock acts next on a round."""
    return min((moment for moment, _ in due(draw)), default=None)


def withholding(draw: Draw) -> tuple[Party, ...]:
    """Return the parties that committed and have not revealed; the platform's turn comes last."""
    return tuple(act.party for act in draw.acts if act.nonce is None and act.party is not Party.PLATFORM)


def parties_after(rounds: Iterable[Draw]) -> tuple[Party, ...]:
    """Return who takes part in the next round.

    Who withheld a nonce stays out for the rest of the tender; if nobody but the platform would be left, all
    come back: a draw by the platform alone would be worse (see the ADR on the draw).
    """
    out = {party for one in rounds for party in one.withheld}
    left = tuple(party for party in Party if party not in out)
    return left if len(left) > 1 else tuple(Party)
