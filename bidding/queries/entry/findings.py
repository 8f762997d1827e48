"""What keeps a tender from being filed, with all that has to be read for the answer."""

from datetime import datetime

from bidding.domain import filing
from bidding.domain.prequal import finding
from bidding.domain.procedure import Stage
from bidding.domain.rule import RuleVersion
from bidding.domain.tender import Tender
from bidding.queries.entry import invitations, selections
from market.kernel.errors import RuleError


async def before_filing(tender: Tender, rules: RuleVersion) -> list[RuleError]:
    """Return all that keeps a draft from being filed."""
    if not tender.procedure.competitive:
        failed = await selections.failed_before(tender)
        return list(filing.selection_findings(tender, rules, failed=failed))
    found = filing.filing_findings(tender, rules, invited=await invitations.invited(tender))
    return [*found, *finding.findings(tender, rules)]


async def before_announcing(tender: Tender, rules: RuleVersion, now: datetime) -> list[RuleError]:
    """Return all that keeps an accepted tender from being announced now."""
    found = filing.publication_findings(tender, rules, now, invited=await invitations.invited(tender))
    return [*found, *finding.findings(tender, rules), *finding.announcing(tender, now)]


async def standing_in_the_way(tender: Tender, rules: RuleVersion, now: datetime | None) -> list[RuleError]:
    """Return what keeps the tenderer's next act from being done."""
    if tender.stage is Stage.APPROVED:
        return []
    if tender.stage is Stage.ACCEPTED and now is not None:
        return await before_announcing(tender, rules, now)
    return await before_filing(tender, rules)
