"""The only door of the credit wing: its acts, questions and facts for other rooms."""

from pathlib import Path
from typing import Any

from credit.client.verbs import VERBS
from credit.domain import evaluation, list_entry, objection, rating, record
from credit.domain.act import Act
from credit.domain.appraisal import recheck
from credit.domain.assessment import body, report
from credit.domain.bulk import batch
from credit.domain.consequence import proposal
from credit.domain.events import (
    EVENTS,
    CycleClosed,
    CyclePublished,
    EarlyWarning,
    EnterpriseDelisted,
    EnterpriseListed,
    EvaluationRechecked,
    EvaluationReleased,
    GradePublished,
    ListCaseOverdue,
    MeasureIssued,
    MeasureOverdue,
    MeasuresFollowed,
    ObjectionAnswered,
    ObjectionFiled,
    ObjectionOverdue,
    OrderMissed,
    ProjectMoved,
    RecheckOrdered,
    RecheckOverdue,
    RecordEffective,
    RecordOpened,
    RepairFiled,
    RepairMoved,
    RepairOverdue,
)
from credit.domain.evidence import redaction
from credit.domain.instruments import instrument
from credit.domain.oversight import inspection, order
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Draft
from credit.domain.register.history import Lookback, lookback
from credit.domain.remedy import project_manager, repair, review, successor
from credit.domain.survey import survey
from credit.domain.versions import life
from credit.jobs import DUE, recompute
from credit.queries.automatic.results import Suggested, called_in
from credit.queries.cache import refresh_all
from credit.queries.evaluations import ProjectLine, managed_by
from credit.queries.measures import rewards_of
from credit.queries.paper.papers import rows_with as paper_rows
from credit.queries.register.directory import Counts as DirectoryCounts
from credit.queries.register.directory import DirectoryLine, directory
from credit.queries.register.directory import Sort as DirectorySort
from credit.queries.register.directory import Wanted as DirectoryWanted
from credit.queries.register.directory import counts as directory_counts
from credit.queries.register.history import Past
from credit.queries.register.history import of_enterprise as past_of
from credit.queries.remedy.managers import Named as NotRecommended
from credit.queries.remedy.managers import by_certificates as managers_not_recommended
from credit.queries.remedy.successors import AlertView
from credit.queries.remedy.successors import in_force as alerts_in_force
from credit.queries.remedy.successors import of_enterprise as successor_alerts
from credit.queries.report import report as credit_report
from credit.queries.rule_sets import built_in, in_force
from credit.queries.standing import StandingFacts, listing_of, standing_facts
from credit.queries.tampering.contents import CHECKS
from credit.services.assignments import Assignment, assign_project, end_project
from credit.services.automatic import Cause, record_automatic
from credit.services.consequence.following import follow as follow_publication
from credit.services.oversight.calls import call_early as call_early_inspections
from credit.services.oversight.keeping import follow as follow_in_plans
from credit.services.remedy.managers import open_on_record as open_manager_case_on_record
from credit.services.remedy.managers import open_on_score as open_manager_cases_on_score
from credit.services.remedy.successors import look as look_for_successors
from credit.web import (
    case_papers,
    cycles,
    enterprises,
    evaluations,
    listings,
    measures,
    objections,
    papers,
    records,
    surveys,
)
from credit.web.appraisal import appraisals
from credit.web.assessment import assessors
from credit.web.bulk import caseloads, record_imports
from credit.web.comparison import recorders as recorder_pages
from credit.web.comparison import spread as spread_pages
from credit.web.desk import desk
from credit.web.evidence import redactions
from credit.web.instruments import instruments
from credit.web.mirror import national
from credit.web.oversight import inspections, orders
from credit.web.register import directory as directory_pages
from credit.web.register.directory import Asked as DirectoryAsked
from credit.web.register.directory import asked as asked_of_directory
from credit.web.register.directory import page as directory_page
from credit.web.remedy import managers, repairs, successors
from credit.web.rules import editing, versions

