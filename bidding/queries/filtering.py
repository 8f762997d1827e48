"""What a list of tenders is narrowed to, as conditions on an announced tender ``t`` in division ``d``.

Texts are looked for where each name stands, at the tender, its residential area and its tenderer, so that a
changed title or name is found by what it is now.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from market.kernel.period import SHANGHAI
from market.parties import public as parties


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of tenders is narrowed to; all of it must hold, bounds count in.

    Attributes:
        division: A division of any level; whatever lies in it.
        text: Looked for in title, number, residential area and tenderer; Chinese or pinyin.
        area_from, area_to: 0.01 m², of one lot.
        price_from, price_to: Ceiling of the same lot, fen for a square metre and month.
        deadline_from, deadline_to: Days in Beijing.
    """

    text: str | None = None
    stage: str | None = None
    profile: str | None = None
    procedure: str | None = None
    division: str | None = None
    area_from: int | None = None
    area_to: int | None = None
    price_from: int | None = None
    price_to: int | None = None
    deadline_from: date | None = None
    deadline_to: date | None = None


class Conditions(msgspec.Struct, frozen=True):
    """Conditions in SQL, and the values of their parameters from ``$1`` on."""

    sql: list[str] = msgspec.field(default_factory=list)
    values: list[object] = msgspec.field(default_factory=list)

    def add(self, sql: str, *values: object) -> None:
        """Add a condition; ``?`` stands for each of its values, in their order."""
        before, *parts = sql.split("?")
        first = len(self.values) + 1
        self.values.extend(values)
        self.sql.append(before + "".join(f"${first + n}{part}" for n, part in enumerate(parts)))


_PLAIN: Final = {
    "stage": "t.stage = ?",
    "profile": "t.profile = ?",
    "procedure": "t.procedure = ?",
    "division": "d.path @> ARRAY[?::varchar]",
}
_OF_A_LOT: Final = {
    "area_from": "l.area_centi >= ?",
    "area_to": "l.area_centi <= ?",
    "price_from": "l.ceiling_fen::numeric * 100 >= ?::numeric * l.over_centi * 12",
    "price_to": "l.ceiling_fen::numeric * 100 <= ?::numeric * l.over_centi * 12",
}
"""Twelve months, and a hundred units of area; multiplied out, for a quotient would have to be rounded."""
_NAMED: Final = """t.id IN (
    SELECT id FROM bidding_tender WHERE title_grams @> ?::varchar[] AND title_readings ~ ?
    UNION ALL SELECT id FROM bidding_tender WHERE strpos(number, upper(?)) > 0
    UNION ALL SELECT x.id FROM parties_community c JOIN bidding_tender x ON x.community = c.id
        WHERE c.name_grams @> ?::varchar[] AND c.name_readings ~ ?
    UNION ALL SELECT x.id FROM parties_organisation o JOIN bidding_tender x ON x.organisation = o.id
        WHERE o.name_grams @> ?::varchar[] AND o.name_readings ~ ?)"""


def conditions(wanted: Filters) -> Conditions:
    """Return the conditions of what is asked; none where nothing is."""
    made = Conditions()
    for name, sql in _PLAIN.items():
        if (value := getattr(wanted, name)) is not None:
            made.add(sql, value)
    _of_one_lot(made, wanted)
    if wanted.deadline_from is not None:
        made.add("t.deadline >= ?", _begins(wanted.deadline_from))
    if wanted.deadline_to is not None:
        made.add("t.deadline < ?", _begins(wanted.deadline_to + timedelta(days=1)))
    _named(made, wanted.text or "")
    return made


def _of_one_lot(made: Conditions, wanted: Filters) -> None:
    """Ask for one lot that fits in every respect: that is what an enterprise bids for."""
    asked = {sql: value for name, sql in _OF_A_LOT.items() if (value := getattr(wanted, name)) is not None}
    if asked:
        fits = " AND ".join(["l.tender = t.id", *asked])
        made.add(f"EXISTS (SELECT FROM bidding_lot l WHERE {fits})", *asked.values())


def _named(made: Conditions, text: str) -> None:
    grams, pattern, code = parties.sought(text)
    if code:
        made.add(_NAMED, grams, pattern, code, grams, pattern, grams, pattern)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
