"""Bodies of requests, the same for forms and JSON."""

from datetime import date
from fractions import Fraction
from typing import Annotated

import msgspec
from msgspec import Meta

from credit.domain.evaluation import Cases, Part, Survey
from credit.services.evaluations import Marks

Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Number = Annotated[str, Meta(min_length=1, max_length=80)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Points = Annotated[str, Meta(pattern=r"^\d{1,3}(\.\d{1,2})?$")]
"""Points as text with at most two decimals, such as ``"1.50"``; the same in forms and JSON, never a float."""


class Rests(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entry of the register of instruments that a draft rests on."""

    instrument_id: Annotated[int, Meta(ge=1, lt=2**31)]


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The letter sent beside a posted notice, without which it is served when opened; whom to turn to."""

    letter: Annotated[str, Meta(max_length=80)] = ""
    contact: Annotated[str, Meta(max_length=200)] = ""


class Reasons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reasons of a decision."""

    reasons: Words


class Warned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that takes no points: its reasons, and the day the fact was put right."""

    reasons: Words
    corrected_on: date


class StatementBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement, and whether a hearing is asked for."""

    text: Words
    with_hearing: bool = False


class ListNotice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The prior notice of an exit-list case."""

    facts: Words
    reasons: Words
    legal_basis: Annotated[str, Meta(min_length=1, max_length=120)]
    months: Annotated[int, Meta(ge=12, le=36, extra={"source": "NDRC36"})]
    letter: Annotated[str, Meta(max_length=80)] = ""
    contact: Annotated[str, Meta(max_length=200)] = ""


class MarksBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One body's part of an evaluation; marks are points as text, in a form ``marks.E1-1`` and so on."""

    part: Part
    marks: dict[str, Points] = {}
    cases: Cases | None = None
    survey: Survey | None = None

    def value(self) -> Marks:
        """Return it as the act takes it."""
        marks = {key: int(Fraction(points) * 100) for key, points in self.marks.items()}
        return Marks(part=self.part, marks=marks, cases=self.cases, survey=self.survey)


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The legal review of an exit-list case."""

    text: Words
