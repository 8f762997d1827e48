"""Two worlds: whether nobody, three or seven bid, and who it is, shows nowhere before the freeze.

Every world is played in a market of its own; what its viewers read, what they are answered to every act, the
dump, the data folder and the logs are compared byte by byte once random values and instants are masked.
"""

from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from tests import factories_bidding as make
from tests.secrecy import keeping, reading, script
from tests.secrecy.conftest import Staging
from tests.secrecy.masking import TIME, difference, mask
from tests.secrecy.script import Recipe

NOBODY = Recipe(name="nobody", bidders=())
THREE = Recipe(name="three", bidders=(0, 1, 2))
OTHER = Recipe(name="another", bidders=(0, 1, 8))
SEVEN = Recipe(name="seven", bidders=(0, 1, 2, 3, 4, 5, 6))

SEALED = {
    "bidding_sealed": (1, 0),
    "bidding_custody": (0, 1),
    "runtime_audit_entry": (1, 1),
    "runtime_audit_held": (1, 1),
    "runtime_audit_image": (1, 1),
    "runtime_log_pending": (1, 1),
    "runtime_file": (1, 0),
}
"""Where a bid act and a payment leave exactly so many rows; they count those of all tenders together."""

CLIENTS = ("/api/uploads", "/api/envelopes", "/api/custody/payments")
AT_THE_DEADLINE = ("public", "tenderer", "keyholder", "enterprise")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All that can be looked at in one world."""

    acts: int
    payments: int
    answers: dict[str, str]
    after: dict[str, str]
    dump: str
    files: list[str]
    log: keeping.Log


_played: dict[str, Outcome] = {}


async def play(staging: Staging, recipe: Recipe) -> Outcome:
    """Play a world once in this process."""
    if recipe.name not in _played:
        async with staging() as stage:
            cast = await script.gather(stage)
            with keeping.listening() as log:
                await script.bids(stage, recipe, cast)
                dump, files = await keeping.dump(stage.url), keeping.listing(stage.folder)
                await script.go_on(stage, cast)
                answers = await reading.read(stage, cast) | await reading.act(stage, cast)
                stage.at = make.DEADLINE + timedelta(seconds=5)
                late = await reading.read(stage, cast, AT_THE_DEADLINE)
                late |= await reading.act(stage, cast, AT_THE_DEADLINE)
                refused = await reading.tried(
                    cast.views["latecomer"], "POST", "/api/envelopes", await script.too_late(cast)
                )
                assert refused.json()["outcome"] == "refusal"
                late["a bid too late"] = reading.told(refused)
            answers |= {f"at the deadline: {key}": value for key, value in late.items()}
            after: dict[str, str] = {}
            if len(recipe.bidders) == 3:
                await make._close(cast.tender, 0)
                await script.settle()
                read = await reading.read(stage, cast, AT_THE_DEADLINE)
                after = {f"after the close: {key}": TIME.sub("<time>", text) for key, text in read.items()}
            _played[recipe.name] = Outcome(
                acts=len(recipe.bidders) + bool(recipe.bidders), payments=len(recipe.bidders),
                answers=answers, after=after, dump=dump, files=files, log=log,
            )  # fmt: skip
    return _played[recipe.name]


@pytest.mark.long
async def test_how_many_bid_shows_in_no_answer_and_in_the_number_of_sealed_rows_and_files_alone(
    staging: Staging,
) -> None:
    none = await play(staging, NOBODY)
    assert len(none.answers) > 1500
    for recipe in (THREE, SEVEN):
        some = await play(staging, recipe)
        assert difference(none.answers, some.answers) == ""
        _only_sealed_rows_are_more(none, some)
        more = Counter(some.files) - Counter(none.files)
        assert not Counter(none.files) - Counter(some.files)
        assert [*more.values()] == [some.acts], "sealed files are alike: size, mode, a name that says nothing"
        assert none.log.lines(without=CLIENTS) == some.log.lines(without=CLIENTS)


def _only_sealed_rows_are_more(none: Outcome, some: Outcome) -> None:
    before, after = keeping.tables(none.dump), keeping.tables(some.dump)
    for name, (acts, payments) in SEALED.items():
        more = acts * some.acts + payments * some.payments
        assert len(after[name]) == len(before[name]) + more, name
        assert not Counter(before[name]) - Counter(after[name]), name
    shown = ({n: "\n".join(rows) for n, rows in each.items() if n not in SEALED} for each in (before, after))
    assert difference(*shown) == ""
    assert keeping.rest(none.dump) == keeping.rest(some.dump)


@pytest.mark.long
async def test_who_bids_shows_in_no_answer_no_dump_no_file_no_log_line_and_no_mail(staging: Staging) -> None:
    one, other = await play(staging, THREE), await play(staging, OTHER)
    assert difference(one.answers, other.answers) == ""
    assert len(one.after) > 300
    assert difference(one.after, other.after) == ""
    first, second = (keeping.tables(each.dump) for each in (one, other))
    assert len(first["bidding_sealed"]) == one.acts == 4
    assert difference(*({n: "\n".join(r) for n, r in each.items()} for each in (first, second))) == ""
    assert keeping.together(one.dump) == keeping.together(other.dump)
    assert keeping.rest(one.dump) == keeping.rest(other.dump)
    assert one.files == other.files
    assert len(one.log.lines()) > 1500
    assert one.log.lines() == other.log.lines()


def test_these_tests_can_fail() -> None:
    """What they rest on tells a count, a length and a repetition."""
    value, other = "ab" * 32, "cd" * 32
    assert mask(f"{value} {value}") != mask(f"{value} {other}")
    assert mask(value) != mask(value + "ef")
    assert mask(value) == mask(other)
    assert difference({"page": "3 bids"}, {"page": "7 bids"}) != ""
