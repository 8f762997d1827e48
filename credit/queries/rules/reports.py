"""The report of a trial, read back from the canonical JSON beside a draft."""

from fractions import Fraction
from typing import Any

import msgspec

from credit.domain.what_if import Report


def read(body: str) -> Report:
    """Return a report from its bytes; its digest is the one that was kept."""
    return msgspec.json.decode(body, type=Report, dec_hook=_fraction)


def _fraction(kind: type[Any], value: object) -> object:
    if kind is Fraction:
        return Fraction(str(value))
    raise NotImplementedError
