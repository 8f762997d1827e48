"""Time and place that a photograph carries; what cannot be read is absent, never guessed."""

import io
import warnings
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import msgspec
from PIL import Image

from market.kernel.period import SHANGHAI

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011
_LATITUDE, _LONGITUDE = (1, 2), (3, 4)
_MICRO = 1_000_000
_SIXTY = 60


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What a photograph says of itself; the place in millionths of a degree, both or none."""

    taken_at: datetime | None = None
    latitude_micro: int | None = None
    longitude_micro: int | None = None


def read(data: bytes) -> Carried:
    """Read a photograph's own time (Beijing's where it names no offset) and place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                tags = picture.getexif()
        own, gps = tags.get_ifd(_EXIF), tags.get_ifd(_GPS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Carried()
    latitude, longitude = _degrees(gps, _LATITUDE, "S", 90), _degrees(gps, _LONGITUDE, "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    return Carried(taken_at=_taken(own), latitude_micro=latitude, longitude_micro=longitude)


def _taken(own: dict[int, Any]) -> datetime | None:
    written, offset = str(own.get(_TAKEN, "")).strip("\x00 "), str(own.get(_OFFSET, "")).strip("\x00 ")
    try:
        if offset:
            return datetime.strptime(f"{written} {offset}", "%Y:%m:%d %H:%M:%S %z").astimezone(UTC)
        return datetime.strptime(written, "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI).astimezone(UTC)
    except ValueError:
        return None


def _degrees(gps: dict[int, Any], tags: tuple[int, int], negative: str, most: int) -> int | None:
    side, parts = gps.get(tags[0]), gps.get(tags[1])
    try:
        hours, minutes, seconds = (Fraction(each.numerator, each.denominator) for each in parts or ())
    except (AttributeError, TypeError, ValueError, ZeroDivisionError):
        return None
    micro = round((hours + minutes / _SIXTY + seconds / _SIXTY**2) * _MICRO)
    if not 0 <= micro <= most * _MICRO:
        return None
    return -micro if side == negative else micro
