"""A tender's dates as a calendar file: what its page shows to everybody, and nothing else.

The same for all who ask; nothing in it depends on bids before the opening (BL 22).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.domain.tender import Tender
from bidding.queries import amending, awards, evaluations, versions
from bidding.queries import tenders as queries
from bidding.web import views
from bidding.web.routing import opt
from market.kernel.period import end_of_day
from market.runtime.web import ical, render
from market.runtime.web.i18n import t

_DATES: Final = frozenset(
    {"issue", "objections", "deadline", "prequal-issue", "prequal-objections", "prequal-deadline"}
)
"""The moments of the timeline that are dates of the document."""


class _Date(msgspec.Struct, frozen=True, kw_only=True):
    """A date before it is an event; ``counted`` says that amendments, which are counted, move it."""

    key: str
    at: datetime
    title: str
    rule: str = ""
    place: str = ""
    counted: bool = False


class TenderCalendar(Controller):
    """The calendar file, the same for everybody."""

    include_in_schema = False

    @get("/tenders/{number:str}/calendar.ics", opt=opt(Act.TENDER_READ))
    async def show(self, number: str) -> Response[bytes]:
        """Return the dates of an announced tender.

        Raises:
            TenderUnknownError: There is none, or it is not announced yet.
        """
        tender = await queries.by_number(number)
        if tender.published_at is None:
            raise queries.TenderUnknownError(f"no tender {number}", value=number)
        return ical.answer(tender.content.title, await events(tender), file=f"{number}.ics")


async def events(tender: Tender) -> list[ical.Event]:
    """Return a tender's public dates; their names are those of ``bidding.calendar``."""
    told = await amending.clarifications(tender.id)
    shown = await evaluations.of_tender(tender.id)
    given = await awards.of_tender(tender.id)
    versioned = await versions.published(tender)
    known = [
        *(tender.published_at, tender.frozen_at, tender.opened_at, tender.failed_at),
        *(each.published_at for each in told),
        *(each.published_at for each in shown),
        *(each.published_at for each in versioned),
        *(each.awarded_at for each in given),
    ]
    stamp = max(at for at in known if at is not None)
    revision = tender.version - 1 + len(told)
    url = render.absolute(f"/tenders/{tender.number}")
    return [
        ical.Event(
            uid=f"{each.key}.{tender.number}@tenders.property-market",
            title=f"{each.title} · {tender.content.title}",
            at=each.at,
            url=url,
            stamp=stamp,
            revision=revision if each.counted else ical.revision_of(each.at),
            note=" · ".join(filter(None, (tender.number, render.clause(each.rule) if each.rule else ""))),
            place=each.place,
            cancelled=tender.failed_at is not None and each.at > tender.failed_at,
        )
        for each in (*_announced(tender), *_shown(shown), *_awarded(given))
    ]


def _announced(tender: Tender) -> Iterator[_Date]:
    content = tender.content
    for moment in views.moments(tender):
        if moment.at is not None and moment.name in _DATES:
            yield _Date(
                key=moment.name,
                at=moment.at,
                title=t(f"bidding.calendar.{moment.name}"),
                rule=moment.rule,
                place=content.opening_place if moment.name == "deadline" else "",
                counted=True,
            )
    if content.site_visit_at is not None:
        yield _Date(
            key="site-visit",
            at=content.site_visit_at,
            title=t("bidding.calendar.site-visit"),
            place=content.site_visit_place,
            counted=True,
        )


def _shown(found: list[evaluations.Evaluation]) -> Iterator[_Date]:
    """Yield the last day of each lot's publicity, once the candidates are public."""
    for each in found:
        if each.last_day is not None:
            title = t("bidding.calendar.publicity", lot=each.lot)
            yield _Date(key=f"publicity-{each.lot}", at=end_of_day(each.last_day), title=title, rule="BLR 54")


def _awarded(given: list[awards.Award]) -> Iterator[_Date]:
    """Yield the last day to sign after each award that stands."""
    for each in given:
        title = t("bidding.calendar.sign-by", lot=each.lot)
        yield _Date(key=f"sign-by-{each.number}", at=end_of_day(each.sign_by), title=title, rule="BL 46")
