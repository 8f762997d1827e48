"""What an operator sets, read once from the environment and passed on; never imported as a value."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from market.kernel.errors import InvalidInputError

T = TypeVar("T")

NAMES = {
    "DATABASE_URL": "PostgreSQL server; without it an embedded one is started below MARKET_DATA",
    "MARKET_DATA": "folder of everything kept outside the database, default var",
    "MARKET_DEMO": "1: fictional world, movable legal clock; never on a real market",
    "MARKET_HOST": "address to listen on, default 127.0.0.1",
    "MARKET_KEYS": "folder of the platform's keys, default keys below MARKET_DATA",
    "MARKET_LIMITS": "0: no rate limits, for load tests",
    "MARKET_MAIL_FROM": "address letters come from; needed where MARKET_SMTP_HOST is set",
    "MARKET_ORIGIN": "address people type, default http://HOST:PORT; https makes cookies secure",
    "MARKET_POOL": "database connections of one process, default 10",
    "MARKET_PORT": "port to listen on, default 8000",
    "MARKET_PROXIES": "networks, by comma, whose X-Forwarded-For is believed",
    "MARKET_PSEUDO": "1: the pseudo-locale may be asked for, for tests",
    "MARKET_SMTP_HOST": "mail server; without it no letters are sent",
    "MARKET_SMTP_PASSWORD": "password at the mail server",
    "MARKET_SMTP_PORT": "default 587 with starttls, 465 with tls, 25 with none",
    "MARKET_SMTP_SECURITY": "starttls (default), tls, or none: only for a server on this very machine",
    "MARKET_SMTP_USER": "name at the mail server; without it nobody signs in there",
}
"""Every variable that is read; any other ``MARKET_…`` is a typing error and refused."""


class SettingError(InvalidInputError):
    """A variable of the environment cannot be read."""

    code = "setting"


class Secret(msgspec.Struct, frozen=True):
    """A value that no log, trace or page may show."""

    value: str

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the database is.

    Attributes:
        url: ``None``: start the embedded server in ``folder``.
        folder: The embedded cluster's, if it is used.
        pool: Connections of one process.
    """

    url: Secret | None
    folder: Path
    pool: int


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the server is reached.

    Attributes:
        origin: Scheme, host and port as people type them; no slash at the end.
        proxies: Networks whose ``X-Forwarded-For`` is believed.
        limited: Whether requests are counted.
    """

    host: str
    port: int
    origin: str
    proxies: tuple[str, ...]
    limited: bool

    @property
    def secure(self) -> bool:
        """Whether people come by https, so cookies may insist on it."""
        return self.origin.startswith("https://")


class KeySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the platform's keys are: outside the database and its backups."""

    folder: Path


class FileSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where files of any content are kept, by digest."""

    folder: Path


class MailSecurity(StrEnum):
    """How the way to the mail server is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


MAIL_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """By which server letters leave.

    Attributes:
        sender: The address they come from.
    """

    host: str
    port: int
    security: MailSecurity
    user: str
    password: Secret | None
    sender: str


class DemoSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What only a demonstration or a test may do.

    Attributes:
        enabled: The world is fictional and the legal clock may be advanced.
        keys: Where the key files and second factors of its fictional people lie.
        pseudo: Every text from a catalogue may be shown in brackets, to find those that are not.
    """

    enabled: bool
    pseudo: bool
    keys: Path


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, one struct for each concern."""

    database: DatabaseSettings
    server: ServerSettings
    keys: KeySettings
    files: FileSettings
    demo: DemoSettings
    mail: MailSettings | None = None


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        SettingError: A value does not fit, or a ``MARKET_…`` name is unknown.
    """
    for name in environ:
        if name.startswith("MARKET_") and name not in NAMES and not name.startswith("MARKET_TEST_"):
            raise SettingError(f"{name} is no setting; known are {', '.join(NAMES)}", name=name)
    data = Path(environ.get("MARKET_DATA") or "var").absolute()
    host, port = environ.get("MARKET_HOST") or "127.0.0.1", _read(environ, "MARKET_PORT", 8000)
    url = environ.get("DATABASE_URL")
    return Settings(
        database=DatabaseSettings(
            url=Secret(url) if url else None, folder=data / "postgres", pool=_read(environ, "MARKET_POOL", 10)
        ),
        server=ServerSettings(
            host=host,
            port=port,
            origin=(environ.get("MARKET_ORIGIN") or f"http://{host}:{port}").rstrip("/"),
            proxies=tuple(
                name.strip() for name in environ.get("MARKET_PROXIES", "").split(",") if name.strip()
            ),
            limited=_read(environ, "MARKET_LIMITS", default=True),
        ),
        keys=KeySettings(folder=Path(environ.get("MARKET_KEYS") or data / "keys").absolute()),
        files=FileSettings(folder=data / "files"),
        demo=DemoSettings(
            enabled=_read(environ, "MARKET_DEMO", default=False),
            pseudo=_read(environ, "MARKET_PSEUDO", default=False),
            keys=data / "demo-keys",
        ),
        mail=_mail(environ),
    )


def _mail(environ: Mapping[str, str]) -> MailSettings | None:
    """Return how letters leave; nothing where no server is named."""
    host, sender = environ.get("MARKET_SMTP_HOST"), environ.get("MARKET_MAIL_FROM") or ""
    if not host:
        return None
    if "@" not in sender:
        raise SettingError("MARKET_MAIL_FROM: an address is needed", name="MARKET_MAIL_FROM")
    security = _read(environ, "MARKET_SMTP_SECURITY", MailSecurity.STARTTLS)
    if security is MailSecurity.NONE and host not in _HERE:
        raise SettingError(
            "MARKET_SMTP_SECURITY: none is for this very machine only", name="MARKET_SMTP_SECURITY"
        )
    password = environ.get("MARKET_SMTP_PASSWORD")
    return MailSettings(
        host=host,
        port=_read(environ, "MARKET_SMTP_PORT", MAIL_PORTS[security]),
        security=security,
        user=environ.get("MARKET_SMTP_USER") or "",
        password=Secret(password) if password else None,
        sender=sender,
    )


def _read(environ: Mapping[str, str], name: str, default: T) -> T:
    text = environ.get(name)
    if not text:
        return default
    try:
        return msgspec.convert(text, type(default), strict=False)
    except msgspec.ValidationError as error:
        raise SettingError(f"{name}: {error}", name=name) from error
