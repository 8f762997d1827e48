"""Request bodies: JSON and HTML forms into the same struct, every finding named at once.

A finding says the field, the rule, and where the rule stands. A struct's author may say more in the field's
annotation: ``Annotated[int, Meta(ge=1, extra={"source": "BL 28", "form": "fen"})]``. ``source`` names the
clause behind a bound, ``form`` how people write the number (``fen``: yuan with two decimals, ``centi``: two
decimals).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from litestar.connection import Request
from litestar.enums import RequestEncodingType

from market.kernel.errors import FindingsError, InvalidInputError, MarketError
from market.kernel.period import SHANGHAI

T = TypeVar("T", bound=msgspec.Struct)

FORM_SOURCE = "api"
"""The source of a bound that no law sets: the published interface description at ``/schema``."""

_PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_RULES = (
    (re.compile(r"missing required field `(?P<name>[^`]*)`"), "required"),
    (re.compile(r"contains unknown field `(?P<name>[^`]*)`"), "unknown"),
    (re.compile(r"of length >= (?P<bound>\d+)"), "min-length"),
    (re.compile(r"of length <= (?P<bound>\d+)"), "max-length"),
    (re.compile(r"matching regex '(?P<bound>.*)'"), "pattern"),
    (re.compile(r"` >= (?P<bound>-?[\d.]+)"), "minimum"),
    (re.compile(r"` <= (?P<bound>-?[\d.]+)"), "maximum"),
    (re.compile(r"` > (?P<bound>-?[\d.]+)"), "above"),
    (re.compile(r"` < (?P<bound>-?[\d.]+)"), "below"),
    (re.compile(r"multiple of (?P<bound>-?[\d.]+)"), "multiple"),
    (re.compile(r"timezone component"), "timezone"),
    (re.compile(r"Invalid enum value"), "choice"),
    (re.compile(r"Invalid (?:RFC3339|RFC 3339)|Invalid date|Invalid time"), "date"),
)
_ON = {"on": "true", "off": "false"}
_DIGITS = 4
"""Longest index of a list in a form."""
_DECIMAL = frozenset({"fen", "centi"})
_NUMBER = re.compile(r"-?[\d,]{1,18}(\.\d{1,2})?")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


class FieldError(InvalidInputError):
    """One field does not have the form it must have; ``context["rule"]`` names the rule."""

    code: ClassVar[str] = "field-invalid"
    source = FORM_SOURCE


class BodyError(InvalidInputError):
    """The body as a whole cannot be read: broken JSON, or not an object."""

    code: ClassVar[str] = "body-unreadable"
    source = FORM_SOURCE


class ContentTypeError(InvalidInputError):
    """The body is neither JSON nor a form."""

    code: ClassVar[str] = "content-type"
    source = FORM_SOURCE


async def decode(request: Request[Any, Any, Any], struct: type[T]) -> T:
    """Return the body as ``struct``, from JSON or from a form.

    In a form, blank inputs count as absent, dotted names (``lots.0.area``) nest, a repeated name is a list
    where the field is one, and a local date-time is Beijing's.

    Raises:
        FindingsError: One finding per refused field.
        BodyError: Not JSON, or not an object.
        ContentTypeError: Neither JSON nor a form.
    """
    kind, _ = request.content_type
    if kind in {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}:
        form = await request.form()
        return convert(nest(list(form.multi_items())), struct, written=True)
    if kind and not (kind == "application/json" or kind.endswith("+json")):
        raise ContentTypeError(f"cannot read {kind}", got=kind)
    return convert(load(await request.body()), struct)


def query(request: Request[Any, Any, Any], struct: type[T]) -> T:
    """Return what stands in the address as ``struct``, written as in a form; unknown names are passed over.

    Raises:
        FindingsError: One finding per refused field.
    """
    return convert(nest(list(request.query_params.multi_items())), struct, written=True)


def load(body: bytes) -> object:
    """Read JSON.

    Raises:
        BodyError: It is not JSON.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BodyError(str(error)) from error


def convert(body: object, struct: type[T], *, written: bool = False) -> T:
    """Return ``body`` as ``struct``; ``written`` marks the texts of a form.

    Raises:
        FindingsError: One finding per refused field.
        BodyError: Not an object.
    """
    if not isinstance(body, dict):
        raise BodyError("an object is expected")
    values = _read_written(body, struct) if written else body
    found = [*_findings(values, struct, strict=not written)]
    if found:
        raise FindingsError(found)
    try:
        return msgspec.convert(values, struct, strict=not written)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, MarketError):
            raise error.__cause__ from None
        raise FindingsError([explain(error, struct)]) from error


def nest(items: Sequence[tuple[str, object]]) -> dict[str, Any]:
    """Return form items nested, blanks left out: ``lots.0.area`` becomes ``{"lots": [{"area": …}]}``."""
    flat: dict[str, list[object]] = {}
    for name, value in items:
        if name != "_csrf_token" and value != "":
            flat.setdefault(name, []).append(value)
    tree: dict[str, Any] = {}
    for name, values in flat.items():
        spot = tree
        *parents, last = name.split(".")[:8]
        for part in parents:
            step = spot.setdefault(part, {})
            spot = step if isinstance(step, dict) else {}
        spot[last] = values if len(values) > 1 else values[0]
    return {name: _listed(value) for name, value in tree.items()}


