"""12345 cases as rows of a file, and what is wrong with them; the caller is known by a digest only.

Source: J12345 8, 35 (callers are protected), 13, 23, 32 (limit, call-back, the three rates).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from credit.domain.bulk.cells import Column, Kind, Row, at
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, FindingsError, InvalidInputError, MarketError


class Excluded(StrEnum):
    """Why a case does not count for the unit; the code comes with the hotline's approval."""

    NOT_DUTY = "not-duty"
    UNREASONABLE = "unreasonable"
    AGAINST_POLICY = "against-policy"
    EMERGENCY = "emergency"
    IN_COURT = "in-court"
    REPEATED = "repeated"
    AGAINST_LAW = "against-law"


class Unlinked(StrEnum):
    """Why no project or enterprise was found for a case."""

    NO_PLACE = "no-place"
    SEVERAL = "several"
    NOBODY = "nobody"


_RESOLVED = {
    **dict.fromkeys(("yes", "是", "已解决", "解决"), "yes"),
    **dict.fromkeys(("partly", "部分解决"), "partly"),
    **dict.fromkeys(("no", "否", "未解决"), "no"),
}
_SATISFIED = {
    **dict.fromkeys(("yes", "是", "满意"), "yes"),
    **dict.fromkeys(("basically", "基本满意"), "partly"),
    **dict.fromkeys(("no", "否", "不满意"), "no"),
}
_EXCLUDED = {
    **{each.value: each.value for each in Excluded},
    "非本单位职责": Excluded.NOT_DUTY.value,
    "不合理": Excluded.UNREASONABLE.value,
    "不符合政策": Excluded.AGAINST_POLICY.value,
    "紧急事项": Excluded.EMERGENCY.value,
    "诉讼仲裁": Excluded.IN_COURT.value,
    "重复无新事实": Excluded.REPEATED.value,
    "违法": Excluded.AGAINST_LAW.value,
}

COLUMNS = (
    Column(name="case_no", zh="工单编号", needed=True, most=60),
    Column(name="community", zh="小区"),
    Column(name="address", zh="地址", most=200),
    Column(name="received_at", zh="受理时间", kind=Kind.INSTANT, needed=True),
    Column(name="contacted_at", zh="联系时间", kind=Kind.INSTANT),
    Column(name="called_back", zh="是否回访", kind=Kind.YES, needed=True),
    Column(name="resolved", zh="解决情况", kind=Kind.CHOICE, choices=_RESOLVED),
    Column(name="satisfied", zh="满意情况", kind=Kind.CHOICE, choices=_SATISFIED),
    Column(name="excluded", zh="剔除原因", kind=Kind.CHOICE, choices=_EXCLUDED),
    Column(name="caller", zh="来电人标识"),
    Column(name="matter", zh="诉求事项"),
)
SHEET = "cases"


class CasesRefusedError(FindingsError):
    """Rows of a file of cases are wrong; every one is named, and nothing is stored."""

    code: ClassVar[str] = "credit-cases-refused"


class CaseTwiceError(InvalidInputError):
    """A case stands in the file twice."""

    code: ClassVar[str] = "credit-case-twice"


class CaseOrderError(InvalidInputError):
    """A case was received in the future, or the caller was contacted before it was received."""

    code: ClassVar[str] = "credit-case-order"


class CaseOpinionError(InvalidInputError):
    """A caller who was not called back has given no opinion."""

    code: ClassVar[str] = "credit-case-opinion"
    source = "J12345 23"


