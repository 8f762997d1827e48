"""Drawing experts from a roster of 10,000: digest, order and choice, beside the bare hashing and sorting."""

import hashlib
import hmac
import os
from statistics import median
from time import perf_counter
from typing import Final

from bench.results import Figure
from bidding.domain.committee import draw

ROSTER: Final = 10_000
EMPLOYERS: Final = 1_500
WANTED, ROUNDS = 7, 9


def measure() -> list[Figure]:
    """Draw several times and return the medians."""
    tickets = [
        draw.Ticket(pseudonym=os.urandom(32).hex(), employer=f"{number % EMPLOYERS:064x}")
        for number in range(ROSTER)
    ]
    names = [bytes.fromhex(one.pseudonym) for one in tickets]
    ours, bare = [], []
    for _ in range(ROUNDS):
        seed = os.urandom(32)
        began = perf_counter()
        digest = draw.roster_digest(tickets)
        drawn = draw.choose(draw.order(tickets, seed.hex()), WANTED)
        ours.append(perf_counter() - began)
        assert len(digest) == hashlib.sha256().digest_size * 2
        assert len(drawn) == WANTED
        began = perf_counter()
        sorted(names, key=lambda name: hmac.digest(seed, name, "sha256"))
        bare.append(perf_counter() - began)
    note = f"digest of the roster, order by the seed and choice; {ROSTER} experts of {EMPLOYERS} employers"
    return [
        Figure(name="draw-10000", figure=round(median(ours) * 1000, 1), unit="ms", note=note),
        Figure(
            name="draw-10000-cost",
            figure=round(median(ours) / median(bare), 2),
            unit="×",
            note="against HMAC of every name and one sort",
        ),
    ]
