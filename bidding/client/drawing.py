"""A party's part in the draw of experts: the nonce is made here and leaves this machine at the reveal."""

import secrets

import msgspec

from bidding.domain.committee import draw
from bidding.domain.committee.draw import Party
from market.kernel.errors import InvalidInputError

FORM = "draw-nonce/1"


class OtherNonceError(InvalidInputError):
    """The file holds the nonce of another tender, round or party, or was altered."""

    code = "draw-nonce-file"


class Nonce(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file a party keeps between commitment and reveal."""

    form: str
    tender: str
    round: int
    party: Party
    nonce: str
    commitment: str


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a commitment."""

    round: int
    commitment: str


class Reveal(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a reveal."""

    round: int
    nonce: str


def make(*, tender: str, round: int, party: Party) -> Nonce:  # noqa: A002 - the round of a draw
    """Draw a nonce."""
    nonce = secrets.token_hex(draw.NONCE_BYTES)
    promised = draw.commitment(tender=tender, round=round, party=party, nonce=nonce)
    return Nonce(form=FORM, tender=tender, round=round, party=party, nonce=nonce, commitment=promised)


def check(kept: Nonce) -> None:
    """Refuse a file that does not hold what its own commitment says.

    Raises:
        OtherNonceError: It was altered.
    """
    promised = draw.commitment(tender=kept.tender, round=kept.round, party=kept.party, nonce=kept.nonce)
    if kept.form != FORM or promised != kept.commitment:
        raise OtherNonceError("the file does not hold what it committed to")
