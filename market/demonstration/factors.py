"""Second factors of the demonstration's people: secrets in files beside their keys, codes made from them.

The sign-in page of a demonstration reads the same files and shows the present code; on a real market nobody
keeps such files, and nothing would read them.
"""

import os
from datetime import datetime
from pathlib import Path

import pyotp

SUFFIX = ".second-factor"


class SecretMissingError(Exception):
    """An account asks for a code, and its secret is on another machine."""


class Secrets:
    """A folder with one file for each account that the demonstration enrolled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, login: str) -> str | None:
        """Return an account's secret, if the demonstration enrolled it."""
        try:
            return self._file(login).read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def keep(self, login: str, secret: str) -> None:
        """Keep an account's secret; only the user of this machine may read it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self._file(login), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(secret)

    def codes(self, login: str, wall: datetime) -> tuple[str, str]:
        """Return the present code and the next one: none is taken twice, and the next is taken early.

        Raises:
            SecretMissingError: As named.
        """
        secret = self.of(login)
        if secret is None:
            raise SecretMissingError(f"{login} asks for a code, and its secret is not in {self._folder}")
        authenticator = pyotp.TOTP(secret)
        return authenticator.at(wall), authenticator.at(wall, counter_offset=1)

    def _file(self, login: str) -> Path:
        return self._folder / f"{login}{SUFFIX}"
