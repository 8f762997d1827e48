"""How often a tender may be tendered again."""

from typing import ClassVar

from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Tender
from market.kernel.errors import RuleError


class RoundsUsedUpError(RuleError):
    """The tender has failed as often as it may be repeated; people must decide how to go on."""

    code: ClassVar[str] = "rounds-used-up"


def next_round(tender: Tender, rules: RuleVersion) -> int:
    """Return the number of the round after this one.

    Raises:
        RoundsUsedUpError: The rounds are used up; people must decide.
    """
    if tender.round >= rules.value("rounds-max"):
        raise RoundsUsedUpError(
            f"{tender.number} was round {tender.round}", round=tender.round, most=rules.value("rounds-max")
        )
    return tender.round + 1
