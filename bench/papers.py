"""A contract as PDF beside WeasyPrint on the same finished page: what merging and stamping cost."""

from typing import Any, Final

from bench import rounds
from bench.results import Goal, verdict
from contracts_templates import fonts, form, render, stamp
from tests.contracts_templates import samples

MOST: Final = 1.5
ROUNDS: Final = 5


async def measure() -> Goal:
    """Time a contract from data to PDF beside WeasyPrint on the same HTML and style sheet."""
    which, values = form.SERVICE_CONTRACT, samples.CONTRACT
    made = samples.a_stamp(which, values)

    async def ours() -> None:
        render.pdf(which, values, made)

    async def bare() -> None:
        _bare(which, values, made)

    pair = await rounds.compare(ours, bare, rounds=ROUNDS, times=1, at_once=1)
    return Goal(
        name="contract-pdf",
        goal="a contract with every item from data to PDF/UA: at most 1.5 × WeasyPrint on the same HTML",
        figure=round(pair.cost, 2),
        verdict=verdict(passed=pair.cost <= MOST),
        ours_ms=round(pair.ours * 1000, 2),
        bare_ms=round(pair.bare * 1000, 2),
        against="WeasyPrint alone on the finished HTML and the same style sheet and faces, plain PDF",
    )


_pages: dict[str, str] = {}


def _bare(which: form.Form, values: Any, made: stamp.Stamp) -> None:  # noqa: ANN401 - any form's content
    weasyprint = render.engine()
    words = _pages.setdefault("html", render.html(which, values, made))
    fonts_of = weasyprint.text.fonts.FontConfiguration()
    sheet = fonts.faces() + (render.TEMPLATES / "document.css").read_text(encoding="utf-8")
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("file", "data"))
    style = weasyprint.CSS(string=sheet, font_config=fonts_of, url_fetcher=fetcher)
    page = weasyprint.HTML(string=words, url_fetcher=fetcher)
    page.write_pdf(stylesheets=[style], font_config=fonts_of)
