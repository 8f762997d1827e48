"""How long comparing opened bids takes, and how often honest tenders raise an alert: a figure, no promise."""

from collections import Counter
from time import perf_counter

from bench.results import Figure
from bidding.domain import rule_table
from bidding.domain.alert import detect
from bidding.domain.alert.alert import thresholds
from bidding.domain.procedure import Profile
from tests.bidding.alert import honest

TENDERS = 1_000


def measure() -> list[Figure]:
    """Compare the bids of 1,000 honest tenders of three to seven bidders."""
    limits = thresholds(rule_table.current(Profile.OWNER))
    tenders = [honest.tender(seed) for seed in range(TENDERS)]
    began = perf_counter()
    raised = [one for bids in tenders for one in detect.between(bids, limits, honest.ISSUED)]
    taken = perf_counter() - began
    kinds = ", ".join(f"{kind} {many}" for kind, many in sorted(Counter(one.kind for one in raised).items()))
    bids = sum(len(each) for each in tenders)
    return [
        Figure(
            name="alerts-compare",
            figure=round(taken * 1000 / TENDERS, 2),
            unit="ms",
            note=f"all detectors over one lot; {TENDERS} lots, {bids} bids of 18 items and 900 words",
        ),
        Figure(
            name="alerts-of-honest",
            figure=len(raised),
            unit="alerts",
            note=f"raised over {TENDERS} honest tenders: {kinds or 'none'}",
        ),
    ]
