"""A publication at a glance: charts with their tables, a file, JSON."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import Parameter
from litestar.response import Response

from contracts_templates import answer, credit_forms, stamp
from contracts_templates import rating_spread as papers
from credit.domain.act import Act
from credit.domain.comparison.spread import BAND, LOWEST, Band, Moved, Spread
from credit.domain.grade import Grade
from credit.domain.snapshot import fraction
from credit.queries.comparison import spread
from credit.queries.comparison.spread import SpreadMissingError, SpreadView
from credit.web.routes import opt
from market.kernel.period import local_day
from market.kernel.share import decimal, half_even
from market.runtime import log
from market.runtime.web import export, i18n, render
from market.runtime.web.i18n import t

Name = Annotated[str, Parameter(max_length=6)]
Place = Annotated[str, Parameter(max_length=12)]

Bar = tuple[str, int]
Stack = tuple[str, tuple[tuple[str, int], ...]]


class SpreadPageView(msgspec.Struct, frozen=True, kw_only=True):
    """Charts of a publication; ``found`` is ``None`` while nothing is published."""

    found: SpreadView | None
    grades: tuple[Bar, ...] = ()
    bands: tuple[Bar, ...] = ()
    districts: tuple[Stack, ...] = ()
    matrix: tuple[tuple[str, ...], ...] = ()
    mean_centi: int | None = None
    middle_centi: int | None = None
    change_centi: int | None = None
    csv: str = ""
    xlsx: str = ""
    pdf: str = ""


class SpreadAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A publication at a glance, as JSON: means are exact centi-points, ``n/d``.

    Attributes:
        districts: Code of the district an enterprise is registered in -> grade -> enterprises.
    """

    cycle: str
    before: str
    enterprises: int
    grades: dict[str, int]
    districts: dict[str, dict[str, int]]
    bands: tuple[Band, ...]
    mean: str
    median: str
    moved: tuple[tuple[str, str, int], ...]
    mean_change: str


def letter(grade: Grade) -> str:
    """Return a grade as it is written in a chart."""
    return t("credit.grade.unrated") if grade is Grade.UNRATED else grade.value


def band_name(band: Band) -> str:
    """Return the scores of a column: from up to, without the last."""
    if band.low < LOWEST:
        return t("credit.spread.below", points=decimal(band.high))
    if band.high - band.low > BAND:
        return t("credit.spread.from", points=decimal(band.low))
    return f"{decimal(band.low)}–{decimal(band.high - 1)}"


def _page(found: SpreadView) -> SpreadPageView:
    one = found.spread
    query = {"cycle": found.cycle, "district": found.district or None}
    return SpreadPageView(
        found=found,
        grades=tuple((letter(grade), many) for grade, many in one.grades.items()),
        bands=tuple((band_name(band), band.many) for band in reversed(one.bands)),
        districts=() if found.district else tuple(_stacks(one, found.names)),
        matrix=() if found.moved is None else tuple(_matrix(found.moved)),
        mean_centi=_whole(one.mean),
        middle_centi=_whole(one.middle),
        change_centi=_whole(found.moved.mean) if found.moved else None,
        csv=render.url("/credit/distribution/export/csv", **query),
        xlsx=render.url("/credit/distribution/export/xlsx", **query),
        pdf=render.url("/credit/distribution/pdf", **query),
    )


def _stacks(one: Spread, names: dict[str, str]) -> Iterable[Stack]:
    for code, grades in one.districts.items():
        parts = tuple((letter(grade), many) for grade, many in grades.items())
        yield names.get(code, t("credit.spread.elsewhere")), parts


def _matrix(moved: Moved) -> Iterable[tuple[str, ...]]:
    """Yield one row for each letter before: how many of it stand where now."""
    counted = {(old, new): many for old, new, many in moved.grades}
    for old in Grade:
        yield letter(old), *(str(counted.get((old, new), 0)) for new in Grade)


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else half_even(value)


def _exact(value: Fraction | None) -> str:
    return "" if value is None else fraction(value)


FORM = credit_forms.RATING_SPREAD


