"""Refusals carry what a person needs: code, field, source, context."""

from market.kernel.errors import FindingsError, MarketError, RuleError


def test_a_refusal_carries_its_field_source_and_numbers() -> None:
    refusal = RuleError("too late", field="deadline", source="BL 28", days=3)
    assert (refusal.field, refusal.source, refusal.context) == ("deadline", "BL 28", {"days": 3})
    assert str(refusal) == "too late"
    assert str(MarketError()) == "market-error"


def test_many_findings_travel_together_in_the_order_of_the_form() -> None:
    findings = [RuleError("first"), RuleError("second")]
    assert FindingsError(findings).findings == tuple(findings)
    assert str(FindingsError(findings)) == "first; second"
