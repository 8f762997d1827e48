"""Reading the rule table: every row checked, nothing guessed, all faults told at once."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final

import msgspec

from bidding.domain.procedure import Profile
from bidding.domain.rule import Force, Mark, Rule, RuleVersion, Unit
from market.kernel.errors import FindingsError, InvalidInputError

COLUMNS: Final = (
    *("id", "profile", "value", "per", "unit", "force", "floor", "source", "mark", "reason"),
    *("since", "until", "effective_from", "effective_to"),
)


class RuleRowError(InvalidInputError):
    """A row of the rule table cannot be read; ``field`` names line and column."""

    code: ClassVar[str] = "rule-row"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and the table versions that state it: from ``since`` on, before ``until``."""

    rule: Rule
    since: int
    until: int | None = None

    def stated_in(self, number: int) -> bool:
        """Say whether a version states this row."""
        return self.since <= number and (self.until is None or number < self.until)


def read(content: bytes) -> tuple[Row, ...]:
    """Return the rows of a table, UTF-8 comma-separated values with the columns of ``COLUMNS``.

    Raises:
        FindingsError: Rows are malformed, double, or a profile lacks a rule; carries every fault.
    """
    lines = csv.DictReader(io.StringIO(content.decode()))
    if tuple(lines.fieldnames or ()) != COLUMNS:
        raise FindingsError([RuleRowError("columns", field="header", problem="columns")])
    rows, faults = [], []
    for number, line in enumerate(lines, start=2):
        try:
            rows.append(_row(line))
        except (ValueError, TypeError, ZeroDivisionError) as wrong:
            faults.append(RuleRowError(str(wrong), field=f"{number}", problem=str(wrong)))
    faults += [RuleRowError(problem, field=name, problem=problem) for name, problem in _gaps(rows)]
    if faults:
        raise FindingsError(list(faults))
    return tuple(rows)


def _row(line: Mapping[str, str]) -> Row:
    """Return one line as a row.

    Raises:
        ValueError: A word is unknown, a number malformed, or cells contradict each other.
    """
    rule = Rule(
        id=line["id"],
        profile=Profile(line["profile"]),
        value=int(line["value"] or 0),
        per=int(line["per"]),
        unit=Unit(line["unit"]),
        force=Force(line["force"]),
        floor=Fraction(line["floor"]) if line["floor"] else None,
        source=line["source"],
        mark=Mark(line["mark"]),
        reason=line["reason"],
        effective_from=date.fromisoformat(line["effective_from"]),
        effective_to=date.fromisoformat(line["effective_to"]) if line["effective_to"] else None,
    )
    for problem, wrong in _contradictions(rule, line).items():
        if wrong:
            raise ValueError(problem)
    return Row(rule=rule, since=int(line["since"]), until=int(line["until"]) if line["until"] else None)


def _contradictions(rule: Rule, line: Mapping[str, str]) -> Mapping[str, bool]:
    absent = rule.force is Force.NOT_APPLICABLE
    return {
        "no id or source": not (rule.id and rule.source),
        "a rule that does not apply has a value": absent and bool(line["value"]),
        "a rule that does not apply has no reason": absent and not rule.reason,
        "a rule that applies has no value": not absent and not line["value"],
        "a rule that applies has a reason not to": not absent and bool(rule.reason),
        "a negative value": rule.value < 0,
        "a share is written as a part of a whole": rule.per < 1
        or ((rule.per > 1) != (rule.unit is Unit.SHARE) and not absent),
        "a floor above the value": rule.floor is not None and not 0 <= rule.floor <= rule.share,
        "only a house rule has a floor": rule.floor is not None and rule.force is not Force.HOUSE,
    }


def _gaps(rows: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield what is double or lacking in some version: (rule id, problem)."""
    for number in numbers(rows):
        stated = [row.rule for row in rows if row.stated_in(number)]
        times = Counter((rule.id, rule.profile) for rule in stated)
        yield from ((rule_id, f"twice in version {number}") for (rule_id, _), n in times.items() if n > 1)
        for rule_id in sorted({rule.id for rule in stated}):
            yield from (
                (rule_id, f"version {number} lacks it for {profile}")
                for profile in Profile
                if (rule_id, profile) not in times
            )


def numbers(rows: list[Row] | tuple[Row, ...]) -> tuple[int, ...]:
    """Return the versions a table has, the oldest first."""
    return tuple(sorted({row.since for row in rows} | {row.until for row in rows if row.until is not None}))


def versions(rows: tuple[Row, ...]) -> Mapping[str, RuleVersion]:
    """Return every version of every profile by name, ``"owner/2"``; the newest of a profile comes last."""
    made = {}
    for profile in Profile:
        own = [row for row in rows if row.rule.profile is profile]
        for number in numbers(rows):
            stated = {row.rule.id: row.rule for row in own if row.stated_in(number)}
            later: dict[str, Rule] = {}
            for row in sorted(own, key=lambda one: one.since):
                if row.since > number and row.rule.id not in stated:
                    later.setdefault(row.rule.id, row.rule)
            name = f"{profile.value}/{number}"
            made[name] = RuleVersion(name=name, profile=profile, rules=stated, later=later)
    return made
