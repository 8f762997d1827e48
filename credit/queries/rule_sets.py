"""The rule sets of this program, read once from the package's data."""

from datetime import date
from functools import cache
from importlib import resources

from credit.domain.rule_set import RuleSet, RuleSetUnknownError, Texts, load

BEIJING = "110000"

FILES = {
    "items": "credit_items.csv",
    "areas": "indicator_areas.csv",
    "indicators": "indicators.csv",
    "parameters": "parameters.csv",
    "sources": "sources.csv",
}
"""Part of a rule set -> its file below ``credit/data``."""

EFFECTIVE = {1: date(2026, 1, 1)}
"""Version -> first day in force. A new version gets a folder of its own and a line here; old ones stay."""


@cache
def version(number: int) -> RuleSet:
    """Return a rule set by its version.

    Raises:
        RuleSetUnknownError: There is no such version.
    """
    return load(version=number, texts=texts(number), effective_from=EFFECTIVE[number], jurisdiction=BEIJING)


@cache
def texts(number: int) -> Texts:
    """Return the files a rule set is made of; its digest covers every byte of them.

    Raises:
        RuleSetUnknownError: There is no such version.
    """
    if number not in EFFECTIVE:
        raise RuleSetUnknownError(f"no rule set {number}", version=number)
    folder = resources.files("credit") / "data"
    return Texts(**{part: (folder / name).read_text(encoding="utf-8") for part, name in FILES.items()})


def in_force(day: date) -> RuleSet:
    """Return the rule set of a day.

    Raises:
        RuleSetUnknownError: None was in force yet.
    """
    known = [number for number, start in EFFECTIVE.items() if start <= day]
    if not known:
        raise RuleSetUnknownError(f"no rule set on {day}", day=day.isoformat())
    return version(max(known))
