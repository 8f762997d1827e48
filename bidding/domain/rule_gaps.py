"""Rules of the table that nothing in the engine holds, and why; the pages that print the table say so.

Whoever builds the act of such a rule takes it out of here and names the test that holds it in
``tests/bidding/rule_pairs.py``. A test sees to it that no other module names a rule that stands here.
"""

from collections.abc import Mapping
from typing import Final

GAPS: Final[Mapping[str, tuple[str, ...]]] = {
    "the document has one visit for all, and nobody watches who comes": ("T45",),
    "a security above its cap is refused and a late return shown": ("T67",),
    "what people say to each other outside the platform": ("T47", "T63"),
    "an authority orders the correction, outside the platform": ("T72",),
    "no change of a bidder": ("T65",),
    "no joint bid, agency or passing on": ("T49", "T70", "T73"),
    "no check of a document's wording": ("T51", "T77"),
    "no record system of its own": ("T74", "retention"),
    "the hand-over does not hold these to a number": ("H07", "H08", "H18", "owner-finish"),
    "no first inspection": ("H11", "H20"),
    "no clock over the whole tender": ("shortest-tender", "prophase-before-sale", "prophase-before-delivery"),
    "no owners' assembly": (
        *("prophase-decide", "prophase-assembly", "vote-extraordinary", "committee-agenda"),
        "management-posting",
    ),
}
"""Why nothing holds them -> the rules. This may only get shorter."""

_NAMES: Final = frozenset(name for names in GAPS.values() for name in names)


def is_gap(rule_id: str) -> bool:
    """Say whether the engine holds nobody to a rule yet."""
    return rule_id in _NAMES
