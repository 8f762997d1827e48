"""The eight words that unlock a key: made on the user's machine, never sent anywhere.

The lists of 2,048 words come from the package ``mnemonic``: eight words are 88 bits. Source: docs/sealing.md
section 1.
"""

import secrets
from collections.abc import Callable
from functools import cache
from typing import Final

from mnemonic import Mnemonic

COUNT: Final = 8
LANGUAGES: Final = ("english", "chinese_simplified")


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return one of the two lists of 2,048 words."""
    return tuple(Mnemonic(language).wordlist)


def draw(language: str = LANGUAGES[0], *, below: Callable[[int], int] = secrets.randbelow) -> str:
    """Return eight random words with one space between."""
    words = word_list(language)
    return " ".join(words[below(len(words))] for _ in range(COUNT))


def tidy(text: str) -> str:
    """Return typed words with one space between them; case does not matter."""
    return " ".join(text.lower().split())


def known(text: str) -> bool:
    """Say whether a text is eight words of one list, so that a slip is noticed before it costs a key."""
    words = tidy(text).split()
    return len(words) == COUNT and any(set(words) <= set(word_list(language)) for language in LANGUAGES)
