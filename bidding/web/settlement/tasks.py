"""What has to be done between award and filed contract, for the workspace of whoever asks."""

from collections.abc import AsyncIterator

from bidding.domain import rule_table
from bidding.domain.settlement import contract_filing, security
from bidding.queries import awards
from bidding.queries import tenders as tender_queries
from bidding.queries.settlement import award_reports, contract_filings, custody, securities
from market.kernel.actor import Actor
from market.kernel.period import end_of_day, local_day
from market.runtime import workdays
from market.runtime.web.i18n import t
from market.runtime.web.work import Task


async def providing(organisation: int) -> AsyncIterator[Task]:
    """Yield what a winner has to do: sign in time, with the performance security asked for; then file."""
    for won in await awards.of_organisation(organisation):
        tender = await tender_queries.by_id(won.tender)
        url, subject = f"/tenders/{tender.number}/award", f"{won.number} · {tender.content.title}"
        due = end_of_day(won.sign_by)
        yield Task(title=t("bidding.task.sign-by"), url=url, due_at=due, subject=subject, rule="T42")
        if tender.content.performance_percent and await securities.of_award(won.id) is None:
            yield Task(
                title=t("bidding.task.performance-security"), url=url, due_at=due, subject=subject, rule="T20"
            )
    for found in await contract_filings.unfiled(organisation):
        yield Task(
            title=t("bidding.task.file-again" if found.stage == "returned" else "bidding.task.file-contract"),
            url=f"/contracts/{found.number}",
            due_at=end_of_day(found.file_by),
            subject=f"{found.community} · {found.number}",
            rule="T43",
        )


async def tendering(organisation: int) -> AsyncIterator[Task]:
    """Yield what a tenderer has to do after an award: report it, give bid securities back."""
    for owed in await award_reports.owed(organisation):
        yield Task(
            title=t("bidding.task.report-award"),
            url=f"/tenders/{owed.tender}/award",
            due_at=end_of_day(owed.report_by),
            subject=f"{owed.award} · {owed.title}",
            rule="T41",
        )
    for held in await securities.owed(organisation):
        rules = rule_table.version(held.profile_version)
        until = security.return_by(
            local_day(held.signed_at),
            days=rules.value("T17"),
            workdays=rules.value("T17.workdays"),
            table=await workdays.table(),
        )
        yield Task(
            title=t("bidding.task.return-securities"),
            url=f"/tenders/{held.tender}/securities",
            due_at=end_of_day(until),
            subject=f"{held.tender} · {held.title}",
            rule="T17",
        )
    for number, title in await securities.left(organisation):
        yield Task(
            title=t("bidding.task.return-securities"),
            url=f"/tenders/{number}/securities",
            subject=f"{number} · {title}",
            rule="T48",
        )


async def keeping() -> AsyncIterator[Task]:
    """Yield the ended tenders whose securities the custodian has to give back; the law says promptly."""
    for owed in await custody.owed():
        yield Task(
            title=t("bidding.task.give-back", held=owed.held),
            url="/custody",
            subject=f"{owed.tender} · {owed.title}",
            rule="T48",
        )


async def receiving(actor: Actor) -> AsyncIterator[Task]:
    """Yield the filed contracts whose copy waits for an authority."""
    if actor.role not in contract_filing.RECEIVERS or actor.division is None:
        return
    for found in await contract_filings.waiting(actor.division, actor.role):
        yield Task(
            title=t("bidding.task.acknowledge-contract"),
            url=f"/contracts/{found.number}",
            subject=f"{found.community} · {found.client} · {found.provider}",
            rule="BPR 63",
        )
