"""The exact spelling of what is signed, sealed and sent: hex, instants, and strict reading.

A field that is unknown, missing, doubled, of another type or spelled differently is refused; only so do two
programs that read the same bytes agree on what they say.
"""

import json
from typing import Annotated, Any, TypeVar, cast

import msgspec

from market.kernel import digest
from market.kernel.errors import InvalidInputError

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
PublicKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Salt = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Secret = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
ShortId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Signature = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$", max_length=128)]
Sealed = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{160}$", max_length=160)]
Instant = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\.[0-9]{6}Z$", max_length=27)
]
Count = Annotated[int, msgspec.Meta(ge=0, le=digest.LARGEST_INTEGER)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

T = TypeVar("T")


class MalformedError(InvalidInputError):
    """Bytes do not have the exact form of what they claim to be."""

    code = "malformed"


class Exact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record whose fields are all required and nothing else is accepted."""


class Demonstrable(Exact, frozen=True, kw_only=True):
    """A record that says so when it was made under an offset of the legal clock (and is silent otherwise)."""

    demonstration: bool | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        """Refuse ``"demonstration": false``: absence is the only spelling of it."""
        if self.demonstration is False:
            raise ValueError("demonstration is true or absent")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedError("a field stands twice in one object")
    return result


def _no_number(text: str) -> Any:  # noqa: ANN401 - the signature of json's hook
    raise MalformedError("numbers are integers", value=text[:40])


def load(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read JSON in any layout, but with no field twice, no float and no lone surrogate.

    Raises:
        MalformedError: The bytes are not such JSON.
    """
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number)
        digest.canonical(value)
    except (ValueError, RecursionError) as problem:
        raise MalformedError("the bytes are not JSON") from problem
    except digest.NotCanonicalError as problem:
        raise MalformedError(str(problem)) from problem
    return value


def shape(value: object, kind: type[T]) -> T:
    """Return a JSON value as a struct.

    Raises:
        MalformedError: A field is unknown, missing, of another type or spelled differently.
    """
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as problem:
        raise MalformedError(str(problem)) from problem


def read(data: bytes, kind: type[T]) -> T:
    """Read a struct from JSON in any layout; see ``load`` and ``shape``."""
    return shape(load(data), kind)


def read_canonical(data: bytes, kind: type[T]) -> T:
    """Read a struct from bytes that must be its canonical JSON.

    Raises:
        MalformedError: Another value or another spelling.
    """
    try:
        return shape(digest.parse_canonical(data), kind)
    except digest.NotCanonicalError as problem:
        raise MalformedError(str(problem)) from problem


def plain(value: msgspec.Struct) -> dict[str, Any]:
    """Return a struct as the JSON object it stands for."""
    return cast("dict[str, Any]", msgspec.to_builtins(value))


def plain_list(values: object) -> Any:  # noqa: ANN401 - a list of JSON values
    """Return structs inside lists as JSON values."""
    return msgspec.to_builtins(values)


def write(value: msgspec.Struct) -> bytes:
    """Return a struct's canonical JSON."""
    return digest.canonical(plain(value))
