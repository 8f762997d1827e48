"""The only door of bidding: routes, due acts, events, acts and questions for other rooms."""

from pathlib import Path

from litestar import Controller

from bidding.client.verbs import VERBS
from bidding.domain import events
from bidding.domain.permission import PERMISSIONS, Act
from bidding.domain.procedure import LIFECYCLE, PROCEDURES, Stage
from bidding.domain.rule_table import VERSIONS
from bidding.domain.standing import Standing, StandingOf
from bidding.jobs import due_tenders
from bidding.queries import ports
from bidding.queries.tenders import Filters, TenderLine, of_community, of_organisation, published
from bidding.web.bids import BidApi
from bidding.web.keyholders import KeyholderApi
from bidding.web.openings import OpeningApi
from bidding.web.tenders import TenderApi
from market.runtime.schedule import Due

ROUTES: list[type[Controller]] = [
    TenderApi,
    BidApi,
    KeyholderApi,
    OpeningApi,
]
DUE: list[Due] = [due_tenders(ports.standing_of)]
TEMPLATES = Path(__file__).parent / "web" / "templates"
STATIC = Path(__file__).parent / "web" / "static" / "bidding"
LOCALE = Path(__file__).parent / "locale"
use_standing = ports.use

__all__ = [
    "DUE",
    "LIFECYCLE",
    "LOCALE",
    "PERMISSIONS",
    "PROCEDURES",
    "ROUTES",
    "STATIC",
    "TEMPLATES",
    "VERBS",
    "VERSIONS",
    "Act",
    "Filters",
    "Stage",
    "Standing",
    "StandingOf",
    "TenderLine",
    "events",
    "of_community",
    "of_organisation",
    "published",
    "use_standing",
]
