"""Pages and documents use the same words for the same thing."""

from pathlib import Path

import pytest

from bidding.domain import scheme as schemes
from bidding.domain.handover import checklist, dispute, inventory, pressure, track
from bidding.domain.outcome import evaluation
from contracts_templates import form, wording
from market.runtime.web import i18n

LOCALE = Path(__file__).parents[2] / "bidding" / "locale"
CHINESE = i18n.read(LOCALE / "zh_Hans.po")
ENGLISH = i18n.read(LOCALE / "en.po")


def test_the_list_in_the_contract_is_the_list_that_is_signed() -> None:
    assert {line.id: line.section.value for line in checklist.LINES} == {
        key: section for key, (section, _) in wording.LINES.items()
    }
    for key, (_, text) in wording.LINES.items():
        assert CHINESE[f"bidding.checklist.line.{key}"] == text
    for key, text in wording.SECTIONS.items():
        assert CHINESE[f"bidding.checklist.section.{key}"] == text


def test_criteria_have_one_name_on_pages_and_in_letters() -> None:
    for criterion in schemes.DEFAULT.criteria:
        assert CHINESE[f"bidding.criterion.{criterion.id}"] == wording.CRITERIA[criterion.id]


@pytest.mark.parametrize("catalogue", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_every_word_of_the_enumerations_is_there(catalogue: dict[str, str]) -> None:
    wanted = {
        *(f"bidding.ground.{each.value}" for each in evaluation.Ground),
        *(f"bidding.handover.stage.{each.value}" for each in track.Stage),
        *(f"bidding.handover.step.{each.value}" for each in track.Step),
        *(f"bidding.handover.pressure.{each.value}" for each in pressure.Stage),
        *(f"bidding.handover.dispute.{each.value}" for each in dispute.Stage),
        *(f"bidding.handover.responsible.{each.value}" for each in inventory.Responsible),
        *(f"bidding.handover.party.{each.value}" for each in checklist.Party),
        *(f"bidding.handover.condition.{each.value}" for each in checklist.Condition),
        *(f"bidding.decided-by.{each}" for each in evaluation.STEPS if each != "total"),
        *(f"bidding.checklist.line.{each.id}" for each in checklist.LINES),
    }
    assert wanted <= set(catalogue)


def test_the_documented_forms_are_the_registered_ones() -> None:
    page = (Path(__file__).parents[2] / "docs" / "after-the-opening.md").read_text(encoding="utf-8")
    for entry in form.FORMS.values():
        assert f"| {entry.version} | {entry.effective_from} |" in page
    assert page.count("wording `[design]`") == len(form.FORMS)
