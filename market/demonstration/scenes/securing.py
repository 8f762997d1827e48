"""The scene of custody: the operator confirms what came in, and nobody learns of it before the opening."""

from market.demonstration.stage import Stage
from market.kernel.period import local_day

CUSTODIAN = "operator"


async def confirm(stage: Stage, number: str, *, login: str, amount_fen: int) -> None:
    """Let the custodian confirm a bidder's security."""
    code = (await stage.organisation(login))["code"]
    body = {
        "tender": number,
        "bidder": code,
        "instrument": "transfer",
        "amount_fen": amount_fen,
        "holder": code,
        "basic_account": True,
        "reference": f"演示流水 {code[-6:]}",
        "paid_on": local_day(await stage.time.now()).isoformat(),
    }
    await (await stage.of(CUSTODIAN)).post("/api/custody/payments", body)
