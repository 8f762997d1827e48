"""What keeps a tender from being filed because of its weight table."""

from collections.abc import Iterator
from typing import ClassVar

from bidding.domain import scheme as schemes
from bidding.domain.rule_table import RuleVersion
from market.kernel.errors import RuleError


class SchemeError(RuleError):
    """The weight table cannot be published as it is."""

    code: ClassVar[str] = "tender-scheme"
    source = "BL 19"


class GroupPointsError(RuleError):
    """A part states other points than the criteria under it make."""

    code: ClassVar[str] = "tender-scheme-group"
    source = "BL 19"


def filing_findings(scheme: schemes.Scheme, rules: RuleVersion) -> Iterator[RuleError]:
    """Yield all that is wrong with a weight table, for the tenderer to mend before filing."""
    titles = {group.id: group.title for group in scheme.nodes}
    for found in schemes.findings(scheme, credit_cap=rules.value("credit-cap")):
        if found.code == "group-points-differ":
            yield GroupPointsError(
                field="scheme",
                source=found.source,
                group=titles[found.criterion],
                stated=_points(found.stated),
                made=_points(found.made),
            )
        else:
            yield SchemeError(
                field="scheme", source=found.source, finding=found.code, criterion=found.criterion
            )


def _points(centi: int) -> str:
    return f"{centi // 100}.{centi % 100:02d}"
