"""When an item applies and when it opens an exit-list case: asked at drafting, submission and decision."""

import msgspec
import pytest

from credit.domain.catalogue import Flag, Severity, contradictions
from credit.domain.cells import condition
from credit.domain.cells.cell import WrongError
from credit.domain.cells.condition import ConditionError, ConditionFactError
from credit.domain.list_entry import triggers
from credit.queries import cases, pages
from credit.services import decisions, papers, records
from credit.tables import RecordRow
from market.runtime import audit, database
from tests import factories_credit as credit
from tests.credit.rules import RULES

NOW = credit.NOW
BOUND = 500_000


def completion(*, amount_fen: int) -> papers.Completion:
    return papers.Completion(
        document_no="捐赠字1号", document_on=NOW.date(), file_digest=credit.FILE, amount_fen=amount_fen
    )


@pytest.mark.usefixtures("database")
class TestAskedAgain:
    """Facts may be put right after drafting."""

    async def test_a_corrected_amount_refuses_the_submission_and_one_fen_more_lets_it_pass(self) -> None:
        world = await credit.a_world()
        draft = credit.a_draft(world, "G-EN-09", amount_fen=BOUND + 1, document_no="", document_on=None)
        number = await records.draft(draft=draft, by=world.district, now=NOW)
        wrong, right = completion(amount_fen=BOUND), completion(amount_fen=BOUND + 1)
        await papers.complete(record_id=number, completion=wrong, by=world.district, now=NOW)
        with pytest.raises(ConditionError):
            await records.submit(record_id=number, by=world.district, now=NOW)
        await papers.complete(record_id=number, completion=right, by=world.district, now=NOW)
        await records.submit(record_id=number, by=world.district, now=NOW)
        shown = await pages.record_view(number, actor=world.district, now=NOW)
        assert shown.details is not None
        assert (shown.details.amount_fen, shown.details.days_late) == (BOUND + 1, None)

    async def test_the_decision_asks_once_more(self) -> None:
        world = await credit.a_world()
        draft = credit.a_draft(world, "G-EN-09", amount_fen=BOUND + 1)
        number = await credit.a_submitted(world, draft)
        await records.take_up(record_id=number, by=world.district_second, now=NOW)
        await database.execute("UPDATE credit_record SET amount_fen = $2 WHERE id = $1", number, BOUND)
        with pytest.raises(ConditionError):
            await decisions.decide(record_id=number, reasons="属实", by=world.district_second, now=NOW)

    async def test_the_log_knows_amount_and_delay(self) -> None:
        world = await credit.a_world()
        number = await credit.a_submitted(world, credit.a_draft(world, amount_fen=1, days_late=2))
        (image,) = await audit.images([audit.row(RecordRow, number)])
        kept = msgspec.json.decode(image.text)
        assert (kept["version"], kept["amount_fen"], kept["days_late"], kept["death"]) == (3, 1, 2, False)
        assert (await cases.record(number)).stated["days_late"] == 2


def test_an_exit_condition_opens_a_case_from_its_bound_on_and_only_when_it_is_a_repeat() -> None:
    rule = condition.read_exit(f"amount_fen > {BOUND} && repeated")
    item = msgspec.structs.replace(RULES.item("N-GE-12"), exit_condition=rule)
    for amount, repeated, opens in ((BOUND + 1, True, True), (BOUND, True, False), (BOUND + 1, False, False)):
        assert triggers(item, {"amount_fen": amount}, repeated=repeated) is opens
    with pytest.raises(ConditionFactError):
        triggers(item, {"amount_fen": None}, repeated=True)
    with pytest.raises(ConditionFactError):
        condition.need(rule, {"amount_fen": None})
    condition.need(rule, {"amount_fen": 0})


def test_an_ordinary_condition_knows_no_repeat_and_good_or_flagged_items_take_no_exit_condition() -> None:
    with pytest.raises(WrongError):
        condition.read("repeated")
    rule = condition.read_exit("harm || death")
    good = msgspec.structs.replace(RULES.item("G-EN-09"), exit_condition=rule)
    assert good.severity is Severity.GOOD
    flagged = msgspec.structs.replace(RULES.item("N-VS-01"), exit_condition=rule)
    assert Flag.EXIT_TRIGGER in flagged.flags
    assert ("exit_condition", "good-exit") in set(contradictions(good))
    assert ("exit_condition", "exit-twice") in set(contradictions(flagged))
    assert triggers(RULES.item("N-VS-03"), {"death": True}, repeated=False)
    assert not triggers(RULES.item("N-VS-03"), {"death": False}, repeated=True)
