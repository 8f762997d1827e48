"""What pages show of versions, clarifications and questions."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from bidding.domain.act import Act
from bidding.domain.amending import amendment, question
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tender import Content, Tender
from bidding.queries import amending, tenders, versions
from bidding.queries.entry import invitations
from bidding.services import stages
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime.web import render
from market.runtime.web.i18n import t


class ChangeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field that differs, in words."""

    label: str
    before: str
    after: str


class VersionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One announced version and what it changed of the one before."""

    number: int
    digest: str
    reason: str
    clarification: int | None
    published_at: datetime
    deadline: datetime | None
    changes: tuple[ChangeLine, ...]


class ClarificationLine(msgspec.Struct, frozen=True, kw_only=True):
    """One clarification as everybody reads it."""

    number: int
    text: str
    digest: str
    published_at: datetime
    questions: tuple[str, ...]


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of changes: everything that was sent to all holders, and what somebody may still do.

    Attributes:
        rule: What says how long before the deadline something may be sent without moving it.
        open: Questions without an answer, for the tenderer alone.
        mine: One's own questions.
        holds: Whether one's enterprise stands in the register of holders.
        acts: Names of the forms worth showing.
    """

    number: str
    title: str
    stage: str
    deadline: datetime | None
    ask_until: date | None
    rule: str
    versions: tuple[VersionLine, ...]
    clarifications: tuple[ClarificationLine, ...]
    open: tuple[amending.Question, ...] = ()
    mine: tuple[amending.Question, ...] = ()
    holds: bool = False
    acts: frozenset[str] = frozenset()


class HolderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One who holds the documents; for the supervising authority."""

    name: str
    code: str


class AskedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A question with who asked it; for the supervising authority."""

    id: UUID
    text: str
    asked_at: datetime
    answered: bool
    code: str


class HoldersView(msgspec.Struct, frozen=True, kw_only=True):
    """The register of holders and askers of one tender."""

    number: str
    title: str
    holders: tuple[HolderLine, ...]
    asked: tuple[AskedLine, ...]


def change_lines(before: Content, after: Content) -> tuple[ChangeLine, ...]:
    """Return what differs between two documents, each field named in words."""
    return tuple(
        ChangeLine(label=_label(one.field), before=one.before or "", after=one.after or "")
        for one in amendment.changes(before, after)
    )


def version_lines(before: versions.Announced, after: versions.Announced) -> tuple[ChangeLine, ...]:
    """Return what differs between two announced versions, their keyholders too."""
    lines = change_lines(before.content, after.content)
    if before.version.same_opening(after.version):
        return lines
    held = [
        "\n".join(f"{one.institution} {digest.key_id(one.opening_key)}" for one in each.version.keyholders)
        for each in (before, after)
    ]
    return (ChangeLine(label=t("bidding.holders.title"), before=held[0], after=held[1]), *lines)


def _label(field: str) -> str:
    first, _, rest = field.partition(".")
    named = render.t_or(f"bidding.field.{first}", first)
    if first == "parts":
        return render.t_or(f"bidding.part.{rest}", rest)
    return f"{named} · {rest}" if rest else named


async def of_versions(tender: Tender) -> tuple[VersionLine, ...]:
    """Return the announced versions, the newest first, each with what it changed."""
    found = await versions.published(tender)
    earlier = [None, *found][: len(found)]
    lines = [
        VersionLine(
            number=one.number,
            digest=one.digest,
            reason=one.reason,
            clarification=one.clarification,
            published_at=one.published_at,
            deadline=one.content.deadline,
            changes=version_lines(before, one) if before else (),
        )
        for before, one in zip(earlier, found, strict=True)
    ]
    return tuple(reversed(lines))


async def of_clarifications(tender: Tender) -> tuple[ClarificationLine, ...]:
    """Return the clarifications, the newest first."""
    found = await amending.clarifications(tender.id)
    return tuple(
        ClarificationLine(
            number=one.number,
            text=one.text,
            digest=one.digest,
            published_at=one.published_at,
            questions=one.questions,
        )
        for one in reversed(found)
    )


async def room(tender: Tender, actor: Actor, now: datetime) -> RoomView:
    """Return the page of changes for somebody."""
    invited = await invitations.is_invited(tender, actor.organisation)
    acts = frozenset(_acts(tender, actor, now, invited=invited))
    mine = actor.organisation or 0
    asks = PERMISSIONS[Act.QUESTION_ASK].allows_role(actor)
    waiting = await amending.questions(tender.id) if "clarify" in acts else []
    return RoomView(
        number=tender.number,
        title=tender.content.title,
        stage=tender.stage.value,
        deadline=question.deadline(tender),
        ask_until=question.last_day(tender, tenders.rules_of(tender)),
        rule=question.deadline_rule(tender),
        versions=await of_versions(tender),
        clarifications=await of_clarifications(tender),
        open=tuple(one for one in waiting if not one.answered),
        mine=tuple(await amending.asked_by(tender, mine)) if asks else (),
        holds=await amending.holds(tender, mine) if asks else False,
        acts=acts,
    )


def _acts(tender: Tender, actor: Actor, now: datetime, *, invited: bool) -> list[str]:
    issued = tender.stage in question.ISSUED
    names = {"amend": Act.TENDER_AMEND, "clarify": Act.TENDER_CLARIFY}
    found = [name for name, act in names.items() if issued and stages.may(act, actor, tender)]
    if issued and invited and PERMISSIONS[Act.QUESTION_ASK].allows_role(actor):
        found.append("collect")
        if question.in_time(tender, tenders.rules_of(tender), now=now):
            found.append("ask")
    if stages.may(Act.HOLDERS_READ, actor, tender) and actor.role in tender.procedure.filing:
        found.append("holders")
    return found


async def holders(tender: Tender) -> HoldersView:
    """Return who holds the documents and who asked what."""
    return HoldersView(
        number=tender.number,
        title=tender.content.title,
        holders=tuple(
            HolderLine(name=body.name, code=body.code) for body, _ in await amending.holders(tender)
        ),
        asked=tuple(
            AskedLine(id=one.id, text=one.text, asked_at=one.asked_at, answered=one.answered, code=asker.uscc)
            for one, asker in await amending.askers(tender.id)
        ),
    )
