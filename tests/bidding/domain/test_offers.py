"""Priced offers: what differs from read-out and document is found, all of it; the sum is exact."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain.sealed.encoding import MalformedError, write
from bidding.domain.service import offer
from bidding.domain.service.offer import ItemOffer, Offer, Said
from tests import factories_offers as priced

TABLE = priced.a_table(E3_01=4)
PRICE = 280_000_011
MANAGER = "BJ-PM-0001"
SAID = Said(lot="1", price_fen=PRICE, project_manager=MANAGER)
GOOD = priced.an_offer(PRICE, TABLE)


def codes(made: Offer, said: Said = SAID) -> list[tuple[str, str]]:
    return [(one.code, one.item) for one in offer.findings(made, said, TABLE)]


def with_items(*items: ItemOffer) -> Offer:
    return msgspec.structs.replace(GOOD, items=items)


def test_an_offer_that_answers_everything_has_no_findings() -> None:
    assert codes(GOOD) == []
    assert offer.parse(write(GOOD)) == GOOD


@pytest.mark.parametrize(("price", "wanted"), [(PRICE, []), (PRICE - 1, ["sum"]), (PRICE + 1, ["sum"])])
def test_a_sum_one_fen_beside_the_price_read_out_is_a_finding(price: int, wanted: list[str]) -> None:
    said = msgspec.structs.replace(SAID, price_fen=price)
    assert [code for code, _ in codes(GOOD, said)] == wanted


def test_missing_unknown_and_doubled_items_are_each_named() -> None:
    first, *rest = GOOD.items
    stranger = ItemOffer(code="E1-99", level=3, price_fen=0)
    found = codes(with_items(*rest, stranger, rest[0]))
    assert ("item-missing", first.code) in found
    assert ("item-unknown", "E1-99") in found
    assert ("item-twice", rest[0].code) in found


def test_a_level_below_the_one_asked_for_is_named_and_a_higher_one_is_not() -> None:
    def at(level: int) -> Offer:
        items = [
            msgspec.structs.replace(one, level=level) if one.code == "E3-01" else one for one in GOOD.items
        ]
        return with_items(*items)

    assert codes(at(3)) == [("level-lower", "E3-01")]
    assert codes(at(4)) == codes(at(5)) == []


def test_another_lot_manager_or_term_and_other_conditions_are_named() -> None:
    other = msgspec.structs.replace(GOOD, lot="2", project_manager="BJ-PM-0002", other_terms="分期调价")
    said = msgspec.structs.replace(SAID, months=24, document_months=36)
    assert [code for code, _ in codes(other, said)] == ["lot", "manager", "term", "other-terms"]
    assert codes(GOOD, msgspec.structs.replace(SAID, months=36, document_months=36)) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b'{"staff": 12}',
        write(GOOD).replace(b'"offer/1"', b'"offer/2"'),
        write(GOOD).replace(b'"price_fen":', b'"price_fen":-', 1),
        write(GOOD)[:-1] + b',"more":1}',
    ],
)
def test_what_is_no_offer_is_malformed_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(MalformedError):
        offer.parse(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_offer_or_malformed(data: bytes) -> None:
    try:
        offer.parse(data)
    except MalformedError:
        return
    raise AssertionError("random bytes read as an offer")


@given(st.integers(0, 2**50))
def test_the_sum_of_the_items_is_the_price_to_the_fen(price: int) -> None:
    made = priced.an_offer(price, TABLE)
    assert made.total_fen == price
    assert codes(made, msgspec.structs.replace(SAID, price_fen=price)) == []
