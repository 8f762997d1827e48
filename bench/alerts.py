"""Comparing opened bids: how long it takes, whether honest tenders stay quiet, and planted facts are seen."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from time import perf_counter
from typing import Final

import msgspec

from bench.results import Figure, Goal, verdict
from bidding.domain import rule_table
from bidding.domain.alert import detect
from bidding.domain.alert.alert import Kind, Thresholds, thresholds
from bidding.domain.alert.material import File, Material, Trace
from bidding.domain.procedure import Profile
from tests.bidding.alert import honest

TENDERS: Final = 1_000
PLANTED: Final = 100
MOST_IN_HUNDRED: Final = 5
Bids = Sequence[Material]


def measure() -> tuple[list[Goal], list[Figure]]:
    """Compare the bids of 1,000 honest tenders of three to seven bidders, then of some with a plant."""
    limits = thresholds(rule_table.current(Profile.OWNER))
    tenders = [honest.tender(seed) for seed in range(TENDERS)]
    began = perf_counter()
    raised = [one for bids in tenders for one in detect.between(bids, limits, honest.ISSUED)]
    ours = (perf_counter() - began) * 1000 / TENDERS
    began = perf_counter()
    for bids in tenders:
        _bare(bids, limits.shingle)
    bare = (perf_counter() - began) * 1000 / TENDERS
    kinds = ", ".join(f"{kind} {many}" for kind, many in sorted(Counter(one.kind for one in raised).items()))
    few = 100 * len(raised) / TENDERS
    seen = {kind: _seen(kind, limits) for kind in PLANTS}
    missed = {kind.value: PLANTED - many for kind, many in seen.items() if many < PLANTED}
    goals = [
        Goal(
            name="alerts-of-honest",
            goal=f"100 honest tenders raise at most {MOST_IN_HUNDRED} alerts",
            figure=round(few, 2),
            verdict=verdict(passed=few <= MOST_IN_HUNDRED),
            ours_ms=round(ours, 2),
            bare_ms=round(bare, 2),
            against=f"exact shares of common shingles alone; raised in {TENDERS}: {kinds or 'none'}",
        ),
        Goal(
            name="planted-collusion",
            goal=f"each kind of collusion planted in {PLANTED} honest tenders is found in every one",
            figure=round(sum(seen.values()) / (PLANTED * len(seen)), 3),
            verdict=verdict(passed=not missed),
            ours_ms=round(ours, 2),
            bare_ms=round(bare, 2),
            against=f"{len(seen)} kinds; missed: {missed or 'none'}",
        ),
    ]
    bids_in_all = sum(len(each) for each in tenders)
    note = (
        f"all detectors against shingles alone; {TENDERS} lots, {bids_in_all} bids of 18 items and 900 words"
    )
    return goals, [Figure(name="alerts-compare", figure=round(ours / bare, 2), unit="×", note=note)]


def _bare(bids: Bids, size: int) -> list[float]:
    """Return how alike the texts are: the least that must be computed to answer at all."""
    sets = []
    for bid in bids:
        words = re.findall(r"[\u4e00-\u9fff]|\w+", "".join(text for _, text in bid.texts))
        sets.append({tuple(words[at : at + size]) for at in range(len(words) - size + 1)})
    return [len(one & other) / len(one | other) for one, other in combinations(sets, 2)]


def _trace(field: str, value: str) -> tuple[Trace, ...]:
    return (Trace(field=field, value=value, where="plan.docx"),)


def _both(bids: Bids, change: Callable[[Material], Material]) -> list[Material]:
    return [*(change(bid) for bid in bids[:2]), *bids[2:]]


def _progression(bids: Bids) -> list[Material]:
    first = bids[0].price_fen or 0
    return [
        msgspec.structs.replace(bid, price_fen=first + place * first // 20) for place, bid in enumerate(bids)
    ]


PLANTS: Final[Mapping[Kind, Callable[[Bids], list[Material]]]] = {
    Kind.PREPARER: lambda bids: _both(
        bids, lambda one: msgspec.structs.replace(one, preparers=(*one.preparers, *_trace("device", "A1-7F")))
    ),
    Kind.AGENT: lambda bids: _both(
        bids, lambda one: msgspec.structs.replace(one, contacts=_trace("phone", "01055550101"))
    ),
    Kind.MEMBER: lambda bids: _both(
        bids, lambda one: msgspec.structs.replace(one, people=(*one.people, *_trace("member", "PM-7788")))
    ),
    Kind.FILE: lambda bids: _both(
        bids,
        lambda one: msgspec.structs.replace(
            one, files=(*one.files, File(name="附件.pdf", size=2_000, digest="a" * 64))
        ),
    ),
    Kind.TEXT: lambda bids: _both(
        bids, lambda one: msgspec.structs.replace(one, texts=(("plan.docx", honest.prose("shared")),))
    ),
    Kind.PROGRESSION: _progression,
    Kind.ITEMS: lambda bids: [
        bids[0],
        msgspec.structs.replace(
            bids[1], items=tuple((code, price * 2) for code, price in bids[0].items), price_fen=None
        ),
        *bids[2:],
    ],
    Kind.MIXED: lambda bids: [
        msgspec.structs.replace(bids[0], texts=(("plan.docx", f"{bids[1].bidder}承诺按期完成"),)),
        *bids[1:],
    ],
}
"""Kind of alert -> how two bids, or all, of an honest tender are made to show it."""


def _seen(kind: Kind, limits: Thresholds) -> int:
    tenders = (honest.tender(seed) for seed in range(TENDERS, TENDERS + PLANTED))
    return sum(
        any(one.kind is kind for one in detect.between(PLANTS[kind](bids), limits, honest.ISSUED))
        for bids in tenders
    )
