"""Names: normal form, order by pinyin, and a person's salted digest; how they are found says ``finding``."""

import unicodedata
from typing import ClassVar

from pypinyin import lazy_pinyin

from market.kernel import digest
from market.kernel.errors import InvalidInputError


class NameFormError(InvalidInputError):
    """A name is empty or holds signs that nobody can read."""

    code: ClassVar[str] = "name-form"


def normal(text: str, *, field: str = "name") -> str:
    """Return a name with compatible signs united and spaces collapsed.

    Raises:
        NameFormError: Nothing is left, or a control sign is in it.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name or any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} for sign in name):
        raise NameFormError("a name has at least one readable sign and no control signs", field=field)
    return name


def pinyin(name: str) -> str:
    """Return the spelling names are ordered by."""
    return " ".join(lazy_pinyin(name)).lower()


def person_digest(name: str, salt: str) -> str:
    """Return what the audit log may know of a person's name."""
    return digest.digest("person", {"name": name, "salt": salt})
