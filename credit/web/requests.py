"""Bodies of requests, the same for forms and JSON."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from credit.domain.evaluation import Cases, Part, Survey
from credit.services.evaluations import Marks

Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Number = Annotated[str, Meta(min_length=1, max_length=80)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Centi = Annotated[int, Meta(ge=0, le=10_000, extra={"form": "centi"})]


class Complete(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document behind a draft."""

    document_no: Number
    document_on: date
    file_digest: Digest


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The letter sent beside a posted notice; without one the notice is served when opened."""

    letter: Annotated[str, Meta(max_length=80)] = ""


class Reasons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reasons of a decision."""

    reasons: Words


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


class MarksBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One body's part of an evaluation; in a form the marks are ``marks.E1-1`` and so on, in points."""

    part: Part
    marks: dict[str, Centi] = {}
    cases: Cases | None = None
    survey: Survey | None = None

    def value(self) -> Marks:
        """Return it as the act takes it."""
        return Marks(part=self.part, marks=dict(self.marks), cases=self.cases, survey=self.survey)


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The legal review of an exit-list case."""

    text: Words
