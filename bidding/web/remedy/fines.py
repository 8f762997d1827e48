"""The fines the law provides, in words: shown where an authority decides, as the law's range only."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import msgspec

from bidding.domain.remedy import fine
from bidding.domain.remedy.fine import Base, Range
from bidding.domain.rule_table import RuleVersion
from bidding.domain.settlement import security
from bidding.domain.tender import Tender
from bidding.queries import awards as award_queries
from bidding.queries import tenders
from market.kernel.money import format_fen
from market.runtime.web.i18n import t


class FineLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fine.

    Attributes:
        law: The range as the law words it: sums, or parts of a price.
        sums: The range in yuan for this case; empty while the price it is a part of is not known, or where
            the law names the sums.
    """

    id: str
    rule: str
    breach: str
    law: str
    sums: str
    authority: str
    ordered: bool
    source: str


async def of_tender(tender: Tender) -> tuple[FineLine, ...]:
    """Return the fines of the law of tendering; in sums where one award stands."""
    awards = await award_queries.of_tender(tender.id)
    terms = awards[0].terms if len(awards) == 1 else None
    award_fen = security.contract_amount(terms.price_fen, terms.months) if terms else None
    rules = tenders.rules_of(tender)
    return tuple(lines(fine.ranges(fine.TENDERING, rules, award_fen=award_fen)))


def of_handover(rules: RuleVersion, days: int) -> tuple[FineLine, ...]:
    """Return the fines for who does not leave or hand over."""
    return tuple(lines(fine.ranges(fine.LEAVING, rules, days=days)))


def of_filing(rules: RuleVersion) -> tuple[FineLine, ...]:
    """Return the fine for a contract that is not filed."""
    return tuple(lines(fine.ranges(fine.FILING, rules)))


def of_rule(rule_id: str, rules: RuleVersion) -> tuple[FineLine, ...]:
    """Return the fines a rule of the table belongs to."""
    return tuple(lines(fine.ranges(fine.of_rule(rule_id), rules)))


def lines(found: Iterable[Range]) -> Iterator[FineLine]:
    """Yield ranges in words."""
    for one in found:
        penalty = one.penalty
        yield FineLine(
            id=penalty.id,
            rule=penalty.most,
            breach=t(f"bidding.fine.{penalty.id.replace('.', '-')}"),
            law=_law(one),
            sums=_sums(one),
            authority=t(f"bidding.fine.by.{penalty.authority.value}"),
            ordered=penalty.ordered,
            source=one.source,
        )


def _law(one: Range) -> str:
    base = one.penalty.base
    least, most = _written(one.least, base), _written(one.most, base)
    shape = "up-to" if not one.least else "from-to" if one.least != one.most else "exactly"
    of = "" if base is Base.FIXED else t(f"bidding.fine.base.{base.value}")
    return t(f"bidding.fine.{shape}", least=least, most=most, base=of)


def _written(value: Fraction, base: Base) -> str:
    return format_fen(int(value)) if base in {Base.FIXED, Base.DAYS} else f"{value * 1000}‰"


def _sums(one: Range) -> str:
    if one.penalty.base is Base.FIXED or not one.most_fen:
        return ""
    least, most = format_fen(one.least_fen or 0), format_fen(one.most_fen)
    shape = "up-to" if not one.least else "from-to" if least != most else "exactly"
    return t(f"bidding.fine.{shape}", least=least, most=most, base="")
