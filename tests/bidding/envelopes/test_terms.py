"""What a document says of two envelopes, what it does to a version, and where the threshold runs."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import filing, rule_table
from bidding.domain.prices import terms
from bidding.domain.procedure import Profile
from bidding.domain.sealed import package, technical
from bidding.domain.sealed.encoding import MalformedError, plain, write
from bidding.domain.sealed.envelope import TwoEnvelopes, header_faults, version_faults
from bidding.domain.service import parts
from tests import factories_offers as priced
from tests.bidding.domain.test_filing import a_tender, whole
from tests.bidding.transcript_factory import a_story, a_version

OWNER = rule_table.current(Profile.OWNER)


def _found(percent: int, rules: rule_table.RuleVersion = OWNER) -> list[str]:
    content = whole(two_envelopes=terms.TwoEnvelopes(threshold_percent=percent))
    tender = a_tender(content=content)
    return [
        str(one.context["rule"])
        for one in filing.filing_findings(tender, rules)
        if isinstance(one, filing.AmountError) and one.context.get("rule") == "technical-threshold.most"
    ]


def test_a_document_proposes_the_threshold_of_the_table() -> None:
    assert terms.TwoEnvelopes().threshold_percent == OWNER.value("technical-threshold") == 60


def test_the_threshold_is_at_most_the_share_of_the_table() -> None:
    most = OWNER.value("technical-threshold.most")
    assert _found(most) == []
    assert _found(most + 1) == ["technical-threshold.most"]


def test_a_document_in_one_envelope_keeps_its_digests_and_its_version() -> None:
    bare = whole()
    said = msgspec.structs.replace(bare, two_envelopes=terms.TwoEnvelopes())
    assert "two_envelopes" not in bare._said()
    assert said.digest() != bare.digest()
    assert said.terms_digest() != bare.terms_digest()
    assert "two_envelopes" not in plain(a_story().versions[0])


def test_the_version_says_two_envelopes_and_the_points_from_which_a_price_is_opened() -> None:
    scheme = whole().scheme
    assert terms.of_version(None, scheme) is msgspec.UNSET
    two = terms.of_version(terms.TwoEnvelopes(threshold_percent=61), scheme)
    assert two == TwoEnvelopes(technical_points=6_500, threshold_points=3_965)
    version = msgspec.structs.replace(a_version(a_story().holders), two_envelopes=two)
    assert version.kinds == ("technical", "price")
    assert not version.same_terms(a_version(a_story().holders))
    assert version_faults(version) == []
    assert "kind" in header_faults(a_story().live[0].header, version)
    none = msgspec.structs.replace(
        version, two_envelopes=TwoEnvelopes(technical_points=10, threshold_points=11)
    )
    assert version_faults(none) == ["technical-threshold"]


@given(points=st.integers(1, 10_000), percent=st.integers(1, 100), got=st.integers(0, 10_000))
def test_reaching_the_threshold_is_enough_and_a_hundredth_less_is_not(
    points: int, percent: int, got: int
) -> None:
    least = technical.threshold_points(technical_points=points, percent=percent)
    marked = technical.marked(
        lot="1",
        commitment="a" * 64,
        price="b" * 64,
        points=[("plan", got)],
        rejected=False,
        threshold=least,
    )
    assert (marked.outcome == "passed") == (got * 100 >= points * percent)


def test_a_technical_envelope_names_no_price_and_reads_out_the_name_alone() -> None:
    bidder = package.Bidder(uscc="91110108MA01ABC01T", name="示例物业")
    readout = package.Readout(form="technical/1", salt_b="0" * 64, bidder=bidder, price_fen=None, terms={})
    assert package.readout_faults(readout, "technical") == []
    loud = msgspec.structs.replace(readout, terms={"price": "12345"})
    assert package.readout_faults(loud, "technical") == ["terms"]
    dear = msgspec.structs.replace(readout, price_fen=1)
    assert package.readout_faults(dear, "technical") == ["price"]


def test_the_two_parts_of_an_offer_make_the_offer_again_and_only_one_names_money() -> None:
    offer = priced.an_offer(123_456_789, priced.a_table())
    promised, asked = parts.split(offer)
    assert b"price" not in write(promised)
    assert set(plain(asked)) == {"form", "lot", "items"}
    assert parts.join(write(promised), write(asked)) == offer
    fewer = msgspec.structs.replace(asked, items=asked.items[1:])
    with pytest.raises(MalformedError):
        parts.join(write(promised), write(fewer))
