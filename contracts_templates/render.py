"""Data in, document out: the only place that knows how a PDF is made."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

import jinja2
import msgspec
from markupsafe import Markup

from contracts_templates import credit_report, fonts, numeral, rating_spread, wording
from contracts_templates import form as forms
from contracts_templates import stamp as stamps
from market.kernel.errors import UnavailableError
from market.runtime.web import charts

TEMPLATES: Final = Path(__file__).parent / "templates"
NEEDED: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"


class PdfUnavailableError(UnavailableError):
    """A system library that PDF making needs is missing; ``context`` says which and what to install."""

    code: ClassVar[str] = "pdf-library-missing"


_ENVIRONMENT: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    rmb=numeral.rmb,
    han=numeral.han,
    day=numeral.day,
    moment=numeral.moment,
    second=numeral.second,
    yuan=numeral.yuan,
    area=numeral.area,
    points=numeral.points,
)
_ENVIRONMENT.globals.update(
    monthly_rate=numeral.monthly_rate,
    wording=wording,
    report=credit_report,
    spread=rating_spread,
    draw=charts.svg,
)


def html(form: forms.Form, content: msgspec.Struct, stamp: stamps.Stamp) -> str:
    """Return the document as HTML; a field the text needs and the data lacks raises, never prints empty."""
    template = _ENVIRONMENT.get_template(form.template)
    return template.render(form=form, d=content, stamp=stamp, qr=Markup(stamps.qr(stamp.verify_url)))  # noqa: S704


def engine(load: Callable[[str], Any] = importlib.import_module) -> Any:  # noqa: ANN401 - untyped library
    """Return WeasyPrint, loaded at first use so that the site starts without it.

    Raises:
        PdfUnavailableError: A shared library cannot be loaded; the text names it and the packages to install.
    """
    try:
        return load("weasyprint")
    except (OSError, ImportError) as problem:
        raise PdfUnavailableError(str(problem), missing=_named(str(problem)), install=NEEDED) from problem


def _named(message: str) -> str:
    quoted = message.split("'")
    return quoted[1] if len(quoted) > 1 else message


def pdf(form: forms.Form, content: msgspec.Struct, stamp: stamps.Stamp) -> bytes:
    """Return the document as PDF/A-2a: tagged, for archives; nothing is fetched but the packaged fonts.

    Raises:
        PdfUnavailableError: See ``engine``.
    """
    weasyprint = engine()
    configuration = weasyprint.text.fonts.FontConfiguration()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("file", "data"))
    sheet = fonts.faces() + (TEMPLATES / "document.css").read_text(encoding="utf-8")
    style = weasyprint.CSS(string=sheet, font_config=configuration, url_fetcher=fetcher)
    page = weasyprint.HTML(string=html(form, content, stamp), url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[style], font_config=configuration, pdf_variant="pdf/a-2a")
    return made
