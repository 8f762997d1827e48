"""Accounts: the form of log-in names and passwords, and how failed sign-ins slow one another down."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from market.kernel import digest
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError

PASSWORD_MIN = 12
PASSWORD_MAX = 200
FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=24)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")


class LoginFormError(InvalidInputError):
    """A log-in name has 3 to 64 letters, digits, dots, hyphens, underscores or at-signs."""

    code: ClassVar[str] = "login-form"


class LoginTakenError(ConflictError):
    """Somebody else signs in with this name."""

    code: ClassVar[str] = "login-taken"


class PasswordFormError(InvalidInputError):
    """A password is too short, too long, or repeats the log-in name."""

    code: ClassVar[str] = "password-form"


class PasswordWrongError(NotPermittedError):
    """The present password was not given."""

    code: ClassVar[str] = "password-wrong"


class AccountUnknownError(NotFoundError):
    """No open account bears this log-in name."""

    code: ClassVar[str] = "account-unknown"


class SignInRefusedError(NotPermittedError):
    """Name and password do not belong together; whether the name exists is not said."""

    code: ClassVar[str] = "sign-in-refused"


class SignInLockedError(NotPermittedError):
    """Too many failed sign-ins under this name; existing or not, it must wait."""

    code: ClassVar[str] = "sign-in-locked"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A person who gets an account.

    Attributes:
        name: Kept with the parties; the log sees a salted digest only.
    """

    name: str
    login: str
    password: str

    def __repr__(self) -> str:
        return "Holder(***)"


def login_of(text: str) -> str:
    """Return a log-in name in its one form.

    Raises:
        LoginFormError: It has not the form.
    """
    login = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise LoginFormError("3 to 64 letters, digits and . _ @ -", field="login")
    return login


def check_password(password: str, login: str) -> None:
    """Refuse a password that guessing would find first.

    Raises:
        PasswordFormError: Too short, too long, of few different signs, or made of the log-in name.
    """
    few = len(set(password)) < PASSWORD_MIN // 2
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX or few or login in password.casefold():
        raise PasswordFormError(field="password", minimum=PASSWORD_MIN, maximum=PASSWORD_MAX)


def throttle_key(typed: str) -> str:
    """Return what failures are counted under: a digest of the name typed, whether it exists or not."""
    return digest.h("sign-in", unicodedata.normalize("NFKC", typed).strip().casefold().encode())


def locked_until(failures: int, at: datetime) -> datetime | None:
    """Return until when a name must wait after so many failures: twice as long each time, up to a limit."""
    over = failures - FREE_FAILURES
    if over < 0:
        return None
    wait: timedelta = min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)
    return at + wait
