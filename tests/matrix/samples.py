"""Request bodies made from a struct's own types: one that fits, and every way to spoil one field.

A kind of field nobody has thought of raises, so a struct cannot slip through untried.
"""

import re._constants as codes  # type: ignore[import-not-found]
import re._parser as sre  # type: ignore[import-not-found]
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import inspect as kinds

_LISTS = (kinds.ListType, kinds.VarTupleType, kinds.SetType, kinds.FrozenSetType)
_PLAIN: dict[type[kinds.Type], tuple[object, tuple[object, ...]]] = {
    kinds.BoolType: (True, ("perhaps",)),
    kinds.DateType: ("2026-03-02", ("2026-02-30", 7)),
    kinds.DateTimeType: ("2026-03-02T02:00:00Z", ("yesterday", "2026-03-02T02:00:00")),
    kinds.BytesType: ("aGVsbG8=", (5,)),
    kinds.UUIDType: ("0c5e2f5e-1d5e-4c55-9a39-3f2d1a7c9e11", ("no-uuid", 7)),
    kinds.FloatType: (0.5, ("x",)),
}
HUGE = 2**70


def known(struct: type[msgspec.Struct]) -> tuple[kinds.Field, ...]:
    """Return a struct's fields with what is known of their types."""
    found = kinds.type_info(struct)
    assert isinstance(found, kinds.StructType)
    return found.fields


def fitting(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """Return a body of the struct that is not refused for its form: the required fields."""
    return {field.encode_name: sample(field.type) for field in known(struct) if field.required}


def sample(kind: kinds.Type) -> Any:
    """Return a value of a type."""
    kind = _plain(kind)
    if type(kind) in _PLAIN:
        return _PLAIN[type(kind)][0]
    return _SAMPLES[type(kind)](kind)


def _text(kind: Any) -> str:
    least = max(kind.min_length or 0, 1)
    if kind.pattern is None:
        return "a" * least
    found = shortest(sre.parse(kind.pattern))
    return found.ljust(least, found[-1]) if kind.min_length else found


def _listed(kind: Any) -> list[Any]:
    return [sample(kind.item_type)] * max(kind.min_length or 0, 1)


_SAMPLES: dict[type[kinds.Type], Callable[[Any], Any]] = {
    kinds.StrType: _text,
    kinds.IntType: lambda kind: max(kind.ge or 0, (kind.gt or 0) + 1),
    kinds.EnumType: lambda kind: next(iter(kind.cls)).value,
    kinds.LiteralType: lambda kind: kind.values[0],
    kinds.StructType: lambda kind: fitting(kind.cls),
    kinds.DictType: lambda kind: {sample(kind.key_type): sample(kind.value_type)},
    kinds.TupleType: lambda kind: [sample(item) for item in kind.item_types],
    **dict.fromkeys(_LISTS, _listed),
}


def shortest(pattern: Iterable[tuple[Any, Any]]) -> str:
    """Return a short text that a parsed pattern matches; only what our patterns use."""
    return "".join(_one(code, given) for code, given in pattern)


def _one(code: Any, given: Any) -> str:
    return _PARTS[code](given)


_PARTS: dict[Any, Callable[[Any], str]] = {
    codes.AT: lambda _: "",
    codes.LITERAL: chr,
    codes.RANGE: lambda given: chr(given[0]),
    codes.CATEGORY: lambda given: {codes.CATEGORY_DIGIT: "1"}[given],
    codes.IN: lambda given: shortest(given[:1]),
    codes.BRANCH: lambda given: shortest(given[1][0]),
    codes.SUBPATTERN: lambda given: shortest(given[3]),
    codes.MAX_REPEAT: lambda given: shortest(given[2]) * int(given[0]),
}


def spoiled(struct: type[msgspec.Struct]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the field that is wrong, as a path, and a body in which nothing else is."""
    base = fitting(struct)
    yield "not_a_field", {**base, "not_a_field": 1}
    for field in known(struct):
        name = field.encode_name
        if field.required:
            yield name, {key: value for key, value in base.items() if key != name}
        for path, value in wrong(field.type):
            yield f"{name}{path}", {**base, name: value}


def wrong(kind: kinds.Type) -> Iterator[tuple[str, Any]]:
    """Yield values that a type must refuse, with the path below the field."""
    kind = _plain(kind)
    if type(kind) in _PLAIN:
        yield from (("", value) for value in _PLAIN[type(kind)][1])
        return
    yield "", "no-such-thing" if isinstance(kind, kinds.EnumType | kinds.LiteralType | kinds.IntType) else 5
    if isinstance(kind, kinds.StrType):
        yield from (("", value) for value in _wrong_texts(kind))
    elif isinstance(kind, kinds.IntType):
        yield from (("", value) for value in _wrong_numbers(kind))
    else:
        yield from _wrong_inside(kind)


def _wrong_inside(kind: kinds.Type) -> Iterator[tuple[str, Any]]:
    """Yield containers of which a part is wrong.

    The place in a list is no part of a path; below a mapping only the mapping's own name is expected.
    """
    if isinstance(kind, kinds.StructType):
        yield from ((f".{path}", value) for path, value in spoiled(kind.cls) if _refuses(kind, path))
    elif isinstance(kind, kinds.DictType):
        yield from (("...", {sample(kind.key_type): value}) for _, value in wrong(kind.value_type))
    elif isinstance(kind, _LISTS):
        yield from (("", value) for value in _wrong_lists(kind))
        many = max(kind.min_length or 0, 1)
        yield from ((path, [value] * many) for path, value in wrong(kind.item_type))


def _refuses(kind: kinds.StructType, path: str) -> bool:
    return path != "not_a_field" or kind.forbid_unknown_fields


def _wrong_texts(kind: kinds.StrType) -> Iterator[object]:
    yield "甲\x00乙"
    if kind.pattern is not None:
        yield "!"
    if kind.min_length:
        yield ""
    if kind.max_length is not None:
        yield "9" * (kind.max_length + 1)


def _wrong_numbers(kind: kinds.IntType) -> Iterator[object]:
    yield HUGE
    if kind.ge is not None:
        yield kind.ge - 1
    if kind.le is not None:
        yield kind.le + 1
    if kind.lt is not None:
        yield kind.lt


def _wrong_lists(kind: Any) -> Iterator[object]:
    if kind.min_length:
        yield [sample(kind.item_type)] * (kind.min_length - 1)
    if kind.max_length is not None:
        yield [sample(kind.item_type)] * (kind.max_length + 1)


def _plain(kind: kinds.Type) -> kinds.Type:
    """Return a type without its metadata and without ``None``."""
    while isinstance(kind, kinds.Metadata):
        kind = kind.type
    if isinstance(kind, kinds.UnionType):
        return _plain(next(part for part in kind.types if not isinstance(part, kinds.NoneType)))
    return kind