class CaseForeignError(ConflictError):
    """The case stands as an authority outside one's own division told it."""

    code: ClassVar[str] = "credit-case-foreign"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands; nothing in it says who called.

    Attributes:
        call: Index of caller, matter and project that only this server computes; empty where one is missing.
        content: Index of everything the row says.
        unlinked: Why it has no project or enterprise; empty where it has both.
    """

    line: int
    case_no: str
    community: int | None
    enterprise: int | None
    unlinked: str
    received_at: datetime
    contacted_at: datetime | None
    called_back: bool
    resolved: str
    satisfied: str
    excluded: str
    call: str
    content: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a batch that stands told it last, and where that batch came from."""

    case_no: str
    content: str
    caseload: int
    path: tuple[str, ...]


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of cases would bring.

    Attributes:
        changed: How many of the new rows tell more of a case that stood already.
        known: Lines that say nothing new.
    """

    rows: int
    new: tuple[Case, ...]
    changed: int
    known: tuple[int, ...]
    findings: tuple[MarketError, ...]

    @property
    def unlinked(self) -> tuple[tuple[int, str], ...]:
        """Lines without a project or an enterprise, and why."""
        return tuple((one.line, one.unlinked) for one in self.new if one.unlinked)


Link = Callable[[Row], tuple[int | None, int | None, str]]
"""Row -> community, enterprise, and why one is missing."""
Blind = Callable[[object], str]
"""Value -> an index that only this server computes."""


def read(
    rows: Iterable[Row], *, link: Link, blind: Blind, now: datetime
) -> tuple[list[Case], list[MarketError]]:
    """Return the cases of rows that can be true, and everything wrong in any row."""
    cases: list[Case] = []
    findings: list[MarketError] = []
    seen: dict[object, int] = {}
    for row in rows:
        wrong = list(_wrong(row.values, now))
        number = row.values.get("case_no")
        if number in seen:
            wrong.append(("case_no", CaseTwiceError("twice", first=seen[number])))
        elif number is not None:
            seen[number] = row.line
        findings += [at(one, row.line, column) for column, one in wrong]
        if not wrong and all(row.values.get(c.name) is not None for c in COLUMNS if c.needed):
            cases.append(_case(row, link, blind))
    return cases, findings


def compare(
    cases: Iterable[Case], told: Mapping[str, Told], *, by: Actor
) -> tuple[list[Case], int, list[int], list[MarketError]]:
    """Return rows that say something new, how many of them of known cases, known lines, and conflicts."""
    new: list[Case] = []
    known: list[int] = []
    findings: list[MarketError] = []
    changed = 0
    for case in cases:
        before = told.get(case.case_no)
        if before is not None and before.content == case.content:
            known.append(case.line)
        elif before is not None and not by.covers(before.path):
            findings.append(at(CaseForeignError("foreign", batch=before.caseload), case.line, "case_no"))
        else:
            changed += before is not None
            new.append(case)
    return new, changed, known, findings


def _wrong(values: Mapping[str, object], now: datetime) -> Iterator[tuple[str, MarketError]]:
    received, contacted = values.get("received_at"), values.get("contacted_at")
    if isinstance(received, datetime) and received > now:
        yield "received_at", CaseOrderError("in the future")
    if isinstance(received, datetime) and isinstance(contacted, datetime) and contacted < received:
        yield "contacted_at", CaseOrderError("contacted before received")
    if values.get("called_back") is False:
        for name in ("resolved", "satisfied"):
            if values.get(name) is not None:
                yield name, CaseOpinionError("not called back")


def _case(row: Row, link: Link, blind: Blind) -> Case:
    values = row.values
    community, enterprise, unlinked = link(row)
    told = {name: str(values.get(name) or "") for name in ("resolved", "satisfied", "excluded")}
    received, contacted = values["received_at"], values.get("contacted_at")
    assert isinstance(received, datetime)  # noqa: S101 - its column reads nothing else
    caller, matter = (" ".join(str(values.get(name) or "").split()) for name in ("caller", "matter"))
    call = {"caller": caller, "matter": matter, "community": community}
    said = {
        **told,
        **call,
        "case": str(values["case_no"]),
        "enterprise": enterprise,
        "received": received.isoformat(),
        "contacted": contacted.isoformat() if isinstance(contacted, datetime) else None,
        "called_back": bool(values["called_back"]),
    }
    return Case(
        line=row.line,
        case_no=str(values["case_no"]),
        community=community if not unlinked else None,
        enterprise=enterprise if not unlinked else None,
        unlinked=unlinked,
        received_at=received,
        contacted_at=contacted if isinstance(contacted, datetime) else None,
        called_back=bool(values["called_back"]),
        call=blind(call) if caller and matter and community is not None else "",
        content=blind(said),
        **told,
    )
