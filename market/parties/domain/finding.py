"""Finding names by what people type: Chinese signs, pinyin in full, initials, and any mixture of them.

A name becomes tokens: a Chinese sign with every reading it has, a word of letters, a number. What is typed
fits where each piece of it begins the next token: 朝阳 is found by 朝, "chao", "chaoyang", "cy", "chaoy" and
"朝yang". A sign with several readings is found by each, for nobody is asked which one a place's name takes:
长阳 by "changyang" and "zhangyang".
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
from pypinyin import Style, lazy_pinyin
from pypinyin import pinyin as readings_of

GRAM: Final = 2
"""Letters of a gram: the index says which names hold every pair of what is typed; few are left to match."""

MOST: Final = 80
"""Longest text that is looked for, in letters; the form takes no more."""

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES: Final = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W\d_{_HAN}]+|\d+")
_EACH: Final[Any] = list
"""What pypinyin cannot read stays, sign by sign; it takes lists too, whatever its annotation says."""
_NOWHERE: Final = "?"
"""A gram no name has."""
_SKIP: Final = "(?:[^ ]* (?:[^ ]*,)?)?"
"""Between two letters: go on in the same reading, or to the beginning of a reading of the next token."""


class Key(msgspec.Struct, frozen=True):
    """What is stored beside a name so that it is found.

    Attributes:
        grams: Every pair of letters that may be typed one after the other, and every letter one may begin
            with; Chinese signs are letters too.
        readings: Tokens after a space each, their readings between commas: `` 长,chang,zhang 阳,yang``.
    """

    grams: tuple[str, ...]  # Piccolo warns of long lists
    readings: str


class Sought(NamedTuple):
    """What a text asks of the columns: all ``grams``, readings that match ``pattern``; or ``code``, in full.

    An empty ``code`` stands for an empty text, which asks for nothing. The order is that of parameters.
    """

    grams: list[str]
    pattern: str
    code: str


def key(name: str) -> Key:
    """Return the key of a name; equal names have equal keys."""
    tokens = [*_tokens(_folded(name))]
    grams = {gram for place in range(len(tokens)) for gram in _beside(tokens, place)}
    return Key(grams=tuple(sorted(grams)), readings="".join(f" {','.join(token)}" for token in tokens))


def sought(text: str) -> Sought:
    """Return what a typed text asks for; one without letter, sign or figure finds no name."""
    code = " ".join(text.replace("\0", " ").split())
    letters = "".join(piece[0] for piece in _PIECES.finditer(_folded(code)))[:MOST]
    if not letters:
        return Sought([_NOWHERE], "", code)
    pairs = (letters[place : place + GRAM] for place in range(len(letters) - 1))
    return Sought(sorted({letters[0], *pairs}), f"[ ,]{_SKIP.join(letters)}", code)


def _folded(text: str) -> str:
    """Return a text without case, width and tone marks; ü is typed as v."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFD", re.sub("[üǖǘǚǜ]", "v", plain))
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def _tokens(folded: str) -> Iterator[tuple[str, ...]]:
    """Yield each token's readings; a Chinese sign is the first reading of itself."""
    for piece in _PIECES.finditer(folded):
        if piece["han"]:
            said = lazy_pinyin(piece[0], errors=_EACH)
            for sign, spelled in zip(piece[0], said, strict=True):
                (others,) = readings_of(sign, style=Style.NORMAL, heteronym=True, errors=_EACH)
                yield (sign, *sorted({spelled, *others} - {sign}))
        else:
            yield (piece[0],)


def _beside(tokens: list[tuple[str, ...]], place: int) -> Iterator[str]:
    """Yield what may be typed of a token: its first letters, and all pairs that begin in it.

    A letter is followed by the next one of the same reading, or by the first one of the next token.
    """
    following = {reading[0] for reading in tokens[place + 1]} if place + 1 < len(tokens) else set()
    for reading in tokens[place]:
        yield reading[0]
        yield from (reading[n : n + GRAM] for n in range(len(reading) - 1))
        yield from (f"{letter}{first}" for letter in reading for first in following)
