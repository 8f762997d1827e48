"""The only door of the credit wing: its acts, questions and facts for other rooms."""

from credit.domain.events import (
    EVENTS,
    EnterpriseListed,
    EvaluationReleased,
    GradePublished,
    RecordEffective,
    RecordOpened,
)
from credit.domain.permission import PERMISSIONS, Act
from credit.domain.record import Draft
from credit.jobs import DUE
from credit.queries.cache import refresh_all
from credit.queries.rule_sets import in_force
from credit.queries.standing import StandingFacts, listing_of, standing_facts
from credit.services.assignments import Assignment, assign_project, end_project
from credit.services.automatic import Cause, record_automatic

__all__ = [
    "DUE",
    "EVENTS",
    "PERMISSIONS",
    "Act",
    "Assignment",
    "Cause",
    "Draft",
    "EnterpriseListed",
    "EvaluationReleased",
    "GradePublished",
    "RecordEffective",
    "RecordOpened",
    "StandingFacts",
    "assign_project",
    "end_project",
    "in_force",
    "listing_of",
    "record_automatic",
    "refresh_all",
    "standing_facts",
]
