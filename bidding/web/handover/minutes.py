"""The minutes of a handover as data: what the printed record is made from."""

from datetime import datetime

from bidding.domain.handover import checklist
from bidding.queries.handover import records
from bidding.web.handover import views
from contracts_templates import handover as papers
from market.kernel import period
from market.parties import public as parties


async def content(found: records.Handover, seen: views.HandoverView, now: datetime) -> papers.HandoverRecord:
    """Return what is merged into the minutes; signatures name organisations and instants, never people."""
    community = await parties.community(found.community)
    divisions = await parties.lineage(community.division)
    return papers.HandoverRecord(
        number=found.number,
        community=found.community_name,
        divisions=tuple(each.name for each in divisions),
        parties=tuple([await _party(role, each) for each, role in found.sides.items()]),
        stage=found.stage.value,
        contract_end_on=found.contract_end_on,
        received_on=found.received_on,
        exit_due_on=found.exit_due_on,
        exited_on=None if found.exited_at is None else period.local_day(found.exited_at),
        closed_on=None if found.closed_at is None else period.local_day(found.closed_at),
        fees_stop_from=seen.fees_stop_from,
        lines=tuple(_line(each, seen) for each in seen.lines if each.content is not None or each.contested),
        open_lines=len(seen.open_lines),
        made_on=period.local_day(now),
    )


async def _party(role: checklist.Party, organisation: int) -> papers.Party:
    found = await parties.organisation(organisation)
    return papers.Party(role=role.value, name=found.name, code=found.code)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(period.SHANGHAI):%Y-%m-%d %H:%M}"


def _line(each: views.LineView, seen: views.HandoverView) -> papers.RecordLine:
    said = each.content
    case = next(
        (one for one in reversed(seen.disputes) if (one.line, one.copy) == (each.line, each.copy)), None
    )
    return papers.RecordLine(
        line=each.line,
        copy=each.copy,
        section=checklist.BY_ID[each.line].section.value,
        condition=said.condition.value if said else "",
        spec=said.spec if said else "",
        qty_expected=said.qty_expected if said else None,
        qty_actual=said.qty_actual if said else None,
        maker=said.maker if said else "",
        warranty_until=said.warranty_until if said else None,
        inspected_on=said.inspected_on if said else None,
        amount_fen=said.amount_fen if said else None,
        amount_on=said.amount_on if said else None,
        remark=said.remark if said else "",
        responsible=said.responsible.value if said and said.responsible else "",
        fix_by=said.fix_by if said else None,
        photos=len(said.photos) if said else 0,
        digest=each.digest,
        signed=tuple(papers.Signed(party=name, at=_minute(at)) for name, at in each.signed.items()),
        dispute=f"{case.stage}:{case.outcome or case.reasons}" if case else "",
    )
