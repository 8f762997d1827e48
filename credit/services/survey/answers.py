"""A household answers by its token, once, and nothing ties the answer to its home afterwards."""

from datetime import datetime

import msgspec

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.survey import questionnaire, survey
from credit.domain.survey.questionnaire import Answer
from credit.domain.survey.survey import SlotState
from credit.queries import rule_sets
from credit.queries.survey import cases as queries
from credit.survey_tables import AnswerRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import InvalidInputError
from market.runtime import audit, database


class FormStampError(InvalidInputError):
    """The form is not one the platform handed out for this token."""

    code = "credit-survey-form"


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filled form.

    Attributes:
        started: When it was handed out, with the stamp that proves it.
    """

    token: str
    started: datetime
    stamp: str
    answer: Answer


async def answer(*, sheet: Sheet, by: Actor, now: datetime) -> None:
    """Take a household's answer; the token is the right to give it, whoever is signed in.

    The entry names neither household nor actor, only the survey and a salted digest of the marks.

    Raises:
        TokenUnknownError: Nobody is asked by it.
        TokenUsedError: The household has answered.
        TooFastError: Faster than ten questions can be read.
        FormStampError: The form was not handed out for this token.
    """
    PERMISSIONS[Act.SURVEY_ANSWER].check(by)
    async with database.transaction():
        found, slot = await queries.slot_of(sheet.token, lock=True)
        if queries.stamp(sheet.token, sheet.started) != sheet.stamp:
            raise FormStampError("not a form of ours", field="stamp")
        if now >= found.until:
            raise survey.SurveyClosedError("its time is over", survey=found.id)
        rules = await rule_sets.version(found.rule_set)
        seconds = int((now - sheet.started).total_seconds())
        questionnaire.check_pace(seconds, least=rules.whole("survey_least_time"))
        salt = audit.salt()
        row = AnswerRow(
            survey=found.id,
            salt=salt,
            building=slot.building,
            marks=msgspec.json.encode(sheet.answer).decode(),
            marks_digest=digest("survey-answer", {"salt": salt, "marks": list(sheet.answer.marks)}),
            seconds=min(seconds, 3600),
            straight=sheet.answer.straight,
        )
        await row.save()
        await database.execute(
            "UPDATE credit_survey_slot SET state = $2 WHERE id = $1", slot.id, SlotState.ANSWERED.value
        )
        await audit.record(
            act=Act.SURVEY_ANSWER,
            by=Actor.public(),
            subject=f"credit-survey:{found.id}",
            now=now,
            changed=[audit.row(AnswerRow, row.id)],
        )
