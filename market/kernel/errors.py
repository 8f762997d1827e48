"""Refusals: every "no" that the rules can say, typed, with a stable code."""

from collections.abc import Sequence
from typing import ClassVar


class MarketError(Exception):
    """A refused act.

    The text a person reads comes from the catalogue (``error.<code>.title`` and ``error.<code>.detail``),
    filled with ``context``; ``detail`` is for the log and for developers.

    Attributes:
        code: Stable, kebab-case, unique in the code base; it is API.
        source: The clause the refusal rests on, e.g. ``"BL 28"``; empty when no law is meant.
        field: The input it speaks of, as a path such as ``"lots.0.area"``; ``None`` for the act itself.
        context: Values for the catalogue text; JSON-representable.
    """

    code: ClassVar[str] = "market-error"
    source: str = ""

    def __init__(
        self, detail: str = "", *, field: str | None = None, source: str | None = None, **context: object
    ) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.field = field
        self.context = context
        if source is not None:
            self.source = source


class NotFoundError(MarketError):
    """What was named does not exist, or the asker may not know that it does."""

    code = "not-found"


class NotPermittedError(MarketError):
    """This actor may not do this to this record."""

    code = "not-permitted"


class RuleError(MarketError):
    """The rules do not allow this now."""

    code = "rule"


class TransitionError(RuleError):
    """The record's stage does not know this act."""

    code = "transition"


class ConflictError(MarketError):
    """Somebody else was faster, or the same thing exists already."""

    code = "conflict"


class InvalidInputError(MarketError):
    """An input does not have the form it must have."""

    code = "invalid-input"


class UnavailableError(MarketError):
    """Something outside the rules is missing: a library, a key, a service."""

    code = "unavailable"


class FindingsError(InvalidInputError):
    """Several inputs are refused at once; every finding is kept.

    Attributes:
        findings: One error per refused field, in the order of the form.
    """

    code = "invalid-inputs"

    def __init__(self, findings: "Sequence[MarketError]", detail: str = "") -> None:
        super().__init__(detail or "; ".join(str(f) for f in findings), count=len(findings))
        self.findings = tuple(findings)
