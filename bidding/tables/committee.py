"""Rows of committees: rounds of the draw, what the parties gave, seats, signatures under the report."""

from typing import ClassVar

from piccolo.columns import JSONB, ForeignKey, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.parties.tables import MandateRow
from market.runtime.audited import Audited


class DrawRow(Table, tablename="bidding_draw"):
    """A round of the draw. ``roster`` says who stands behind the pseudonyms and stays out of the log."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "tender",
            "round",
            "kind",
            "stage",
            "version_digest",
            "filters",
            "roster_digest",
            "seats",
            "reserves",
            "parties",
            "commit_until",
            "reveal_until",
            "seed",
            "reason",
            "withheld",
        ),
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    round = SmallInt()
    kind = Varchar(length=16)
    stage = Varchar(length=12, index=True)
    version_digest = Varchar(length=64)
    filters = JSONB()
    roster = JSONB()
    roster_digest = Varchar(length=64)
    employer_salt = Varchar(length=64)
    seats = SmallInt()
    reserves = SmallInt()
    parties = JSONB()
    begun_at = Timestamptz(default=None, null=False)
    begun_by = Varchar(length=40)
    commit_until = Timestamptz(default=None, null=False)
    reveal_until = Timestamptz(null=True, default=None)
    seed = Varchar(length=64, null=True, default=None)
    reason = Varchar(length=24, null=True, default=None)
    withheld = JSONB(default="[]")
    ended_at = Timestamptz(null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)

    bidding_draw_one_round = Unique([tender, round])  # noqa: A003 - the round of a draw


class DrawActRow(Table, tablename="bidding_draw_act"):
    """What one party gave in one round: a commitment, then the nonce it stands for."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "draw", "party", "commitment", "committed_at", "nonce", "revealed_at")
    )

    id: Serial
    draw = ForeignKey(DrawRow, null=False, index=True)
    party = Varchar(length=12)
    commitment = Varchar(length=64)
    committed_at = Timestamptz(default=None, null=False)
    committed_by = Varchar(length=40)
    nonce = Varchar(length=64, null=True, default=None)
    revealed_at = Timestamptz(null=True, default=None)
    revealed_by = Varchar(length=40, null=True, default=None)

    bidding_draw_act_once = Unique([draw, party])


class SeatRow(Table, tablename="bidding_seat"):
    """Somebody's place on a committee: the log has its pseudonym, which binds mandate and salt (BL 37)."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "tender",
            "round",
            "place",
            "kind",
            "state",
            "drawn_as",
            "pseudonym",
            "succeeds",
            "ground",
            "left_number",
            "left_at",
        ),
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    round = SmallInt()
    place = SmallInt()
    kind = Varchar(length=16)
    state = Varchar(length=8)
    drawn_as = Varchar(length=8)
    mandate = ForeignKey(MandateRow, null=False, index=True)
    pseudonym = Varchar(length=64)
    salt = Varchar(length=64)
    succeeds = Varchar(length=64, null=True, default=None)
    ground = Varchar(length=24, null=True, default=None)
    reasons = Text(default="")
    left_number = SmallInt(null=True, default=None)
    left_at = Timestamptz(null=True, default=None)
    left_by = Varchar(length=40, null=True, default=None)

    bidding_seat_once_a_round = Unique([tender, round, mandate])  # noqa: A003 - as above
    bidding_seat_one_departure = Unique([tender, left_number])


class SignatureRow(Table, tablename="bidding_signature"):
    """A member's signature under a report, or the dissent in writing; never changed (BLR 53)."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "pseudonym", "digest", "dissent_digest")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    seat = ForeignKey(SeatRow, null=False, index=True)
    pseudonym = Varchar(length=64)
    digest = Varchar(length=64)
    dissent = Text(default="")
    dissent_digest = Varchar(length=64)
    salt = Varchar(length=64)
    signed_at = Timestamptz(default=None, null=False)

    bidding_signature_once = Unique([seat, digest])
