"""Pages out of templates: one Jinja environment over the template folders of all wings.

A handler ends with ``return render.page("bidding/tender.html", view)``; the template reads ``view``. What
every template may call besides is listed in ``_names``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jinja2
import msgspec
from litestar.enums import MediaType
from litestar.response import Response
from litestar.status_codes import HTTP_200_OK
from litestar.template.base import csrf_token
from markupsafe import Markup

from market.kernel.actor import Permission
from market.kernel.period import local_day
from market.runtime.web import charts, formats, guards, i18n

SHELL_TEMPLATES = Path(__file__).parent / "templates"


class Pages(msgspec.Struct):
    """The environment of this process and what the composition root told about it."""

    environment: jinja2.Environment
    static_version: str = "0"
    origin: str = ""
    demonstration: bool = False


class _Process(msgspec.Struct):
    """The place the pages are kept in; set once by ``shell.application``."""

    pages: Pages | None = None


_process = _Process()


def environment(folders: Sequence[Path]) -> jinja2.Environment:
    """Return a strict, escaping environment over the shell's and the wings' folders.

    An undefined name in a template is an error, not an empty string.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([SHELL_TEMPLATES, *folders]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals.update(_names())
    return made


def use(pages: Pages) -> None:
    """Render with these pages from now on."""
    _process.pages = pages


def page(
    template: str,
    view: object = None,
    *,
    status: int = HTTP_200_OK,
    headers: Mapping[str, str] | None = None,
    **names: object,
) -> Response[bytes]:
    """Render a whole page or a fragment of one.

    Args:
        template: Path below a template folder, e.g. ``"bidding/tender.html"``.
        view: The frozen struct the template reads as ``view``.
        status: HTTP status.
        headers: Response headers to add.
        names: Further names for the template; prefer the view.
    """
    return Response(
        text(template, view, **names).encode(),
        media_type=MediaType.HTML,
        status_code=status,
        headers=dict(headers or {}),
    )


def text(template: str, view: object = None, **names: object) -> str:
    """Return a rendered template; needs ``use`` before."""
    if _process.pages is None:
        msg = "pages are rendered before shell.application has made them"
        raise RuntimeError(msg)
    exchange = guards.current()
    return _process.pages.environment.get_template(template).render(
        view=view,
        actor=exchange.actor,
        exchange=exchange,
        demonstration=_process.pages.demonstration,
        **names,
    )


def url(path: str, /, **query: object) -> str:
    """Return a path with a query string; ``None`` leaves a parameter out."""
    kept = {name.rstrip("_"): value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def absolute(path: str) -> str:
    """Return the address under which people elsewhere find a path: calendars and papers hold it.

    It begins with the origin the operator set, never with the host a request names.
    """
    return f"{_process.pages.origin if _process.pages else ''}{path}"


def static(name: str) -> str:
    """Return the address of a static file, changing with its content."""
    version = _process.pages.static_version if _process.pages else "0"
    return f"/static/{name}?v={version}"


def csrf() -> str:
    """Return the token a form must bring back."""
    scope = guards.current().scope
    if scope is None:
        return ""
    request = scope["litestar_app"].request_class(scope)
    return csrf_token({"request": request}) or request.cookies.get("csrftoken", "")


def csrf_field() -> Markup:
    """Return the hidden input every form carries."""
    return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(csrf())


def rule(key: str, text: str | None = None) -> Markup:
    """Return a rule chip: a clause such as ``"BPR 63"``, linked to its text, value and source."""
    title = text or clause(key)
    shown = Markup('<span translate="no">{}</span>').format(title) if title == key else title
    return Markup('<a class="rule" href="{}">{}</a>').format(url("/rules", id=key), shown)


def clause(key: str) -> str:
    """Return clauses as people cite them: 「招标投标法第28条」; a key we have no name for stays as it is."""
    cited = [_article(part) for part in clauses(key)]
    return i18n.t("shell.rule.join").join(cited) if len(cited) > 1 else "".join(cited)


def clauses(key: str) -> tuple[str, ...]:
    """Return the single clauses of a source: "BL 34, 35; BTB 24" is "BL 34", "BL 35" and "BTB 24".

    Several stand after ";" or ","; a bare number belongs to the law before it, ``[design]`` is our own rule.
    """
    law, found = "", []
    for part in filter(None, re.split(r"[;,] *", key)):
        name, _, article = part.rpartition(" ")
        bare = not name and article[:1].isdecimal()
        law = law if bare else name
        found.append(f"{law} {part}" if bare and law else part)
    return tuple(found)


def _article(part: str) -> str:
    """Return one clause with its paragraph, or the title of one rule, in words."""
    if len(cited := part.split(" ¶")) == 2:  # noqa: PLR2004 - a clause and the number of its paragraph
        return i18n.t("shell.rule.paragraph", clause=_article(cited[0]), number=cited[1])
    law, _, article = part.rpartition(" ")
    if part == "[design]":
        return i18n.t("shell.rule.design")
    if law and article[:1].isdecimal() and i18n.has(f"law.{law}"):
        return i18n.t("shell.rule.article", law=i18n.t(f"law.{law}"), number=article)
    if i18n.has(f"law.{part}"):
        return i18n.t(f"law.{part}")
    return i18n.titled("rule", part.replace(".", "-"))  # ids of rules have titles


def t_or(key: str, otherwise: str) -> str:
    """Return the text of a key, or something else where there is none."""
    return i18n.t(key) if i18n.has(key) else otherwise


def countdown(value: datetime | None, now: datetime | None = None) -> Markup:
    """Write a countdown against the legal instant of this request."""
    at = now or guards.current().instant
    return formats.when(value, exact=True) if at is None else formats.countdown(value, at)


def in_language(tag: str) -> str:
    """Return the address of the running page in another language."""
    path, _, query = guards.current().url.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "lang"]
    return f"{path}?{urlencode([*kept, ('lang', tag)])}"


def exchange_now() -> datetime | None:
    """Return the legal instant of this request where it was read."""
    return guards.current().instant


def due_groups(tasks: Sequence[Any], now: datetime | None) -> list[tuple[str, list[Any]]]:
    """Return tasks as overdue, today, this week (seven days) and later, each in the order of its instants.

    Without a legal instant, and for a task without one, everything is "later".
    """
    groups: dict[str, list[Any]] = {"overdue": [], "today": [], "week": [], "later": []}
    far = datetime.max.replace(tzinfo=UTC)

    def due(task: Any) -> datetime | None:  # noqa: ANN401 - a struct or a dict, whatever the wing shows
        found = task.get("due_at") if isinstance(task, Mapping) else getattr(task, "due_at", None)
        return found if isinstance(found, datetime) else None

    for task in sorted(tasks, key=lambda task: due(task) or far):
        at = due(task)
        if at is None or now is None:
            name = "later"
        elif at <= now:
            name = "overdue"
        elif local_day(at) == local_day(now):
            name = "today"
        else:
            name = "week" if at - now <= timedelta(days=7) else "later"
        groups[name].append(task)
    return [(name, members) for name, members in groups.items() if members]


def worded(key: str, /, **args: object) -> str:
    """Return a text of the catalogue; of markup among its values only the words go in: a text has none."""
    plain = {name: value.striptags() if isinstance(value, Markup) else value for name, value in args.items()}
    return i18n.t(key, **plain)


def may(permission: Permission) -> bool:
    """Say whether a link or button is worth showing: the same table the guard reads."""
    return permission.allows_role(guards.current().actor)


def _names() -> dict[str, object]:
    """Return what every template may call."""
    return {
        "t": worded,
        "t_or": t_or,
        "clause": clause,
        "has_text": i18n.has,
        "lang": i18n.tag,
        "money": formats.money,
        "area": formats.area,
        "points": formats.points,
        "percent": formats.percent,
        "number": formats.number,
        "digest": formats.digest,
        "when": formats.when,
        "day": formats.day,
        "duration": formats.duration,
        "countdown": countdown,
        "csrf": csrf,
        "csrf_field": csrf_field,
        "rule": rule,
        "url": url,
        "static": static,
        "may": may,
        "data": formats.data,
        "file_size": formats.file_size,
        "local_instant": formats.local_instant,
        "in_language": in_language,
        "exchange_now": exchange_now,
        "due_groups": due_groups,
        "draw_bars": charts.bars,
        "draw_stacked": charts.stacked,
        "draw_line": charts.line,
        "draw_dots": charts.dots,
        "draw_svg": charts.svg,
    }
