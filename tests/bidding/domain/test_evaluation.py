"""Marks, price, credit, ranking: worked examples and invariants, pure."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain import scheme as schemes
from bidding.domain.outcome import evaluation, marking
from bidding.domain.procedure import Profile
from market.kernel import share
from tests.bidding.rule_pairs import changed

RULES = rule_table.current(Profile.OWNER)
LIMITS = marking.limits(RULES)
FOUR = [100, 100, 100, 500]

TWO = schemes.Scheme(
    criteria=(
        schemes.Criterion(id="plan", part=schemes.Part.EXPERT, points=6_500),
        schemes.Criterion(id="price", part=schemes.Part.PRICE, points=2_500),
        schemes.Criterion(id="credit", part=schemes.Part.CREDIT, points=1_000),
    )
)


def an_input(
    *bids: tuple[int, int | None, tuple[int, ...]],
    rejected: tuple[int, ...] = (),
    going_on: str = "the field still competes",
    scheme: schemes.Scheme = TWO,
) -> evaluation.Inputs:
    """Return inputs from (price, credit, one plan mark per expert) tuples, named c0, c1 and so on."""
    experts = tuple(range(1, len(bids[0][2]) + 1)) if bids else (1,)
    return evaluation.Inputs(
        tender="2026-O-1",
        lot="1",
        scheme=scheme,
        bids=tuple(
            evaluation.Bid(commitment=f"c{n}", price_fen=price, credit=credit)
            for n, (price, credit, _) in enumerate(bids)
        ),
        experts=experts,
        marks=tuple(
            marking.Mark(expert=expert, commitment=f"c{n}", criterion="plan", points=points)
            for n, (_, _, marks) in enumerate(bids)
            for expert, points in zip(experts, marks, strict=True)
        ),
        rejections=tuple(
            evaluation.Rejection(
                commitment=f"c{n}", ground=evaluation.Ground.UNRESPONSIVE, reasons="no staff plan"
            )
            for n in rejected
        ),
        seed="5eed",
        going_on=going_on,
    )


def evaluate(inputs: evaluation.Inputs, rules: rule_table.RuleVersion = RULES) -> evaluation.Result:
    return evaluation.evaluate(inputs, marking.limits(rules))


@pytest.mark.parametrize(
    ("score", "points"),
    [(8_000, 500), (6_000, 0), (5_900, 0), (10_000, 1_000), (11_200, 1_000), (8_754, 688)],
)
def test_the_credit_part_follows_the_worked_vectors(score: int, points: int) -> None:
    assert marking.credit_points(score, LIMITS, weight=1_000).result == points


def test_a_newcomer_gets_the_neutral_credit_value_and_the_line_says_so() -> None:
    line = marking.credit_points(None, LIMITS, weight=1_000)
    assert (line.result, line.formula) == (500, "credit-neutral")
    told = dict(line.inputs)
    assert (told["floor"], told["span"]) == (LIMITS.credit_floor, LIMITS.credit_span), "printed, never typed"


def test_the_lowest_price_brings_the_whole_weight_and_others_in_proportion() -> None:
    prices = [300, 250, 400]
    points = [
        marking.price_points(price, prices, LIMITS, weight=2_500, method=schemes.PriceMethod.LOWEST).result
        for price in prices
    ]
    assert points == [2_083, 2_500, 1_562]  # 25·250/300 = 20.833…, 25·250/400 = 15.625 → half to even


def test_the_benchmark_drops_the_extremes_from_five_on_and_halves_the_slope_below() -> None:
    prices = [100, 200, 210, 190, 900]
    points = [
        marking.price_points(price, prices, LIMITS, weight=2_500, method=schemes.PriceMethod.BENCHMARK).result
        for price in prices
    ]
    assert points == [1_875, 2_500, 2_375, 2_438, 0]  # mean 200; 190: 25 − 25·0.05·0.5 = 24.375


def test_with_four_prices_the_benchmark_is_the_plain_mean() -> None:
    line = marking.price_points(100, FOUR, LIMITS, weight=2_500, method=schemes.PriceMethod.BENCHMARK)
    assert dict(line.inputs)["mean"] == "200"


@pytest.mark.parametrize(
    ("marks", "mean"),
    [((0, 600, 600, 600, 6_500), 600), ((0, 600, 600, 1_200), 600), ((1, 2), 2), ((2, 3), 2), ((7,), 7)],
)
def test_five_members_lose_one_highest_and_one_lowest_mark(marks: tuple[int, ...], mean: int) -> None:
    assert marking.average(marks, LIMITS).result == mean


def test_a_worked_ranking_with_every_figure_explained() -> None:
    result = evaluate(
        an_input(
            (30_000, 9_000, (5_000, 5_100)), (25_000, None, (4_000, 4_001)), (40_000, 6_000, (6_400, 6_400))
        )
    )
    # c0: 50.50 + 20.83 + 7.50; c1: 40.00 + 25 + 5 (4000.5 goes to the even 4000); c2: 64 + 15.62 + 0
    assert [(each.commitment, each.total) for each in result.scored] == [
        ("c2", 7_962),
        ("c0", 7_883),
        ("c1", 7_000),
    ]
    for scored in result.scored:
        *parts, total = scored.lines
        assert total.formula == "total"
        assert sum(line.result for line in parts) == total.result == scored.total
        assert all(line.source for line in scored.lines)


@pytest.mark.parametrize(
    ("first", "second", "step"),
    [
        # equal totals by construction of marks; c0 against c1
        ((20_000, 8_000, (4_000,)), (25_000, 8_000, (4_500,)), "price"),
        ((20_000, 8_000, (4_100,)), (20_000, 8_400, (4_000,)), "technical"),
    ],
)
def test_ties_are_broken_by_price_then_technical(
    first: tuple[int, int, tuple[int, ...]], second: tuple[int, int, tuple[int, ...]], step: str
) -> None:
    result = evaluate(an_input(second, first))
    assert result.scored[0].total == result.scored[1].total
    assert result.candidates[0].commitment == "c1"
    assert result.candidates[0].decided_by == step


def test_equal_bids_are_separated_by_the_published_seed_and_anyone_can_repeat_it() -> None:
    same = (20_000, 8_000, (4_000,))
    given_inputs = an_input(same, same, same)
    result = evaluate(given_inputs)
    expected = sorted(("c0", "c1", "c2"), key=lambda c: evaluation.draw_number(c, "5eed"))
    assert [each.commitment for each in result.candidates] == expected
    assert result.candidates[0].decided_by == "draw"
    orders = {
        tuple(
            each.commitment
            for each in evaluate(msgspec.structs.replace(given_inputs, seed=f"s{n}")).candidates
        )
        for n in range(40)
    }
    assert len(orders) > 1


def test_a_rejected_bid_has_no_marks_and_does_not_move_the_price_of_others() -> None:
    bids = ((30_000, None, (5_000,)), (10_000, None, (5_000,)), (40_000, None, (5_000,)))
    result = evaluate(an_input(*bids, rejected=(1,)))
    assert [each.commitment for each in result.scored] == ["c0", "c2"]
    assert dict(result.scored[0].points)["price"] == 2_500


def test_two_effective_bids_need_a_recorded_decision_to_go_on_and_three_do_not() -> None:
    bids = ((30_000, None, (5_000,)), (10_000, None, (5_000,)), (40_000, None, (5_000,)))
    with pytest.raises(evaluation.TooFewEffectiveBidsError):
        evaluate(an_input(*bids, rejected=(1,), going_on=" "))
    assert evaluate(an_input(*bids, going_on="")).candidates


@pytest.mark.parametrize(("price", "refused"), [(30_000, False), (30_001, True)])
def test_a_bid_above_the_maximum_price_must_be_rejected(price: int, refused: int) -> None:
    inputs = an_input((price, None, (5,)), (2, None, (5,)))
    limited = msgspec.structs.replace(inputs, maximum_fen=30_000)
    if refused:
        with pytest.raises(evaluation.OverpricedError):
            evaluate(limited)
        rejected = an_input((price, None, (5,)), (2, None, (5,)), rejected=(0,)).rejections
        limited = msgspec.structs.replace(limited, rejections=rejected)
    assert evaluate(limited).candidates


def test_all_rejected_means_no_candidate() -> None:
    assert evaluate(an_input((1, None, (5,)), rejected=(0,), going_on="")).candidates == ()


def test_a_missing_mark_is_named() -> None:
    whole = an_input((30_000, None, (5_000, 5_000)), (10_000, None, (5_000, 5_000)))
    with pytest.raises(marking.UnmarkedCriterionError) as refusal:
        evaluate(msgspec.structs.replace(whole, marks=whole.marks[:-1]))
    assert refusal.value.context == {"expert": 2, "commitment": "c1", "criterion": "plan"}


@pytest.mark.parametrize("points", [-1, 6_501])
def test_a_mark_outside_the_published_points_is_refused(points: int) -> None:
    with pytest.raises(marking.MarkOutOfRangeError):
        evaluate(an_input((1, None, (points,))))


@pytest.mark.parametrize("points", [0, 6_500])
def test_a_mark_at_the_edge_counts(points: int) -> None:
    assert dict(evaluate(an_input((1, None, (points,)))).scored[0].points)["plan"] == points


def test_experts_do_not_mark_price_or_credit_and_not_twice() -> None:
    whole = an_input((1, None, (5,)))
    for extra in (
        marking.Mark(expert=1, commitment="c0", criterion="price", points=1),
        whole.marks[0],
        marking.Mark(expert=9, commitment="c0", criterion="plan", points=1),
        marking.Mark(expert=1, commitment="cx", criterion="plan", points=1),
    ):
        with pytest.raises(marking.MarkOutOfRangeError):
            evaluate(msgspec.structs.replace(whole, marks=(*whole.marks, extra)))


def test_every_rejection_ground_has_its_clause() -> None:
    assert set(evaluation.GROUNDS) == set(evaluation.Ground)


BIDS = st.integers(2, 7).flatmap(
    lambda experts: st.lists(
        st.tuples(
            st.integers(1, 10**9),
            st.none() | st.integers(0, 11_500),
            st.lists(st.integers(0, 6_500), min_size=experts, max_size=experts).map(tuple),
        ),
        min_size=1,
        max_size=6,
    )
)


@given(BIDS, st.data())
def test_candidates_are_one_to_three_without_gaps_among_effective_bids(
    bids: list[tuple[int, int | None, tuple[int, ...]]], data: st.DataObject
) -> None:
    rejected = data.draw(st.sets(st.integers(0, len(bids) - 1), max_size=len(bids) - 1))
    result = evaluate(an_input(*bids, rejected=tuple(rejected)))
    assert 1 <= len(result.candidates) <= 3
    assert [each.rank for each in result.candidates] == list(range(1, len(result.candidates) + 1))
    effective = {f"c{n}" for n in range(len(bids))} - {f"c{n}" for n in rejected}
    assert {each.commitment for each in result.candidates} <= effective
    totals = [each.total for each in result.scored]
    assert totals == sorted(totals, reverse=True)
    assert all(0 <= total <= schemes.FULL_POINTS for total in totals)


@given(BIDS, st.randoms(use_true_random=False))
def test_the_order_of_bids_marks_and_experts_changes_nothing(
    bids: list[tuple[int, int | None, tuple[int, ...]]], random: object
) -> None:
    inputs = an_input(*bids)
    shuffled = {}
    for name in ("bids", "marks", "experts"):
        values = list(getattr(inputs, name))
        random.shuffle(values)  # type: ignore[attr-defined]
        shuffled[name] = tuple(values)
    assert evaluate(msgspec.structs.replace(inputs, **shuffled)) == evaluate(inputs)


@given(BIDS)
def test_every_input_is_in_the_snapshot(bids: list[tuple[int, int | None, tuple[int, ...]]]) -> None:
    inputs = an_input(*bids)
    before = evaluation.snapshot(inputs)
    first = inputs.bids[0]
    dearer = (msgspec.structs.replace(first, price_fen=first.price_fen + 1), *inputs.bids[1:])
    for change in ({"bids": dearer}, {"seed": "other"}, {"credit_version": "2"}, {"marks": inputs.marks[1:]}):
        assert evaluation.snapshot(msgspec.structs.replace(inputs, **change)) != before


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_a_published_mark_lies_between_lowest_and_highest_and_is_exact(marks: list[int]) -> None:
    kept = sorted(marks)[1:-1] if len(marks) >= 5 else marks
    result = marking.average(marks, LIMITS).result
    assert min(marks) <= result <= max(marks)
    assert abs(Fraction(sum(kept), len(kept)) - result) <= Fraction(1, 2)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=9))
def test_a_lower_price_never_brings_fewer_points_by_the_lowest_method(prices: list[int]) -> None:
    points = [
        marking.price_points(price, prices, LIMITS, weight=2_500, method=schemes.PriceMethod.LOWEST).result
        for price in sorted(prices)
    ]
    assert points == sorted(points, reverse=True)
    assert points[0] == 2_500


@given(st.integers(0, 11_500), st.integers(0, 11_500))
def test_credit_is_monotone_and_bounded(one: int, other: int) -> None:
    low, high = sorted((one, other))
    first, second = (marking.credit_points(score, LIMITS, weight=1_000).result for score in (low, high))
    assert 0 <= first <= second <= 1_000


def test_the_default_weight_table_can_be_published_and_each_fault_is_found() -> None:
    assert list(schemes.findings(schemes.DEFAULT, credit_cap=1_500)) == []
    faulty = schemes.Scheme(
        criteria=(
            schemes.Criterion(id="credit", part=schemes.Part.CREDIT, points=1_501),
            schemes.Criterion(id="credit", part=schemes.Part.CREDIT, points=0),
        )
    )
    assert {finding.code for finding in schemes.findings(faulty, credit_cap=1_500)} == {
        "criterion-twice",
        "criterion-empty",
        "points-not-100",
        "price-part-missing",
        "expert-part-missing",
        "credit-part-too-large",
    }


def test_credit_may_weigh_fifteen_points_and_no_more() -> None:
    def table(credit: int) -> schemes.Scheme:
        return schemes.Scheme(
            criteria=(
                schemes.Criterion(id="plan", part=schemes.Part.EXPERT, points=7_500 - credit),
                schemes.Criterion(id="price", part=schemes.Part.PRICE, points=2_500),
                schemes.Criterion(id="credit", part=schemes.Part.CREDIT, points=credit),
            )
        )

    assert not list(schemes.findings(table(1_500), credit_cap=1_500))
    assert [each.code for each in schemes.findings(table(1_501), credit_cap=1_500)] == [
        "credit-part-too-large"
    ]


def test_each_number_of_an_evaluation_is_the_tables() -> None:
    four = tuple((30_000 + n, None, (5_000,)) for n in range(4))
    assert len(evaluate(an_input(*four)).candidates) == 3
    assert len(evaluate(an_input(*four), changed(RULES, "T32", 4)).candidates) == 4
    two = an_input(*four[:2], going_on="")
    with pytest.raises(evaluation.TooFewEffectiveBidsError) as refusal:
        evaluate(two)
    assert refusal.value.context == {"effective": 2, "minimum": 3}
    assert len(evaluate(two, changed(RULES, "T50", 2)).candidates) == 2
    trimmed = marking.limits(changed(RULES, "marks-trimmed", 4))
    assert [marking.average((0, 600, 600, 1_600), each).result for each in (LIMITS, trimmed)] == [700, 600]
    method = schemes.PriceMethod.BENCHMARK
    means = [
        dict(marking.price_points(100, FOUR, each, weight=2_500, method=method).inputs)["mean"]
        for each in (LIMITS, trimmed)
    ]
    assert means == ["200", "100"]
    floor, span = (
        marking.limits(changed(RULES, name, value))
        for name, value in (("credit-floor", 7_000), ("credit-span", 2_000))
    )
    points = [marking.credit_points(7_000, each, weight=1_000).result for each in (LIMITS, floor, span)]
    assert points == [250, 0, 500]


def test_half_to_even_at_the_credit_vector_is_not_half_up() -> None:
    assert share.half_even(Fraction(6_885, 10)) == 688
