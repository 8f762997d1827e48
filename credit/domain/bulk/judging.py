"""What is wrong with the rows of a file of records, and which of them stand already; pure, all at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec

from credit.domain import catalogue, drafting
from credit.domain.act import Act
from credit.domain.bulk.cells import Row, at
from credit.domain.bulk.records import (
    Candidate,
    CommunityDoubtfulError,
    CommunityUnknownError,
    EnterpriseUnknownError,
    Known,
    ManagerUnknownError,
    Register,
    RowChangedError,
    RowTwiceError,
    Spot,
    Standing,
    Taken,
)
from credit.domain.catalogue import Item
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Draft, Evidence, Target
from credit.domain.remedy import limitation
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import MarketError


def resolve(
    rows: Iterable[Row], register: Register, *, by: Actor, rules: RuleSet, now: datetime
) -> tuple[list[Candidate], list[MarketError]]:
    """Return rows as drafts where the register knows what they name, and what the rules say against each."""
    found: list[Candidate] = []
    findings: list[MarketError] = []
    for row in rows:
        judged = _Judging(row, register, by=by, rules=rules, now=now)
        findings += judged.findings()
        if judged.candidate is not None:
            found.append(judged.candidate)
    return found, findings


def compare(
    candidates: Iterable[Candidate], *, taken: Iterable[Taken], standing: Iterable[Standing]
) -> tuple[list[Candidate], list[Known], list[MarketError]]:
    """Return new rows, rows that stand already, and rows that contradict what stands or one another."""
    before = {one.identity: one for one in taken}
    new, known, findings = [], [], list[MarketError]()
    lines: dict[str, int] = {}
    charged = _Charged(standing)
    for one in candidates:
        if one.identity in lines:
            findings.append(at(RowTwiceError("twice", first=lines[one.identity]), one.line, "fact"))
            continue
        lines[one.identity] = one.line
        old = before.get(one.identity)
        if old is None:
            findings += charged.against(one)
            new.append(one)
        elif old.content == one.content:
            known.append(Known(one.line, old.record, old.batch, old.stage))
        else:
            wrong = RowChangedError("other words", record=old.record, batch=old.batch)
            findings.append(at(wrong, one.line, "facts"))
    return new, known, findings


def _refused(check: Callable[[], object]) -> Iterator[MarketError]:
    try:
        check()
    except MarketError as refusal:
        yield refusal


class _Judging:
    """One row: what it names, then what the rules say, each in the column it speaks of."""

    def __init__(self, row: Row, register: Register, *, by: Actor, rules: RuleSet, now: datetime) -> None:
        self._row = row
        self._values = row.values
        self._register = register
        self._by = by
        self._rules = rules
        self._now = now
        self.candidate: Candidate | None = None

    def findings(self) -> Iterator[MarketError]:
        """Yield everything that is wrong; ``candidate`` is set where the row names what is known."""
        for column, wrong in self._wrong():
            yield at(wrong, self._row.line, column)

    def _wrong(self) -> Iterator[tuple[str, MarketError]]:
        named = list(self._naming())
        yield from named
        item = self._rules.by_code.get(str(self._values.get("item_code")))
        if item is not None:
            yield from (("item_code", one) for one in _refused(lambda: drafting.check_level(item, self._by)))
        draft = None if named else self._draft()
        if draft is not None and item is not None:
            yield from self._against(draft, item)
        elif not named:
            yield from self._dates()

    def _naming(self) -> Iterator[tuple[str, MarketError]]:
        """Yield what the row names and the register or the rules do not know."""
        code, place, manager, item = (
            self._values.get(name) for name in ("enterprise_code", "community", "manager", "item_code")
        )
        known = self._register.enterprises.get(str(code))
        if isinstance(known, tuple):
            yield from (("enterprise_code", _anew(one)) for one in known)
        elif code is not None and known is None:
            yield "enterprise_code", EnterpriseUnknownError("unknown", value=str(code))
        spots = self._register.communities.get(str(place), ())
        if place is not None and not spots:
            yield "community", CommunityUnknownError("unknown", value=str(place))
        if place is not None and len(spots) > 1 and len(self._within(spots)) != 1:
            yield "community", CommunityDoubtfulError("several", value=str(place), count=len(spots))
        if manager is not None and manager not in self._register.managers:
            yield "manager", ManagerUnknownError("unknown", value=str(manager))
        if item is not None:
            yield from (("item_code", one) for one in _refused(lambda: self._rules.item(str(item))))

    def _within(self, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
        return tuple(spot for spot in spots if self._by.covers(spot.path))

    def _draft(self) -> Draft | None:
        """Return the row as a draft, once every cell a draft needs can be read."""
        needed = ("enterprise_code", "item_code", "fact_on", "facts")
        if any(self._values.get(name) is None for name in needed):
            return None
        enterprise, community = self._spots()
        names = {field.name for field in msgspec.structs.fields(Draft)} - {"enterprise", "community"}
        told = {n: v for n, v in self._values.items() if n in names and v is not None}
        return Draft(
            **told,  # type: ignore[arg-type]  # each column's kind is that of its field
            enterprise=enterprise.id,
            community=None if community is None else community.id,
        )

    def _spots(self) -> tuple[Spot, Spot | None]:
        enterprise = self._register.enterprises[str(self._values["enterprise_code"])]
        assert isinstance(enterprise, Spot)  # noqa: S101 - what is wrong with a code was found before
        place = self._values.get("community")
        spots = self._register.communities.get(str(place), ()) if place is not None else ()
        return enterprise, next(iter(self._within(spots) or spots), None)

    def _against(self, draft: Draft, item: Item) -> Iterator[tuple[str, MarketError]]:
        enterprise, community = self._spots()
        spot = community or enterprise
        named = "enterprise_code" if community is None else "community"
        may = PERMISSIONS[Act.RECORD_DRAFT]
        reach = _refused(lambda: may.check(self._by, organisations=(enterprise.id,), path=spot.path))
        yield from ((named, one) for one in reach)
        checks: tuple[tuple[str, Callable[[], object]], ...] = (
            ("item_code", lambda: drafting.check_subject(item, draft.target)),
            ("item_code", lambda: catalogue.check_facts(item, draft.stated)),
        )
        for column, check in checks:
            yield from ((column, one) for one in _refused(check))
        yield from self._dates()
        evidence = _evidence(draft)
        if evidence is not None:
            found = limitation.Found(
                fact_on=draft.fact_on,
                until=draft.fact_until,
                found_on=draft.found_on,
                document_on=evidence.document_on,
                harm=draft.harm or draft.death,
            )
            late = _refused(lambda: limitation.check(item, found, rules=self._rules))
            yield from (("fact_on", one) for one in late)
        self.candidate = _candidate(self._row.line, draft, spot)

    def _dates(self) -> Iterator[tuple[str, MarketError]]:
        """Yield what is wrong with the days, whatever else the row says."""
        fact_on, document_on = self._values.get("fact_on"), self._values.get("document_on")
        if fact_on is None:
            return
        yield from (("fact_on", one) for one in _refused(lambda: drafting.check_day(fact_on, now=self._now)))  # type: ignore[arg-type]
        if document_on is not None:
            paper = Evidence(document_no="-", document_on=document_on, file_digest="-")  # type: ignore[arg-type]
            wrong = _refused(lambda: drafting.check_evidence(paper, fact_on=fact_on, now=self._now))  # type: ignore[arg-type]
            yield from (("document_on", one) for one in wrong)


def _evidence(draft: Draft) -> Evidence | None:
    if draft.document_on is None:
        return None
    return Evidence(
        document_no=draft.document_no, document_on=draft.document_on, file_digest=draft.file_digest
    )


def _anew(error: MarketError) -> MarketError:
    """Return a refusal of a code again, for another row that bears it."""
    return type(error)(error.detail, field=error.field and "enterprise_code", **error.context)  # type: ignore[arg-type]  # field and source stand before it


def _candidate(line: int, draft: Draft, spot: Spot) -> Candidate:
    said = msgspec.to_builtins(draft)
    about = ("item_code", "enterprise", "community", "manager", "fact_on", "document_no", "fact")
    return Candidate(
        line=line,
        draft=draft,
        division=spot.division,
        path=spot.path,
        identity=digest("credit-import-row", {name: said[name] for name in about}),
        content=digest("credit-import-content", said),
    )


class _Charged:
    """Facts that stand, and those of the rows before: one fact, one subject of an enterprise, one item."""

    def __init__(self, standing: Iterable[Standing]) -> None:
        self._facts: dict[tuple[int, str], list[tuple[Target, str]]] = defaultdict(list)
        self._papers: dict[tuple[object, ...], int] = {}
        for one in standing:
            target = Target(enterprise=one.enterprise, community=one.community, manager=one.manager)
            self._facts[one.enterprise, one.fact].append((target, one.item_code))
            self._papers[(target, one.item_code, one.fact_on, one.document_no)] = one.id

    def against(self, row: Candidate) -> Iterator[MarketError]:
        """Yield a finding where the fact stands already, and remember the row."""
        draft, target = row.draft, row.draft.target
        before = self._facts[draft.enterprise, row.fact]
        record = self._papers.get((target, draft.item_code, draft.fact_on, draft.document_no))
        if any(at_ != target or item == draft.item_code for at_, item in before):
            yield at(limitation.FactChargedError("charged", fact=row.fact), row.line, "fact")
        elif record is not None:
            wrong = limitation.FactChargedError("recorded", fact=draft.document_no)
            yield at(wrong, row.line, "document_no")
        before.append((target, draft.item_code))