ROUTES: list[Any] = [
    *records.ROUTES,
    *instruments.ROUTES,
    *papers.ROUTES,
    *case_papers.ROUTES,
    *redactions.ROUTES,
    *record_imports.ROUTES,
    *evaluations.ROUTES,
    *appraisals.ROUTES,
    *assessors.ROUTES,
    *recorder_pages.ROUTES,
    *spread_pages.ROUTES,
    *surveys.ROUTES,
    *listings.ROUTES,
    *cycles.ROUTES,
    *objections.ROUTES,
    *repairs.ROUTES,
    *successors.ROUTES,
    *managers.ROUTES,
    *national.ROUTES,
    *measures.ROUTES,
    *caseloads.ROUTES,
    *orders.ROUTES,
    *inspections.ROUTES,
    *enterprises.ROUTES,
    *directory_pages.ROUTES,
    *versions.ROUTES,
    *editing.ROUTES,
]
TEMPLATES = Path(__file__).parent / "web" / "templates"
LOCALE = Path(__file__).parent / "locale"

RECOMPUTE = (recompute,)
LIFECYCLES = (
    record.BAD,
    record.GOOD,
    batch.LIFECYCLE,
    evaluation.LIFECYCLE,
    list_entry.LIFECYCLE,
    rating.LIFECYCLE,
    objection.LIFECYCLE,
    recheck.LIFECYCLE,
    repair.LIFECYCLE,
    review.LIFECYCLE,
    successor.LIFECYCLE,
    project_manager.LIFECYCLE,
    order.LIFECYCLE,
    inspection.LIFECYCLE,
    proposal.LIFECYCLE,
    survey.LIFECYCLE,
    instrument.LIFECYCLE,
    body.LIFECYCLE,
    body.REMOVAL,
    report.LIFECYCLE,
    life.LIFECYCLE,
    redaction.LIFECYCLE,
)

__all__ = [
    "CHECKS",
    "DUE",
    "EVENTS",
    "LIFECYCLES",
    "LOCALE",
    "PERMISSIONS",
    "RECOMPUTE",
    "ROUTES",
    "TEMPLATES",
    "VERBS",
    "Act",
    "AlertView",
    "Assignment",
    "Cause",
    "CycleClosed",
    "CyclePublished",
    "DirectoryAsked",
    "DirectoryCounts",
    "DirectoryLine",
    "DirectorySort",
    "DirectoryWanted",
    "Draft",
    "EarlyWarning",
    "EnterpriseDelisted",
    "EnterpriseListed",
    "EvaluationRechecked",
    "EvaluationReleased",
    "GradePublished",
    "ListCaseOverdue",
    "Lookback",
    "MeasureIssued",
    "MeasureOverdue",
    "MeasuresFollowed",
    "NotRecommended",
    "ObjectionAnswered",
    "ObjectionFiled",
    "ObjectionOverdue",
    "OrderMissed",
    "Past",
    "ProjectLine",
    "ProjectMoved",
    "RecheckOrdered",
    "RecheckOverdue",
    "RecordEffective",
    "RecordOpened",
    "RepairFiled",
    "RepairMoved",
    "RepairOverdue",
    "StandingFacts",
    "Suggested",
    "alerts_in_force",
    "asked_of_directory",
    "assign_project",
    "built_in",
    "call_early_inspections",
    "called_in",
    "credit_report",
    "desk",
    "directory",
    "directory_counts",
    "directory_page",
    "end_project",
    "follow_in_plans",
    "follow_publication",
    "in_force",
    "listing_of",
    "look_for_successors",
    "lookback",
    "managed_by",
    "managers_not_recommended",
    "open_manager_case_on_record",
    "open_manager_cases_on_score",
    "paper_rows",
    "past_of",
    "record_automatic",
    "refresh_all",
    "rewards_of",
    "standing_facts",
    "successor_alerts",
]