def paper(found: SpreadView) -> papers.RatingSpread:
    """Return what the printed form of a publication at a glance says; papers are in Chinese."""
    one, moved = found.spread, found.moved

    def counted(grades: Mapping[Grade, int]) -> tuple[papers.Counted, ...]:
        return tuple(papers.Counted(name=grade.value, many=many) for grade, many in grades.items())

    with i18n.speaking(i18n.CHINESE):
        bands = tuple(papers.Counted(name=band_name(b), many=b.many) for b in reversed(one.bands))
        elsewhere = t("credit.spread.elsewhere")
    return papers.RatingSpread(
        number=f"{FORM.code.partition('-')[0]}-{found.cycle}{'-' if found.district else ''}{found.district}",
        cycle=found.cycle,
        district=found.names.get(found.district, found.district),
        published_on=local_day(found.published_at),
        legal_basis=found.legal_basis,
        published_digest=found.published_digest,
        enterprises=one.many,
        mean_centi=_whole(one.mean),
        median_centi=_whole(one.middle),
        grades=counted(one.grades),
        districts=()
        if found.district
        else tuple(
            papers.District(name=found.names.get(code, elsewhere), grades=counted(grades))
            for code, grades in one.districts.items()
        ),
        bands=bands,
        before=found.before,
        both=moved.both if moved else 0,
        new=moved.new if moved else 0,
        gone=moved.gone if moved else 0,
        better=moved.better if moved else 0,
        worse=moved.worse if moved else 0,
        steps=tuple(
            papers.Step(before=old.value, now=new.value, many=many)
            for old, new, many in (moved.grades if moved else ())
        ),
        change_centi=_whole(moved.mean) if moved else None,
    )


class SpreadPages(Controller):
    """The publication at a glance, for people."""

    include_in_schema = False

    @get("/credit/distribution", opt=opt(Act.CYCLE_READ))
    async def show(self, cycle: Name = "", district: Place = "") -> Response[bytes]:
        """Show how grades and scores of a published cycle spread, and what moved since the one before."""
        try:
            found = await spread.of_cycle(cycle, district=district)
        except SpreadMissingError:
            if cycle:
                raise
            return render.page("credit/comparison/spread.html", SpreadPageView(found=None))
        return render.page("credit/comparison/spread.html", _page(found))

    @get("/credit/distribution/pdf", opt=opt(Act.CYCLE_READ))
    async def pdf(self, cycle: Name = "", district: Place = "") -> Response[bytes]:
        """Return the same as a paper; its code leads back to the page."""
        found = await spread.of_cycle(cycle, district=district)
        made = paper(found)
        latest = (await log.checkpoint()) if await log.size_now() else None
        return await answer.answer(
            FORM,
            made,
            number=made.number,
            digest=stamp.content_digest(FORM, made),
            checkpoint=f"{latest.size} · {latest.root}" if latest else "",
            page=render.url("/credit/distribution", cycle=found.cycle, district=found.district or None),
        )

    @get("/credit/distribution/export/{kind:str}", opt=opt(Act.CYCLE_READ))
    async def export(self, kind: export.Kind, cycle: Name = "", district: Place = "") -> Response[bytes]:
        """Return the numbers behind the charts as a table."""
        found = await spread.of_cycle(cycle, district=district)
        view = _page(found)
        rows: list[tuple[object, ...]] = [
            *(("grade", name, "", many) for name, many in view.grades),
            *(("score", name, "", many) for name, many in view.bands),
            *(("district", name, grade, many) for name, parts in view.districts for grade, many in parts),
            *(
                ("moved", letter(old), letter(new), many)
                for old, new, many in (found.moved.grades if found.moved else ())
            ),
        ]
        columns = [t(f"credit.spread.{name}") for name in ("what", "of", "to", "many")]
        told = [(t(f"credit.spread.what.{kind_}"), *rest) for kind_, *rest in rows]
        return export.answer(kind, f"distribution-{found.cycle}", columns, told)


class SpreadApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/distribution", opt=opt(Act.CYCLE_READ), operation_id="credit-distribution-show")
    async def show(self, cycle: Name = "", district: Place = "") -> SpreadAnswer:
        """Return how grades and scores of a published cycle spread, the last one by default."""
        found = await spread.of_cycle(cycle, district=district)
        one, steps = found.spread, found.moved.grades if found.moved else ()
        return SpreadAnswer(
            cycle=found.cycle,
            before=found.before,
            enterprises=one.many,
            grades={grade.value: many for grade, many in one.grades.items()},
            districts={
                code: {grade.value: many for grade, many in grades.items()}
                for code, grades in one.districts.items()
            },
            bands=one.bands,
            mean=_exact(one.mean),
            median=_exact(one.middle),
            moved=tuple((old.value, new.value, many) for old, new, many in steps),
            mean_change=_exact(found.moved.mean) if found.moved else "",
        )


ROUTES: list[Any] = [SpreadPages, SpreadApi]
