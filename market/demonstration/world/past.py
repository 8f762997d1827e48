"""What lies a year back when the world opens: a listing after a hearing, and how it ended early."""

from collections.abc import Mapping
from datetime import timedelta

from market.demonstration.scenes import remedying, supervising
from market.demonstration.stage import Stage
from market.demonstration.world import layout

LISTED = "enterprise-12"
ITEM = "N-VS-04"
"""Misused maintenance funds: the record opens a case by itself, and the term is the longest."""
MONTHS = 36
YEAR = timedelta(days=370)
"""Longer than a listing must last before early removal may be asked for."""


async def a_year_ago(stage: Stage, numbers: Mapping[str, int]) -> None:
    """List an enterprise after a hearing; a year later it has put everything right and leaves the list."""
    facts = layout.FACTS[ITEM]
    await supervising.charge(stage, item=ITEM, enterprise=numbers[LISTED], login=LISTED, facts=facts)
    case = await remedying.opened_by_record(stage)
    await remedying.notify(stage, LISTED, case, facts=facts, reasons="挪用维修资金，须从重", months=MONTHS)
    held_at = await remedying.ask_hearing(stage, LISTED, case, words="款项正在退还，请求听证。")
    await remedying.hear(stage, case, held_at=held_at)
    await remedying.enlist(stage, case, months=MONTHS)
    await stage.time.reach(await stage.time.now() + YEAR)
    asked = await remedying.ask_removal(stage, LISTED, case, grounds="款项已全部退还，人员已完成培训。")
    await remedying.grant(stage, "district2", asked, reasons="已核实退款凭证，一年来未再失信。")
