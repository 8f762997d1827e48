"""The rule table: as printed, complete in both profiles, and beyond the reach of any owners' decision."""

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_file, rule_gaps, rule_table
from bidding.domain.procedure import Profile
from bidding.domain.rule import Force, Rule, RuleNotApplicableError, Unit, UnknownRuleError
from market.kernel.errors import FindingsError
from market.runtime.web import i18n
from tests.bidding.elsewhere_pairs import ELSEWHERE
from tests.bidding.fine_pairs import PAIRS
from tests.bidding.rule_pairs import MOST_WAITING, WAITING, changed

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "data" / "rules.txt"
TABLE = (ROOT / "bidding" / "data" / "rules.csv").read_bytes()
CURRENT = {profile: rule_table.current(profile) for profile in Profile}
IDS = tuple(CURRENT[Profile.OWNER].rules)
RULEBOOK = {*(f"T{n:02d}" for n in range(1, 80)), *(f"H{n:02d}" for n in range(1, 23))}

FIRST = """
T01 3 count · T06 5 days · T09 15 days · T11 10 days · T15 2 percent · T20 10 percent · T21 90 days
T23 0 days · T25 0 days · T32 3 count · T34 3 days · T36 10 days · T42 30 days · T43 15 days · T46 1 count
T58 5 count
T59 7 count · T61 0 count · T62 0 count · filing-decision 5 workdays · rounds-max 3 count
opening-window 120 minutes · opening-limit 1440 minutes · recovery-share 1 count
"""
FIRST_OWN = {
    "owner/1": "T05 0 days should · T08 20 days house · T22 30 days should",
    "prophase/1": "T05 10 days hard · T08 20 days hard · T22 30 days hard",
}


def printed(rule: Rule) -> str:
    value = rule.reason if rule.force is Force.NOT_APPLICABLE else f"{rule.number} {rule.unit}"
    floor = "" if rule.floor is None else f" not below {rule.floor}"
    return f"{rule.profile}: {value} {rule.force}{floor} ({rule.mark})"


def test_the_table_prints_exactly_these_rules() -> None:
    owner, prophase = CURRENT[Profile.OWNER], CURRENT[Profile.PROPHASE]
    lines = [
        f"{name} | {printed(prophase.rule(name))} | {printed(owner.rule(name))} | {owner.rule(name).source}"
        for name in IDS
    ]
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_every_rule_of_the_rulebook_stands_in_both_profiles_or_says_why_not() -> None:
    for version in CURRENT.values():
        assert set(version.rules) >= RULEBOOK
        for rule in version.rules.values():
            assert bool(rule.reason) is (rule.force is Force.NOT_APPLICABLE), rule.id
            assert (version.applies(rule.id)) is (rule.force is not Force.NOT_APPLICABLE)
    nowhere = [name for name in IDS if not any(version.applies(name) for version in CURRENT.values())]
    assert nowhere == []


@pytest.mark.parametrize("name", list(FIRST_OWN))
def test_the_first_version_answers_what_its_tenders_were_published_under(name: str) -> None:
    version = rule_table.version(name)
    shared = {part.strip() for line in FIRST.splitlines() for part in line.split("·") if part.strip()}
    own = {part.strip() for part in FIRST_OWN[name].split("·")}
    stated = {
        f"{r.id} {r.value} {r.unit}": f"{r.id} {r.value} {r.unit} {r.force}" for r in version.rules.values()
    }
    assert set(stated) == shared | {part.rpartition(" ")[0] for part in own}
    assert own <= set(stated.values())
    for name_ in version.rules:
        assert version.value(name_) == rule_table.current(version.profile).value(name_)


def test_an_early_version_is_asked_for_law_it_did_not_write_down() -> None:
    first = rule_table.version("owner/1")
    assert "T35" not in first.rules
    assert first.value("T35") == 3
    assert first.share("T27") == Fraction(2, 3)


