"""A project's risk, set with reasons; the newest counts, and plans follow."""

import secrets
from datetime import datetime

from credit.domain.act import Act
from credit.domain.events import ProjectMoved
from credit.domain.oversight.frequency import Risk
from credit.domain.permission import PERMISSIONS
from credit.oversight_tables import RiskRow
from credit.queries.oversight import plans
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.parties import public as parties
from market.runtime import audit, database, outbox


async def set_risk(*, community_id: int, risk: Risk, reasons: str, by: Actor, now: datetime) -> int:
    """Say how much can go wrong in a project, and why."""
    async with database.transaction():
        community = await parties.community(community_id)
        PERMISSIONS[Act.RISK_SET].check(by, path=community.path)
        salt, reason = secrets.token_hex(32), need_reasons(reasons)
        rows = await RiskRow.insert(
            RiskRow(
                community=community.id,
                division=community.division,
                risk=risk.value,
                salt=salt,
                reason=reason,
                reason_digest=digest("credit-risk", {"salt": salt, "reason": reason}),
                set_at=now,
                set_by=by.name,
            )
        )
        number = int(rows[0]["id"])
        entry = await audit.record(
            act=Act.RISK_SET,
            by=by,
            subject=f"credit-risk:{number}",
            now=now,
            changed=[audit.row(RiskRow, number)],
        )
        managing = await plans.managing(community.id)
        await outbox.publish(ProjectMoved(community=community.id, enterprises=managing), entry=entry)
        return number
