"""The rules in force and the versions tenders were published under, of ``bidding/data/rules.csv``.

A tender freezes the version it is published under (``profile_version``); a later text is a new version, never
an edit: a changed rule gets ``until`` on its old row and a new row ``since`` that version.
"""

from collections.abc import Mapping
from importlib import resources
from typing import Final

from bidding.domain import rule_file
from bidding.domain.procedure import Profile
from bidding.domain.rule import Force, Rule, RuleVersion, Unit, UnknownRuleError

__all__ = [
    "CURRENT",
    "VERSIONS",
    "Force",
    "Rule",
    "RuleVersion",
    "Unit",
    "UnknownRuleError",
    "current",
    "version",
]

_ROWS: Final = rule_file.read((resources.files("bidding") / "data" / "rules.csv").read_bytes())
VERSIONS: Final[Mapping[str, RuleVersion]] = rule_file.versions(_ROWS)
CURRENT: Final[Mapping[Profile, str]] = {one.profile: one.name for one in VERSIONS.values()}


def version(name: str) -> RuleVersion:
    """Return a rule version by the name a tender froze.

    Raises:
        UnknownRuleError: No such version.
    """
    try:
        return VERSIONS[name]
    except KeyError:
        raise UnknownRuleError(f"no rule version {name}", rule=name) from None


def current(profile: Profile) -> RuleVersion:
    """Return the version new tenders of a profile are published under."""
    return VERSIONS[CURRENT[profile]]