def test_a_rule_of_the_other_profile_is_refused_by_name() -> None:
    assert not CURRENT[Profile.PROPHASE].applies("T78")
    with pytest.raises(RuleNotApplicableError):
        CURRENT[Profile.PROPHASE].value("T78")
    with pytest.raises(UnknownRuleError):
        CURRENT[Profile.OWNER].value("T80")


def test_a_share_is_exact_and_no_whole_number() -> None:
    owner = CURRENT[Profile.OWNER]
    assert (owner.value("T27"), owner.rule("T27").per, owner.share("T27")) == (2, 3, Fraction(2, 3))
    assert owner.required_share("T27", frozenset({"T27"})) == Fraction(1, 2)
    with pytest.raises(UnknownRuleError):
        owner.required("T27")


@given(st.sampled_from(list(Profile)), st.sets(st.sampled_from(IDS)))
def test_whatever_the_owners_relax_no_hard_rule_yields(profile: Profile, relaxed: set[str]) -> None:
    version = CURRENT[profile]
    for rule in version.rules.values():
        if rule.force is Force.NOT_APPLICABLE:
            continue
        bound = version.required_share(rule.id, frozenset(relaxed))
        if rule.force is Force.HOUSE and rule.id in relaxed and rule.floor is not None:
            assert bound == rule.floor <= rule.share
        else:
            assert bound == rule.share


def test_the_loosest_owners_tender_keeps_every_hard_rule() -> None:
    owner, everything = CURRENT[Profile.OWNER], frozenset(IDS)
    hard = [rule for rule in owner.rules.values() if rule.force is Force.HARD]
    assert len(hard) > 80
    assert all(owner.required_share(rule.id, everything) == rule.share for rule in hard)
    yielding = {name for name in IDS if owner.applies(name)} - {
        name
        for name in IDS
        if owner.applies(name) and owner.required_share(name, everything) == owner.share(name)
    }
    assert yielding == {"T07", "T08", "T16", "T26", "T27", "T41"}


@pytest.mark.parametrize("language", i18n.LOCALES)
def test_every_rule_has_a_title_and_a_sentence(language: str) -> None:
    texts = i18n.read(ROOT / "bidding" / "locale" / f"{language}.po")
    site = i18n.read(ROOT / "market" / "site" / "locale" / f"{language}.po")
    for version in CURRENT.values():
        for rule in version.rules.values():
            assert f"bidding.rule.{rule.id.replace('.', '-')}" in texts
            assert texts[f"bidding.rule.{rule.family}.text"][-1] in ".。"
            assert not rule.reason or f"rule.reason.{rule.reason}" in site
    for kind, words in (("unit", Unit), ("force", Force)):
        silent = {word for word in words if f"rule.{kind}.{word}" not in site}
        assert silent <= {Unit.FEN, Unit.AREA, Unit.SHARE}, kind


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"T01,owner,3,1,count,hard,", b"T01,owner,3,1,bushels,hard,"),
        (b"T01,owner,3,1,count,hard,", b"T01,owner,3,1,count,firm,"),
        (b"T01,owner,3,1,count,hard,", b"T01,tenant,3,1,count,hard,"),
        (b"T01,owner,3,1,count,hard,", b"T01,owner,,1,count,hard,"),
        (b"T01,owner,3,1,count,hard,", b"T01,owner,three,1,count,hard,"),
        (b"T01,owner,3,1,count,hard,", b"T01,owner,-3,1,count,hard,"),
        (b"T01,owner,3,1,count,hard,", b"T01,owner,3,1,count,hard,1"),
        (b"T01,owner,3,1,count,hard,", b"T01,owner,3,2,count,hard,"),
        (b"T01,owner,3,1,count,hard,", b"T01,prophase,3,1,count,hard,"),
        (b"T08,owner,20,1,days,house,15", b"T08,owner,20,1,days,house,21"),
        (b"T27,owner,2,3,share,house,1/2", b"T27,owner,2,0,share,house,1/2"),
        (b"T77,owner,,1,none,", b"T77,owner,1,1,none,"),
        (b"T77,owner,,1,none,not-applicable,", b"T77,owner,,1,none,hard,"),
        (b"id,profile", b"name,profile"),
    ],
)
def test_a_table_with_a_fault_is_not_read(old: bytes, new: bytes) -> None:
    assert old in TABLE
    with pytest.raises(FindingsError):
        rule_file.read(TABLE.replace(old, new))


