"""The only door of bidding: routes, due acts, events, acts and questions for other rooms."""

from pathlib import Path

from litestar import Controller

from bidding.client import machine
from bidding.client.verbs import VERBS
from bidding.domain.act import Act
from bidding.domain.alert import disposal
from bidding.domain.committee import draw
from bidding.domain.events import (
    AwardPublished,
    AwardRefused,
    BidsOpened,
    CandidatesPublished,
    ComplaintAnswered,
    ComplaintLodged,
    ComplaintOverdue,
    ContractFilingOverdue,
    DecisionRevoked,
    HandoverConfirmed,
    HandoverOrderMissed,
    HandoverOverdue,
    HandoverPressed,
    LotEnded,
    PriceAsked,
    SecurityRecorded,
    TenderAmended,
    TenderFailed,
    TenderObjectionAnswered,
    TenderObjectionLodged,
    TenderObjectionOverdue,
    TenderPublished,
)
from bidding.domain.handover import dispute, pressure, track
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import LIFECYCLE, OWNER_PREQUALIFIED, PROCEDURES, PROPHASE_NEGOTIATED, Stage
from bidding.domain.remedy import complaint, objection
from bidding.domain.rule_gaps import is_gap as is_rule_gap
from bidding.domain.rule_table import VERSIONS as RULE_VERSIONS
from bidding.domain.rule_table import Rule, RuleVersion, UnknownRuleError
from bidding.domain.standing import Background, Reward, Standing
from bidding.domain.tenure import change, emergency, term
from bidding.domain.tenure.events import EmergencyMoved, TermMoved
from bidding.jobs import (
    COMPLAINTS,
    CONTRACTS,
    DRAWS,
    EMERGENCIES,
    HANDOVERS,
    OBJECTIONS,
    TERMS,
    due_tenders,
    recompute,
)
from bidding.queries import ports, tender_lists
from bidding.queries.filtering import Filters as TenderFilters
from bidding.queries.outcome.tally import tally as tenders_tally
from bidding.queries.tender_lists import TenderLine
from bidding.services.alert.comparing import compare_accounts, raise_alerts
from bidding.web.alert.pages import AlertApi, AlertPages
from bidding.web.amending.changes import ChangeApi, ChangePages
from bidding.web.awards import AwardApi, AwardPages
from bidding.web.bid_pages import BidPages
from bidding.web.bids import BidApi
from bidding.web.committee.api import DrawApi, SeatApi
from bidding.web.committee.pages import CommitteePages
from bidding.web.contracts import ContractApi, ContractPages
from bidding.web.entry.invitations import InvitationApi, InvitationPages
from bidding.web.entry.selections import SelectionApi, SelectionPages
from bidding.web.evaluations import EvaluationApi, EvaluationPages
from bidding.web.filings import FilingPages
from bidding.web.handover.api import HandoverApi
from bidding.web.handover.pages import HandoverPages
from bidding.web.handover.pressing import PressingRoutes
from bidding.web.key_pages import KeyPages
from bidding.web.keyholders import KeyholderApi
from bidding.web.opened_bids import OpenedBidApi
from bidding.web.opening_pages import OpeningPages
from bidding.web.openings import OpeningApi
from bidding.web.outcome.defences import DefenceApi, DefencePages
from bidding.web.outcome.low_prices import LowPriceApi, LowPricePages
from bidding.web.outcome.outliers import OutlierApi, OutlierPages
from bidding.web.outcome.overtime import TimeApi, TimePages
from bidding.web.outcome.rejections import RejectionApi, RejectionPages
from bidding.web.pages import TendererPages, TenderPages
from bidding.web.prequal.pages import PrequalApi, PrequalPages
from bidding.web.record.drawing import DrawRecordApi, DrawRecordPages
from bidding.web.record.evaluation import EvaluationReportApi, EvaluationReportPages
from bidding.web.record.failed import FailedOpeningApi, FailedOpeningPages
from bidding.web.record.letters import LetterApi, LetterPages
from bidding.web.record.notice import TenderNoticeApi, TenderNoticePages
from bidding.web.record.opening import OpeningRecordApi, OpeningRecordPages
from bidding.web.remedy.complaints import ComplaintPages, ReportPages
from bidding.web.remedy.fines import FineLine
from bidding.web.remedy.fines import of_rule as fines_of_rule
from bidding.web.remedy.objections import RemedyApi, RemedyPages
from bidding.web.service.catalogues import CatalogueApi, CataloguePages
from bidding.web.service.comparisons import ComparisonApi, ComparisonPages
from bidding.web.service.tables import ServiceTablePages
from bidding.web.settlement.award_reports import AwardReportApi, AwardReportPages
from bidding.web.settlement.cancellations import CancellationApi, CancellationPages, LotApi, LotPages
from bidding.web.settlement.changes import ContractChangeApi, ContractChangePages
from bidding.web.settlement.contract_filings import ContractFilingApi, ContractFilingPages
from bidding.web.settlement.custody import CustodyApi, CustodyPages
from bidding.web.settlement.securities import SecurityApi, SecurityPages
from bidding.web.tender_calendar import TenderCalendar
from bidding.web.tenders import TenderApi
from bidding.web.tenure.pages import ServiceApi, ServicePages
from bidding.web.tenure.renewals import RenewalApi, RenewalPages
from bidding.web.vote.decisions import DecisionApi, DecisionPages
from bidding.web.workspace import desk
from market.runtime.schedule import Due

