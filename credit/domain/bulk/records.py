"""Records as rows of a file: judged like typed ones, every finding of every row at once.

A row is known by what it is about: enterprise, item, project or manager, day of the fact, number of the
document, name of the fact. In whatever file and place it comes again, it is the same row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

import msgspec

from credit.domain.bulk.cells import Column, Kind
from credit.domain.record import Draft
from market.kernel.errors import ConflictError, FindingsError, InvalidInputError, MarketError, NotFoundError

COLUMNS = (
    Column(name="enterprise_code", zh="统一社会信用代码", needed=True, most=40),
    Column(name="item_code", zh="条目编号", needed=True, most=12),
    Column(name="community", zh="小区"),
    Column(name="manager", zh="项目负责人编号", kind=Kind.WHOLE, most=2**31 - 1),
    Column(name="fact_on", zh="事实发生日", kind=Kind.DAY, needed=True),
    Column(name="facts", zh="事实", needed=True, most=4000),
    Column(name="document_no", zh="文书编号", needed=True),
    Column(name="document_on", zh="文书日期", kind=Kind.DAY, needed=True),
    Column(name="file_digest", zh="文书文件摘要", kind=Kind.DIGEST, needed=True),
    Column(name="fact", zh="事件名称"),
    Column(name="fact_until", zh="事实终止日", kind=Kind.DAY),
    Column(name="found_on", zh="发现日", kind=Kind.DAY),
    Column(name="death", zh="致人死亡", kind=Kind.YES),
    Column(name="harm", zh="危害生命健康或金融安全", kind=Kind.YES),
    Column(name="amount_fen", zh="金额（分）", kind=Kind.WHOLE, most=10**13),
    Column(name="days_late", zh="逾期天数", kind=Kind.WHOLE, most=36_500),
)
SHEET = "records"
LARGEST_FILE = 16 << 20
MOST_ROWS = 50_000
MOST_LISTED = 2_000
"""Findings told at once; how many there are in all is said beside them."""


class ImportRefusedError(FindingsError):
    """Rows of a file are wrong; every one is named, and nothing is stored."""

    code: ClassVar[str] = "credit-import-refused"

    def __init__(self, findings: Sequence[MarketError], detail: str = "") -> None:
        super().__init__(findings[:MOST_LISTED], detail)
        self.context = {"count": len(findings)}


class RowTwiceError(InvalidInputError):
    """A row stands in the file before."""

    code: ClassVar[str] = "credit-import-twice"


class RowChangedError(ConflictError):
    """A row was taken over before with other words, days or sums."""

    code: ClassVar[str] = "credit-import-changed"


class EnterpriseUnknownError(NotFoundError):
    """No enterprise of the register bears this code."""

    code: ClassVar[str] = "credit-import-enterprise"


class CommunityUnknownError(NotFoundError):
    """No community bears this number or name."""

    code: ClassVar[str] = "credit-import-community"


class CommunityDoubtfulError(InvalidInputError):
    """Several communities bear this name; its number says which is meant."""

    code: ClassVar[str] = "credit-import-communities"


class ManagerUnknownError(NotFoundError):
    """Nobody has this number."""

    code: ClassVar[str] = "credit-import-manager"


class Spot(msgspec.Struct, frozen=True):
    """An enterprise or a community of the register, and where it lies."""

    id: int
    division: str
    path: tuple[str, ...]


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """What a file's rows name, looked up for all of them at once.

    Attributes:
        enterprises: Code as it was written -> the enterprise, or what is wrong with the code.
        communities: Number or name as it was written -> the communities it may mean.
    """

    enterprises: Mapping[str, Spot | tuple[MarketError, ...]]
    communities: Mapping[str, tuple[Spot, ...]]
    managers: frozenset[int]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A row that may become a record.

    Attributes:
        identity: Digest of what it is about; ``content`` of all it says.
    """

    line: int
    draft: Draft
    division: str
    path: tuple[str, ...]
    identity: str
    content: str

    @property
    def fact(self) -> str:
        """The event it is a record of: its name, else one that follows from the row."""
        return self.draft.fact or f"import-{self.identity[:32]}"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A row that an earlier batch took over."""

    identity: str
    content: str
    record: int
    batch: int
    stage: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A record that stands against an enterprise of the file, whoever made it."""

    id: int
    item_code: str
    enterprise: int
    community: int | None
    manager: int | None
    fact: str
    fact_on: date
    document_no: str


class Known(msgspec.Struct, frozen=True):
    """A row of the file that stands already."""

    line: int
    record: int
    batch: int
    stage: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would bring: new rows, rows that stand already, and everything that is wrong."""

    rows: int
    new: tuple[Candidate, ...]
    known: tuple[Known, ...]
    findings: tuple[MarketError, ...]

    def refuse(self) -> None:
        """Refuse the whole file while anything is wrong.

        Raises:
            ImportRefusedError: With every finding.
        """
        if self.findings:
            raise ImportRefusedError(self.findings)
