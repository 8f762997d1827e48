"""The page ``/design``: every component with sample data, to look at when the sheet changes."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response

from market.kernel.actor import PUBLIC_READ
from market.kernel.errors import FindingsError, RuleError
from market.kernel.period import SHANGHAI
from market.runtime.web import forms, paging, problems, render
from market.runtime.web.i18n import t

_DIGEST = "9f3c6a1be07d4c52a8817f6e0b2d93c4e5f60718293a4b5c6d7e8f90a1b2c3d4"


class SampleDeadlineError(RuleError):
    """The refusal ``/design`` shows; the real one stands beside its rule."""

    code: ClassVar[str] = "sample-deadline"
    source = "BL 28"


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A sample moment of a timeline."""

    label: str
    at: datetime | None
    state: str = ""
    note: str = ""
    rule: str = ""


class Step(msgspec.Struct, frozen=True):
    """A sample stage."""

    label: str
    state: str


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A sample branch of an explanation."""

    label: str
    points: int
    note: str = ""
    rule: str = ""
    url: str = ""
    children: tuple["Branch", ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A sample document."""

    name: str
    url: str
    size: int
    digest: str
    kind: str
    at: datetime


class Change(msgspec.Struct, frozen=True):
    """A sample difference."""

    label: str
    before: str
    after: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A sample task."""

    title: str
    url: str
    subject: str
    due_at: datetime | None = None
    rule: str = ""


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """All sample data."""

    now: datetime
    deadline: datetime
    digest: str
    moments: tuple[Moment, ...]
    steps: tuple[Step, ...]
    stopped: tuple[Step, ...]
    branches: tuple[Branch, ...]
    documents: tuple[Document, ...]
    changes: tuple[Change, ...]
    tasks: tuple[Task, ...]
    offers: tuple[tuple[str, int, int, str], ...]
    page: paging.Page[int]
    refusal: problems.Problem
    findings: problems.Problem


@get("/design", opt={"permission": PUBLIC_READ, "act": "runtime:design:read"}, include_in_schema=False)
async def show(now: NamedDependency[datetime]) -> Response[bytes]:
    """Show every component."""
    return render.page("shell/design.html", samples(now))


def samples(now: datetime) -> Samples:
    """Return the sample data as of ``now``."""
    deadline = (
        (now + timedelta(days=6)).astimezone(SHANGHAI).replace(hour=10, minute=0, second=0, microsecond=0)
    )
    late = now.astimezone(SHANGHAI).replace(hour=10, minute=0, second=0, microsecond=412_000)
    return Samples(
        now=now,
        deadline=deadline,
        digest=_DIGEST,
        moments=_moments(now, deadline),
        steps=_steps(("filed", "published", "bidding", "opening", "award"), reached=2),
        stopped=(
            Step(t("shell.sample.stage.published"), "done"),
            Step(t("shell.sample.stage.failed"), "stopped"),
        ),
        branches=_branches(),
        documents=_documents(now),
        changes=(
            Change(t("shell.sample.fee"), "¥3.20", "¥3.05"),
            Change(t("shell.sample.staff"), "24", "24"),
            Change(t("shell.sample.deadline"), "2027-03-01 10:00", "2027-03-08 10:00"),
        ),
        tasks=_tasks(now),
        offers=(
            ("示例甲物业服务有限公司", 305, 9_120, "A"),
            ("示例乙物业管理有限公司", 312, 8_745, "B"),
            ("示例丙城市服务有限公司", 298, 7_380, "C"),
        ),
        page=paging.Page(items=(1,), more="/design?after=WzFd", first="/design"),
        refusal=problems.describe(
            SampleDeadlineError(deadline=f"{late:%H:%M}:00", received=f"{late:%H:%M:%S}.412")
        ),
        findings=problems.describe(
            FindingsError(
                [
                    forms.FieldError("required", field="sample_name", rule="required"),
                    forms.FieldError("bound", field="sample_fee", rule="minimum", bound="1", source="BPR 63"),
                ]
            )
        ),
    )


def _moments(now: datetime, deadline: datetime) -> tuple[Moment, ...]:
    """Return a timeline with something behind, something on and something ahead."""
    return (
        Moment(
            label=t("shell.sample.moment.published"), at=now - timedelta(days=14), note=t("shell.sample.note")
        ),
        Moment(label=t("shell.sample.moment.deadline"), at=deadline, state="now", rule="BL 28"),
        Moment(label=t("shell.sample.moment.opening"), at=deadline + timedelta(minutes=10)),
        Moment(label=t("shell.sample.moment.award"), at=None, state="next"),
    )


def _steps(names: tuple[str, ...], *, reached: int) -> tuple[Step, ...]:
    """Return stages up to and behind the one reached."""
    states = ["done"] * reached + ["now"] + ["later"] * (len(names) - reached - 1)
    return tuple(
        Step(t(f"shell.sample.stage.{name}"), state) for name, state in zip(names, states, strict=True)
    )


def _branches() -> tuple[Branch, ...]:
    """Return an explanation of a score, two levels deep."""
    taken = Branch(
        label=t("shell.sample.tree.record"), points=-300, rule="BPR 63", url="#tree", note="2027-01-14"
    )
    given = Branch(label=t("shell.sample.tree.praise"), points=100, url="#tree")
    return (
        Branch(
            label=t("shell.sample.tree.whole"),
            points=8_740,
            children=(
                Branch(label=t("shell.sample.tree.start"), points=8_940),
                Branch(label=t("shell.sample.tree.records"), points=-200, children=(taken, given)),
            ),
        ),
    )


def _documents(now: datetime) -> tuple[Document, ...]:
    """Return two documents."""
    kind = t("shell.sample.document")
    return (
        Document(name="招标文件.pdf", url="#documents", size=1_482_113, digest=_DIGEST, kind=kind, at=now),
        Document(
            name="物业服务合同（示例）.pdf",
            url="#documents",
            size=482_113,
            digest=_DIGEST[::-1],
            kind=kind,
            at=now,
        ),
    )


def _tasks(now: datetime) -> tuple[Task, ...]:
    """Return one task for every group of a work list."""
    spans = (timedelta(hours=-5), timedelta(minutes=40), timedelta(days=4), timedelta(days=20))
    return tuple(
        Task(
            title=t("shell.sample.task"),
            url="#work",
            subject="示例小区",
            due_at=now + span,
            rule="BPR 63" if place == 0 else "",
        )
        for place, span in enumerate(spans)
    )
