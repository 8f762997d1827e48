"""What detectors see between the bids of a lot: each planted fact, both sides of each threshold, no more."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.alert import detect, progression, similarity, values
from bidding.domain.alert.alert import Alert, Kind, Thresholds, thresholds
from bidding.domain.alert.material import File, Material, Trace
from bidding.domain.procedure import Profile
from bidding.domain.rule_table import RuleVersion
from tests.bidding.alert import honest

RULES = rule_table.current(Profile.OWNER)
LIMITS = thresholds(RULES)
NOTHING = detect.Issued()


def bid(number: int, **fields: Any) -> Material:
    return Material(
        commitment=f"{number:064x}",
        code=f"9111010500000{number:05d}",
        bidder=f"虚构物业{number}号公司",
        **fields,
    )


def found(*bids: Material, limits: Thresholds = LIMITS, issued: detect.Issued = NOTHING) -> list[Alert]:
    return list(detect.between(bids, limits, issued))


def kinds(*bids: Material, **more: Any) -> list[Kind]:
    return [one.kind for one in found(*bids, **more)]


def trace(field: str, value: str, where: str = "plan.docx") -> tuple[Trace, ...]:
    return (Trace(field=field, value=value, where=where),)


def priced(*prices: int) -> list[Material]:
    return [bid(number, price_fen=price) for number, price in enumerate(prices, 1)]


def itemised(number: int, prices: list[int]) -> Material:
    return bid(number, items=tuple((f"I{place}", price) for place, price in enumerate(prices)))


PLANTED: dict[Kind, Callable[[], list[Material]]] = {
    Kind.PREPARER: lambda: [bid(one, preparers=trace("person", "王某")) for one in (1, 2)],
    Kind.AGENT: lambda: [bid(one, contacts=trace("phone", "010-5555 0101")) for one in (1, 2)],
    Kind.MEMBER: lambda: [bid(one, people=trace("member", "PM-7788")) for one in (1, 2)],
    Kind.FILE: lambda: [
        bid(one, files=(File(name=f"附件{one}.pdf", size=2_000, digest="a" * 64),)) for one in (1, 2)
    ],
    Kind.TEXT: lambda: [bid(one, texts=(("plan.txt", honest.prose(7)),)) for one in (1, 2)],
    Kind.PROGRESSION: lambda: priced(100_000_00, 110_000_00, 120_000_00),
    Kind.ITEMS: lambda: [itemised(1, [101, 211, 307, 401, 503]), itemised(2, [202, 422, 614, 802, 1006])],
    Kind.MIXED: lambda: [bid(1, texts=(("plan.txt", "本公司虚构物业2号公司承诺"),)), bid(2)],
}


@pytest.mark.parametrize("kind", list(PLANTED))
def test_a_planted_fact_is_seen_with_its_bids_its_evidence_and_its_clause(kind: Kind) -> None:
    (one,) = found(*PLANTED[kind]())
    assert one.kind is kind
    assert len(one.bids) >= 2
    assert {each.commitment for each in one.evidence} <= set(one.bids)
    assert one.clause.startswith("BLR 40(")
    assert 0 < one.strength <= 1


def test_every_fact_of_the_law_has_a_detector() -> None:
    clauses = {kind: one.clause for kind in Kind for one in found(*PLANTED.get(kind, list)())}
    assert {f"BLR 40({n})" for n in range(1, 6)} == set(clauses.values())
    (account,) = values.accounts({"1" * 64: "9" * 18, "2" * 64: "9" * 18, "3" * 64: "8" * 18}, LIMITS)
    assert (account.clause, account.bids) == ("BLR 40(6)", ("1" * 64, "2" * 64))


@given(st.permutations([one for make in PLANTED.values() for one in make()][:9]))
def test_the_order_of_the_bids_changes_nothing(bids: list[Material]) -> None:
    numbered = {id(one): place for place, one in enumerate(sorted(bids, key=msgspec.json.encode))}
    told = [msgspec.structs.replace(one, commitment=f"{numbered[id(one)]:064x}") for one in bids]
    assert found(*told) == found(*sorted(told, key=lambda one: one.commitment))


def test_the_same_evidence_is_the_same_alert() -> None:
    once, again = found(*PLANTED[Kind.AGENT]()), found(*reversed(PLANTED[Kind.AGENT]()))
    assert [one.digest for one in once] == [one.digest for one in again]
    (other,) = found(*[bid(one, contacts=trace("phone", "010-5555 0102")) for one in (1, 2)])
    assert other.digest != once[0].digest


def test_three_bids_of_one_author_are_one_alert_and_its_strength_is_exact() -> None:
    bids = [
        bid(one, preparers=(*trace("person", "王某"), *trace("company", f"公司{one}"))) for one in (1, 2, 3)
    ]
    (one,) = found(*bids)
    assert (len(one.bids), one.strength) == (3, Fraction(1, 4))


def test_the_same_program_alone_raises_nothing_and_strengthens_what_is_there() -> None:
    assert kinds(*[bid(one, preparers=trace("tool", "WPS 12")) for one in (1, 2)]) == []
    both = (*trace("tool", "WPS 12"), *trace("person", "王某"))
    (one,) = found(*[bid(number, preparers=both) for number in (1, 2)])
    assert {each.what for each in one.evidence} == {"tool", "person"}


def test_the_tender_documents_own_words_and_files_do_not_count() -> None:
    bids = PLANTED[Kind.TEXT]()
    assert kinds(*bids, issued=detect.Issued(words=honest.prose(7))) == []
    assert kinds(*PLANTED[Kind.FILE](), issued=detect.Issued(files=frozenset({"a" * 64}))) == []


def test_evidence_holds_nothing_that_no_page_can_show() -> None:
    (one,) = found(*[bid(number, preparers=trace("person", "王\x00某\u202e")) for number in (1, 2)])
    assert {each.value for each in one.evidence} == {"王某"}


def test_proportional_and_equal_item_prices_are_told_apart() -> None:
    prices = [101, 211, 307, 401, 503]
    (same,) = found(itemised(1, prices), itemised(2, prices))
    (scaled,) = found(*PLANTED[Kind.ITEMS]())
    assert (same.form, scaled.form) == ("equal", "proportional")


def test_regular_item_prices_of_three_bids_are_seen() -> None:
    base = [101, 211, 307, 401, 503]
    steps = [10, 33, 27, 51, 12]
    bids = [
        itemised(one, [price + one * step for price, step in zip(base, steps, strict=True)])
        for one in range(3)
    ]
    (one,) = [each for each in found(*bids) if each.kind is Kind.PROGRESSION]
    assert (one.form, one.strength) == ("items", Fraction(1))


def _said(kind: Kind, bids: list[Material]) -> Callable[[RuleVersion], bool]:
    return lambda rules: kind in kinds(*bids, limits=thresholds(rules))


def _alike(share: int) -> list[Material]:
    """Two texts of which *share* percent of all shingles are common."""
    words = [f"w{number}" for number in range(2_000)]
    size = LIMITS.shingle
    many = 1_000
    cut = many * (100 - share) // (100 + share)
    one = words[: many + size - 1]
    other = words[cut : many + cut + size - 1]
    return [bid(1, texts=(("p", " ".join(one)),)), bid(2, texts=(("p", " ".join(other)),))]


def _long(runs: int) -> list[Material]:
    words = " ".join(f"w{number}" for number in range(runs + LIMITS.shingle - 1))
    return [bid(one, texts=(("p", words),)) for one in (1, 2)]


def _stepped(off: int) -> list[Material]:
    """Three prices whose middle lies *off* fen from the middle of a step of 1,000,000."""
    return priced(100_000_000, 101_000_000 + off, 102_000_000)


def _sized(size: int) -> list[Material]:
    return [bid(one, files=(File(name="f", size=size, digest="a" * 64),)) for one in (1, 2)]


def _proportional(items: int, within: int) -> list[Material]:
    prices = [97 + 101 * place for place in range(items)]
    doubled = [price * 2 if place < within else price * 3 for place, price in enumerate(prices)]
    return [itemised(1, prices), itemised(2, doubled)]


def _matching(many: int) -> list[Material]:
    return [
        bid(one, contacts=tuple(Trace(field="phone", value=f"{n}", where="r") for n in range(many)))
        for one in (1, 2)
    ]


EDGES: dict[str, tuple[Kind, Callable[[int], list[Material]], int, int, tuple[int, int]]] = {
    "alert.file-bytes": (Kind.FILE, _sized, 1_024, 1_023, (1_023, 1)),
    "alert.words": (Kind.TEXT, _long, 100, 99, (99, 1)),
    "alert.similarity": (Kind.TEXT, _alike, 80, 79, (3, 5)),
    "alert.run": (Kind.PROGRESSION, lambda n: priced(*[10_000 + 7 * k for k in range(n)]), 4, 3, (3, 1)),
    "alert.tolerance": (Kind.PROGRESSION, _stepped, 2_000, 2_001, (1, 499)),
    "alert.items": (Kind.ITEMS, lambda n: _proportional(n, n), 5, 4, (4, 1)),
    "alert.items-share": (Kind.ITEMS, lambda n: _proportional(10, n), 9, 8, (4, 5)),
    "alert.shingle": (Kind.TEXT, lambda n: _long(100) if n == 8 else _long(99), 8, 9, (7, 1)),
}


def changed(rules: RuleVersion, name: str, value: int, per: int = 1) -> RuleVersion:
    rule = msgspec.structs.replace(rules.rule(name), value=value, per=per)
    return msgspec.structs.replace(rules, rules={**rules.rules, name: rule})


@pytest.mark.parametrize("name", list(EDGES))
def test_each_threshold_is_the_tables_on_both_sides(name: str) -> None:
    kind, make, inside, outside, other = EDGES[name]
    rules = changed(RULES, name, 4) if name == "alert.run" else RULES  # three is the least a run can be
    assert _said(kind, make(inside))(rules), "just inside"
    assert not _said(kind, make(outside))(rules), "just outside"
    assert _said(kind, make(outside))(changed(rules, name, *other)), "another value, another verdict"


def test_how_many_values_must_agree_is_the_tables() -> None:
    one, two = _said(Kind.AGENT, _matching(1)), _said(Kind.AGENT, _matching(2))
    stricter = changed(RULES, "alert.matches", 2)
    assert not _said(Kind.AGENT, _matching(0))(RULES)
    assert (one(RULES), one(stricter), two(stricter)) == (True, False, True)


@given(st.integers(1, 10**9), st.integers(1, 10**8), st.integers(3, 9))
def test_an_arithmetic_progression_is_exact_whatever_its_step(first: int, step: int, many: int) -> None:
    (run,) = progression.runs([first + step * n for n in range(many)], least=3, tolerance=Fraction(0))
    assert (run.start, run.stop, run.deviation) == (0, many, Fraction(0))
    assert run.form in {"arithmetic", "geometric"}


@given(st.integers(1, 10**6), st.integers(2, 9), st.integers(3, 7))
def test_a_geometric_progression_is_exact_whatever_its_factor(first: int, factor: int, many: int) -> None:
    (run,) = progression.runs([first * factor**n for n in range(many)], least=3, tolerance=Fraction(0))
    assert (run.start, run.stop, run.form, run.deviation) == (0, many, "geometric", Fraction(0))


def test_a_run_inside_a_longer_one_is_told_once_and_two_apart_are_two() -> None:
    values = [100, 110, 120, 130, 900, 1_800, 3_600]
    runs = progression.runs(values, least=3, tolerance=Fraction(1, 200))
    assert [(one.start, one.stop, one.form) for one in runs] == [
        (0, 4, "arithmetic"),
        (4, 7, "geometric"),
    ]


@given(st.sets(st.integers(0, 9_999), min_size=1, max_size=300), st.sets(st.integers(0, 9_999), max_size=300))
def test_the_estimate_lies_near_the_exact_share(some: set[int], more: set[int]) -> None:
    one, other = (
        frozenset(number for word in words for number in similarity.shingles(f"w{word}", 1))
        for words in (some, some | more)
    )
    shared, of = similarity.jaccard(one, other)
    guess = similarity.estimate(similarity.signature(one), similarity.signature(other))
    assert abs(guess - Fraction(shared, of)) <= similarity.MARGIN
    assert of > similarity.PLACES or guess == Fraction(shared, of)
    assert similarity.estimate(similarity.signature(one), similarity.signature(one)) == 1


def test_words_are_characters_in_chinese_and_runs_of_letters_elsewhere() -> None:
    assert similarity.words("保洁 ISO9001，每日２次。") == ["保", "洁", "iso9001", "每", "日", "2", "次"]


def test_a_hundred_honest_tenders_raise_five_alerts_at_most() -> None:
    raised = [one for seed in range(100) for one in found(*honest.tender(seed), issued=honest.ISSUED)]
    assert len(raised) <= 5, [(one.kind, one.form, one.strength) for one in raised]
