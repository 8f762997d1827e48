"""The private calendar: the tasks of one mandate that have a day, read by a program that signs in nowhere.

Its address is the secret. It says what the workspace says, less what is sealed: a calendar lies with
strangers, so it never tells who bids or is invited (BL 22). An address that was revoked, or whose mandate has
ended, leads nowhere, in the same words as one that never was.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar

from litestar import get
from litestar.response import Response

from market.kernel import digest
from market.kernel.actor import PUBLIC_READ
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime.web import i18n, ical, render
from market.runtime.web.work import Task
from market.site.workspace import DESKS

SUFFIX = ".ics"


class CalendarUnknownError(NotFoundError):
    """No calendar stands at this address, or none any more."""

    code: ClassVar[str] = "calendar-unknown"


@get(
    "/calendar/{file:str}",
    opt={"permission": PUBLIC_READ, "act": "site:calendar-feed:read"},
    include_in_schema=False,
)
async def show(file: str, now: datetime) -> Response[bytes]:
    """Return the calendar that a secret address stands for.

    Raises:
        CalendarUnknownError: Nobody's, or nobody's any more.
    """
    secret = file.removesuffix(SUFFIX)
    known = file.endswith(SUFFIX) and parties.is_contact_token(secret)
    feed = await parties.calendar_feed(parties.contact_digest(secret)) if known else None
    actor = await parties.actor_of(feed.account, feed.mandate, now) if feed else None
    if feed is None or actor is None:
        raise CalendarUnknownError("no calendar stands here")
    with i18n.speaking(feed.locale):
        tasks = [task for desk in DESKS for task in (await desk(actor, now)).tasks]
        found = events(tasks, mandate=feed.mandate, now=now)
        answer = ical.answer(i18n.t("site.feed.name"), found, file="tasks.ics")
    answer.headers["cache-control"] = "private, no-store"
    return answer


def events(tasks: Iterable[Task], *, mandate: int, now: datetime) -> Iterator[ical.Event]:
    """Yield the tasks that have a day and tell nothing sealed; the same task has the same name each time."""
    seen: set[str] = set()
    for task in tasks:
        name = digest.digest("calendar-task", {"mandate": mandate, "url": task.url, "title": task.title})
        if task.due_at is None or task.sealed or name in seen:
            continue
        seen.add(name)
        yield ical.Event(
            uid=f"{name[:32]}@tasks.property-market",
            title=f"{task.title} · {task.subject}" if task.subject else task.title,
            at=task.due_at,
            url=render.absolute(task.url),
            stamp=now,
            revision=ical.revision_of(task.due_at),
            note=task.rule,
        )
