"""How values are written: money, areas, points, days and instants, the same on every page.

Instants are shown in Beijing time; the exact one, with its zone, stands in the title of each ``<time>``.
"""

from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup, escape

from market.kernel.area import format_area
from market.kernel.money import format_fen
from market.kernel.period import SHANGHAI
from market.runtime.web.i18n import t

_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


def number(value: int) -> Markup:
    """Write an integer with thousands separators."""
    return _datum(f"{value:,}", "number")


def money(fen: int | None) -> Markup:
    """Write fen as ``¥1,234.50``; an em dash when there is no amount."""
    return _datum("—" if fen is None else format_fen(fen), "money")


def area(centi: int | None) -> Markup:
    """Write hundredths of a square metre as ``1,234.50 m²``."""
    return _datum("—" if centi is None else format_area(centi), "number")


def points(centi: int | None) -> Markup:
    """Write centi-points as points with two decimals."""
    if centi is None:
        return _datum("—", "number")
    whole, part = divmod(abs(centi), 100)
    return _datum(f"{'−' if centi < 0 else ''}{whole:,}.{part:02d}", "number")


def percent(basis_points: int | None) -> Markup:
    """Write basis points as a percentage with two decimals."""
    if basis_points is None:
        return _datum("—", "number")
    whole, part = divmod(abs(basis_points), 100)
    return _datum(f"{'−' if basis_points < 0 else ''}{whole}.{part:02d} %", "number")


def data(value: object) -> Markup:
    """Mark a value as data: no catalogue text, not to be translated."""
    return Markup('<span translate="no">{}</span>').format(value)


def file_size(count: int) -> str:
    """Write a number of bytes with one decimal of the largest fitting unit."""
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            tenths = count * 10 // size
            return f"{tenths // 10:,}.{tenths % 10} {unit}"
    return f"{count} B"


def local_instant(value: datetime | None) -> str:
    """Write an instant as a ``datetime-local`` input wants it, in Beijing time."""
    return "" if value is None else f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def digest(value: str, length: int = 12) -> Markup:
    """Write a digest shortened, the full value on demand and for copying."""
    if len(value) <= length + 4:
        return Markup('<code class="digest" translate="no">{}</code>').format(value)
    return Markup(
        '<code class="digest" translate="no" tabindex="0" title="{full}" data-full="{full}">{short}…</code>'
    ).format(full=value, short=value[:length])


def day(value: date | None) -> Markup:
    """Write a day in words of the current language."""
    if value is None:
        return Markup("—")
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), day_text(value))


def day_text(value: date) -> str:
    """Return a day in words, without markup."""
    return t(
        "shell.time.day",
        year=value.year,
        month=value.month,
        day=value.day,
        month_name=month_name(value.month),
    )


def month_name(month: int) -> str:
    """Return the short name of a month, without the marks of the pseudo-locale inside a longer text."""
    return t(f"shell.month.{month}")


def when(value: datetime | None, *, exact: bool = False) -> Markup:
    """Write an instant to the minute, or to the second where ``exact``; the title has the zone too."""
    if value is None:
        return Markup("—")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        _utc(value), exact_text(value), exact_text(value) if exact else instant_text(value)
    )


def instant_text(value: datetime) -> str:
    """Return an instant in Beijing time to the minute."""
    local = value.astimezone(SHANGHAI)
    return t("shell.time.instant", day=day_text(local.date()), time=f"{local:%H:%M}")


def exact_text(value: datetime) -> str:
    """Return an instant in Beijing time to the second, or finer where it is finer, with the zone."""
    local = value.astimezone(SHANGHAI)
    fraction = f".{local.microsecond:06d}".rstrip("0").rstrip(".") if local.microsecond else ""
    return t("shell.time.exact", day=day_text(local.date()), time=f"{local:%H:%M:%S}{fraction}")


def duration(value: timedelta) -> str:
    """Return a length of time in words: its two largest units, rounded down."""
    left = max(int(value.total_seconds()), 0)
    parts: list[str] = []
    for name, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count or (name == "seconds" and not parts):
            parts.append(t(f"shell.duration.{name}.{'one' if count == 1 else 'many'}", count=count))
        elif parts:
            break
    return t("shell.duration.join").join(parts[:2])


def countdown(value: datetime | None, now: datetime) -> Markup:
    """Write how long until an instant, with the exact instant beside it.

    The server's words stand without JavaScript; the script only keeps them moving.
    """
    if value is None:
        return Markup("—")
    over = value <= now
    words = (
        t("shell.countdown.over", duration=duration(now - value))
        if over
        else t("shell.countdown.left", duration=duration(value - now))
    )
    return Markup(
        '<span class="countdown{state}" data-until="{until}" data-now="{now}">'
        '<strong class="countdown-words">{words}</strong> <span class="countdown-exact">{exact}</span></span>'
    ).format(
        state=" over" if over else "",
        until=_utc(value),
        now=_utc(now),
        words=words,
        exact=when(value, exact=True),
    )


def _utc(value: datetime) -> str:
    """Return the machine form of an instant."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _datum(value: str, kind: str) -> Markup:
    """Return a value as an element of tabular figures that no translator touches."""
    return Markup('<span class="{}" translate="no">{}</span>').format(escape(kind), value)