def explain(
    error: msgspec.ValidationError, struct: type[Any] | None = None, *, under: str = ""
) -> FieldError:
    """Return msgspec's complaint as a finding with field, rule and source."""
    match = _PATH.match(str(error))
    message, path = (match["message"], match["path"] or "") if match else (str(error), "")
    name, context = "", {}
    rule = "type"
    for pattern, known in _RULES:
        if hit := pattern.search(message):
            groups = hit.groupdict()
            rule, name = known, groups.get("name", "")
            context = {"bound": groups["bound"]} if groups.get("bound") else {}
            break
    field = ".".join(filter(None, [under, *re.findall(r"[^$.\[\]]+", path), name]))
    return FieldError(str(error), field=field, source=_source(struct, field), rule=rule, **context)


def _findings(values: dict[Any, Any], struct: type[msgspec.Struct], *, strict: bool) -> list[MarketError]:
    """Return one finding per refused field of the outermost object."""
    known = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    found: list[MarketError] = []
    for name, field in known.items():
        if name not in values:
            if field.required:
                found.append(
                    FieldError("required", field=name, source=_source(struct, name), rule="required")
                )
            continue
        if (spot := _unstorable(values[name], name)) is not None:
            found.append(FieldError("null byte", field=spot, source=FORM_SOURCE, rule="characters"))
            continue
        try:
            msgspec.convert(values[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            cause = error.__cause__
            found.append(cause if isinstance(cause, MarketError) else explain(error, struct, under=name))
    if struct.__struct_config__.forbid_unknown_fields:
        found += [
            FieldError("unknown", field=str(name)[:80], source=FORM_SOURCE, rule="unknown")
            for name in values
            if name not in known
        ]
    return found


def _unstorable(value: object, at: str) -> str | None:
    """Return where a text holds a null byte, which no text of the database can."""
    if isinstance(value, str):
        return at if "\0" in value else None
    if isinstance(value, dict):
        inner = [(item, f"{at}.{name}") for name, item in value.items()]
        if any("\0" in str(name) for name in value):
            return at
    elif isinstance(value, list | tuple):
        inner = [(item, f"{at}.{place}") for place, item in enumerate(value)]
    else:
        return None
    return next((spot for item, where in inner if (spot := _unstorable(item, where)) is not None), None)


def _source(struct: type[Any] | None, field: str) -> str:
    """Return the clause a field's annotation names, else the interface description."""
    return str(_extra(struct, field.partition(".")[0]).get("source", FORM_SOURCE)) if struct else FORM_SOURCE


def is_decimal(struct: type[Any], name: str) -> bool:
    """Say whether people write a field with two decimals: yuan, square metres, points."""
    return _extra(struct, name).get("form") in _DECIMAL


def _extra(struct: type[Any], name: str) -> Mapping[str, Any]:
    """Return what a field's ``Meta(extra=…)`` says."""
    hint = get_type_hints(struct, include_extras=True).get(name)
    for part in (hint, *get_args(hint)):
        if get_origin(part) is Annotated:
            for meta in get_args(part)[1:]:
                if isinstance(meta, msgspec.Meta) and meta.extra:
                    return meta.extra
    return {}


def _read_written(values: dict[Any, Any], struct: type[msgspec.Struct]) -> dict[Any, Any]:
    """Return a form's texts as the values their fields mean, as far as a text alone can say it."""
    read = dict(values)
    for field in msgspec.structs.fields(struct):
        name, kinds = field.encode_name, _kinds(field.type)
        if bool in kinds and name not in read and field.required:
            read[name] = "false"
        if name in read:
            one = _read_one(read[name], kinds, str(_extra(struct, field.name).get("form", "")))
            read[name] = _read_within(one, _struct_of(field.type))
    return read


def _read_within(value: object, struct: type[msgspec.Struct] | None) -> object:
    """Return a value whose objects, in a list too, are read as those of a struct."""
    if struct is not None and isinstance(value, dict):
        return _read_written(value, struct)
    return [_read_within(each, struct) for each in value] if isinstance(value, list) else value


def _struct_of(hint: object) -> type[msgspec.Struct] | None:
    """Return the struct an annotation speaks of, through ``Annotated``, unions and lists."""
    if get_origin(hint) is dict:
        return None
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    inner = get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint)
    return next((found for each in inner if (found := _struct_of(each)) is not None), None)


def _read_one(value: object, kinds: frozenset[object], form: str) -> object:
    """Return one text of a form as its field wants it; what cannot be read stays for the check to refuse."""
    if kinds & {list, tuple, frozenset, set} and not isinstance(value, list | dict):
        return [value]
    return _read_text(value.strip(), kinds, form) if isinstance(value, str) else value


def _read_text(text: str, kinds: frozenset[object], form: str) -> str:
    """Return a text in the machine form of its field."""
    if bool in kinds:
        return _ON.get(text, text)
    if form in _DECIMAL and _NUMBER.fullmatch(text):
        whole, _, part = text.replace(",", "").partition(".")
        return f"{whole}{part:0<2}"
    if datetime in kinds and _LOCAL.fullmatch(text):
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).isoformat()
    return text


def _kinds(hint: object) -> frozenset[object]:
    """Return the plain classes an annotation speaks of, through ``Annotated`` and unions."""
    origin = get_origin(hint)
    if origin in {list, tuple, frozenset, set, dict}:
        return frozenset({origin})
    inner = get_args(hint)[:1] if origin is Annotated else get_args(hint)
    return frozenset().union(*map(_kinds, inner)) if origin is not None and inner else frozenset({hint})


def _listed(value: object) -> object:
    """Return objects whose names are all numbers as lists, all the way down."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(item) for name, item in value.items()}
    if inner and all(name.isdecimal() and len(name) <= _DIGITS for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