ROUTES: list[type[Controller]] = [
    TenderApi,
    TenderCalendar,
    TenderPages,
    TenderNoticeApi,
    TenderNoticePages,
    TendererPages,
    InvitationApi,
    InvitationPages,
    PrequalApi,
    PrequalPages,
    SelectionApi,
    SelectionPages,
    FilingPages,
    ChangeApi,
    ChangePages,
    CatalogueApi,
    CataloguePages,
    ServiceTablePages,
    BidApi,
    BidPages,
    KeyholderApi,
    KeyPages,
    OpeningApi,
    OpenedBidApi,
    OpeningPages,
    OpeningRecordApi,
    OpeningRecordPages,
    DrawApi,
    SeatApi,
    CommitteePages,
    DrawRecordApi,
    DrawRecordPages,
    ComparisonApi,
    ComparisonPages,
    EvaluationApi,
    EvaluationPages,
    DefenceApi,
    DefencePages,
    OutlierApi,
    OutlierPages,
    RejectionApi,
    RejectionPages,
    TimeApi,
    TimePages,
    LowPriceApi,
    LowPricePages,
    EvaluationReportApi,
    EvaluationReportPages,
    AlertApi,
    AlertPages,
    DecisionApi,
    DecisionPages,
    AwardApi,
    AwardPages,
    ContractApi,
    ContractPages,
    HandoverApi,
    HandoverPages,
    PressingRoutes,
    AwardReportApi,
    AwardReportPages,
    CancellationApi,
    CancellationPages,
    LotApi,
    FailedOpeningApi,
    FailedOpeningPages,
    LetterApi,
    LetterPages,
    LotPages,
    ContractFilingApi,
    ContractFilingPages,
    CustodyApi,
    CustodyPages,
    SecurityApi,
    SecurityPages,
    RemedyApi,
    RemedyPages,
    ComplaintPages,
    ReportPages,
    ServiceApi,
    ServicePages,
    RenewalApi,
    RenewalPages,
    ContractChangeApi,
    ContractChangePages,
]
RECOMPUTE = (recompute,)
DUE: list[Due] = [
    due_tenders(ports.standing_of),
    DRAWS,
    HANDOVERS,
    CONTRACTS,
    OBJECTIONS,
    COMPLAINTS,
    TERMS,
    EMERGENCIES,
]
TEMPLATES = Path(__file__).parent / "web" / "templates"
STATIC = Path(__file__).parent / "web" / "static" / "bidding"
LOCALE = Path(__file__).parent / "locale"
LIFECYCLES = (
    LIFECYCLE,
    OWNER_PREQUALIFIED.lifecycle,
    PROPHASE_NEGOTIATED.lifecycle,
    draw.LIFECYCLE,
    contract.LIFECYCLE,
    change.LIFECYCLE,
    track.LIFECYCLE,
    pressure.LIFECYCLE,
    dispute.LIFECYCLE,
    objection.LIFECYCLE,
    complaint.LIFECYCLE,
    term.LIFECYCLE,
    emergency.LIFECYCLE,
    disposal.LIFECYCLE,
)
use_standing = ports.use
use_background = ports.use_background
published_tenders, tenders_relying_on = tender_lists.published, tender_lists.relying_on
tenders_of_community, tenders_of_organisation = tender_lists.of_community, tender_lists.of_organisation

__all__ = [
    "DUE",
    "LIFECYCLES",
    "LOCALE",
    "PERMISSIONS",
    "PROCEDURES",
    "RECOMPUTE",
    "ROUTES",
    "RULE_VERSIONS",
    "STATIC",
    "TEMPLATES",
    "VERBS",
    "Act",
    "AwardPublished",
    "AwardRefused",
    "Background",
    "BidsOpened",
    "CandidatesPublished",
    "ComplaintAnswered",
    "ComplaintLodged",
    "ComplaintOverdue",
    "ContractFilingOverdue",
    "DecisionRevoked",
    "EmergencyMoved",
    "FineLine",
    "HandoverConfirmed",
    "HandoverOrderMissed",
    "HandoverOverdue",
    "HandoverPressed",
    "LotEnded",
    "PriceAsked",
    "Reward",
    "Rule",
    "RuleVersion",
    "SecurityRecorded",
    "Stage",
    "Standing",
    "TenderAmended",
    "TenderFailed",
    "TenderFilters",
    "TenderLine",
    "TenderObjectionAnswered",
    "TenderObjectionLodged",
    "TenderObjectionOverdue",
    "TenderPublished",
    "TermMoved",
    "UnknownRuleError",
    "compare_accounts",
    "desk",
    "fines_of_rule",
    "is_rule_gap",
    "machine",
    "published_tenders",
    "raise_alerts",
    "tenders_of_community",
    "tenders_of_organisation",
    "tenders_relying_on",
    "tenders_tally",
    "use_background",
    "use_standing",
]
