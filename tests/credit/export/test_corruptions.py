"""Whatever is changed in an export, both verifiers say so; what was published at random follows."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.domain import rating, score, snapshot
from credit.domain.export import check, form, sheet
from credit.domain.export.form import Export
from credit.domain.rating import Mode
from credit.domain.rule_set import RuleSet, load
from credit.domain.rules.sheet import Table
from credit.domain.score import Inputs
from tests.bidding.scripts import load_script
from tests.credit.domain.test_score_properties import all_inputs
from tests.credit.rules import RULES, entry, inputs, project

SCRIPT = load_script("verify_credit")
SWITCH = RULES.sheets.row(Table.PARAMETERS, "grade_by_quota")
assert SWITCH is not None
BY_QUOTA = load(
    version=1,
    sheets=RULES.sheets.put(Table.PARAMETERS, "grade_by_quota", (SWITCH[0], "1", *SWITCH[2:])),
    effective_from=date(2026, 1, 1),
    jurisdiction="110000",
)
SALT = "5a" * 32


def published(all_of: list[Inputs], *, rules: RuleSet = RULES) -> Export:
    """Return the export of some enterprises, as the acts make it."""
    scores = [score.compute(one, rules=rules) for one in all_of]
    pairs = [(one.code, found) for one, found in zip(all_of, scores, strict=True)]
    letters = rating.graded(pairs, rules=rules)
    days, made = {}, []
    for one, found, letter in zip(all_of, scores, letters, strict=True):
        for some in (one.entries, *(p.entries for p in one.projects)):
            days.update({e.record: (e.effective_from, e.expires_on) for e in some})
        settled = msgspec.structs.replace(found, grade=letter)
        body = snapshot.body(one, settled, rules=rules, mode=rating.mode(rules).value)
        made.append(sheet.sheet(body, days=days, salt=SALT, rules=rules))
    head = Export(
        format=form.FORMAT,
        cycle="2027H1",
        whole=True,
        as_of="2027-06-30T15:59:59.999999Z",
        published_at="2027-07-14T16:00:00.000000Z",
        legal_basis="BPR 68",
        mode=rating.mode(rules).value,
        rules=form.Rules(version=rules.version, digest=rules.digest, tables=rules.sheets.body),
        sheets=(),
    )
    return sheet.export(head, made)


def named(one: Inputs, number: int) -> Inputs:
    return msgspec.structs.replace(one, enterprise=number, code=f"91110000MA000000{number:02}")


def an_export() -> Export:
    """Return two enterprises with repeats, a cap, one fact twice, good points, and lines withheld."""
    site = (
        *(entry("N-GE-01", n, fact_on=date(2027, 1, n)) for n in (2, 3, 4)),
        entry("N-GE-02", 5, fact="one"),
        entry("N-SE-01", 6, fact="one"),
        entry("G-PR-01", 7),
        entry("N-MI-03", 8),
    )
    first = inputs(
        entries=(entry("G-EN-03", 20), entry("N-SE-11", 21), entry("N-MI-05", 22)),
        projects=(
            project(1, area=8_000_000, days=90, quality=9_100, entries=site),
            project(2, area=100, days=3, quality=None),
        ),
    )
    found = published([named(first, 1), named(inputs(entries=(entry("N-VS-02", 30),)), 2)])
    seen = {2, 3, 4, 5, 6, 7, 20, 21}
    return msgspec.structs.replace(found, sheets=tuple(form.withhold(one, seen=seen) for one in found.sheets))


def plain(export: Export) -> dict[str, Any]:
    return dict(json.loads(msgspec.json.encode(export)))


WHOLE = plain(an_export())


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list) and value:
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path


def changed(value: object) -> object:  # noqa: PLR0911 - one for each kind of value
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return "2099H1"
        case list():
            return [{}]
        case "A" | "B" | "C" | "D" | "unrated":
            return {"A": "B", "B": "C", "C": "D", "D": "A", "unrated": "A"}[str(value)]
        case str() if "," in value:
            return value.replace(",", ",x", 1)
        case _:
            return f"{value}0"


def told(path: tuple[str | int, ...]) -> bool:
    """Take every field, and of the rule set's thousands of cells those of one row of each table."""
    return path[:2] != ("rules", "tables") or path[3] == 3


@pytest.mark.parametrize("path", [p for p in leaves(WHOLE) if told(p)], ids=lambda p: ".".join(map(str, p)))
def test_every_changed_field_is_named_by_both(path: tuple[str | int, ...]) -> None:
    broken = json.loads(json.dumps(WHOLE))
    *way, last = path
    place: Any = broken
    for step in way:
        place = place[step]
    place[last] = changed(place[last])
    assert SCRIPT.check(broken) != []
    try:
        found = msgspec.convert(broken, Export)
    except msgspec.ValidationError:
        return
    assert check.first_difference(found) is not None


def test_the_difference_names_its_place() -> None:
    export = an_export()
    one = msgspec.structs.replace(export.sheets[0], score_centi=1)
    broken = msgspec.structs.replace(export, sheets=(one, *export.sheets[1:]))
    told = str(check.first_difference(broken))
    assert told.startswith(f"{one.code}.score_centi: 1 is written, ")
    assert f"score at {one.code}" in SCRIPT.check(plain(broken))


def test_nothing_is_wrong_with_what_is_not_changed() -> None:
    assert check.first_difference(msgspec.convert(WHOLE, Export)) is None
    assert SCRIPT.check(json.loads(json.dumps(WHOLE))) == []


@given(st.lists(all_inputs(), min_size=1, max_size=6), st.sampled_from(list(Mode)), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_was_published_follows_in_both_modes_however_much_is_withheld(
    some: list[Inputs], mode: Mode, data: st.DataObject
) -> None:
    rules = BY_QUOTA if mode is Mode.QUOTA else RULES
    export = published([named(one, n) for n, one in enumerate(some)], rules=rules)
    numbers = [x.shown.record for one in export.sheets for x in one.lines if x.shown]
    seen = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    kept = tuple(form.withhold(one, seen=seen) for one in export.sheets)
    shown = msgspec.structs.replace(export, sheets=kept)
    assert check.first_difference(shown, logged=export.digest) is None
    assert SCRIPT.check(plain(shown), export.digest) == []