def test_every_fault_of_a_table_is_said_at_once() -> None:
    spoiled = TABLE.replace(b"T02,owner,3,1,count", b"T02,owner,3,1,bushels").replace(
        b"T03,owner,3", b"T03,owner,x"
    )
    with pytest.raises(FindingsError) as refused:
        rule_file.read(spoiled)
    fields = [one.field for one in refused.value.findings]
    assert fields[:2] == ["4", "6"]
    assert {"T02", "T03"} <= set(fields)


def test_a_later_version_changes_a_rule_and_leaves_the_earlier_one_alone() -> None:
    old = b'T13,owner,3,1,days,hard,,"BLR 22, 54",found,,2,,2019-03-02,'
    assert old in TABLE
    grown = TABLE.replace(
        old,
        old.replace(b",2,,", b",2,3,") + b"\n" + old.replace(b",3,1,", b",2,1,").replace(b",2,,", b",3,,"),
    )
    versions = rule_file.versions(rule_file.read(grown))
    values = {name: versions[name].value("T13") for name in ("owner/1", "owner/2", "owner/3", "prophase/3")}
    assert values == {"owner/1": 3, "owner/2": 3, "owner/3": 2, "prophase/3": 3}


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_number_binds_to_the_unit_and_because_the_table_says_so(name: str) -> None:
    pair, rules = PAIRS[name], CURRENT[PAIRS[name].profile]
    assert pair.allows(rules, pair.inside), "just inside"
    assert not pair.allows(rules, pair.outside), "just outside"
    assert pair.allows(changed(rules, name, pair.changed), pair.outside), "another value, another verdict"


def test_every_rule_has_its_pair_or_the_reason_why_not() -> None:
    elsewhere = [name for tests in ELSEWHERE.values() for names in tests.values() for name in names]
    places = [*PAIRS, *elsewhere, *WAITING]
    assert sorted(places) == sorted(IDS)
    assert len(WAITING) <= MOST_WAITING


def test_what_code_names_has_a_test_and_waits_for_none() -> None:
    named: dict[str, str] = {}
    for path in sorted((ROOT / "bidding").rglob("*.py")):
        if path != Path(rule_gaps.__file__):
            named |= {str(part): str(path) for part in _words(path) if part in WAITING}
    assert named == {}


def _words(path: Path) -> set[object]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}


def test_the_engine_says_of_each_rule_whether_anything_holds_it() -> None:
    assert {name for name in IDS if rule_gaps.is_gap(name)} == set(WAITING)
    assert not rule_gaps.is_gap("T01")


def test_every_test_that_holds_a_rule_exists() -> None:
    for path, tests in ELSEWHERE.items():
        nodes = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert set(tests) <= names, path


def test_a_refusal_declares_each_rule_it_names() -> None:
    named: dict[str, set[str]] = {}
    declared: dict[str, set[str]] = {}
    for path in (ROOT / "bidding" / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                declared[node.name] = _rules_of(node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                rules = {
                    key.value.value
                    for key in node.keywords
                    if key.arg == "rule" and isinstance(key.value, ast.Constant) and key.value.value in IDS
                }
                named.setdefault(node.func.id, set()).update(rules)
    assert {kind: rules for kind, rules in named.items() if not rules <= declared.get(kind, set())} == {}


def _rules_of(node: ast.ClassDef) -> set[str]:
    for part in node.body:
        if (
            isinstance(part, ast.AnnAssign)
            and isinstance(part.target, ast.Name)
            and part.target.id == "rules"
        ):
            return {str(leaf.value) for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)}
    return set()
