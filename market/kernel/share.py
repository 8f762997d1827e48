"""Exact shares: fractions compared as fractions, rounded once, half to even."""

from fractions import Fraction


def half_even(value: Fraction | int) -> int:
    """Round to the nearest integer; a half goes to the even neighbour."""
    return round(Fraction(value))


def at_least(part: int, whole: int, share: Fraction) -> bool:
    """Say whether *part* is *share* of *whole* or more (以上 includes the number, CC 1259)."""
    return part * share.denominator >= whole * share.numerator


def more_than(part: int, whole: int, share: Fraction) -> bool:
    """Say whether *part* exceeds *share* of *whole* (过半 excludes the number, CC 1259)."""
    return part * share.denominator > whole * share.numerator


def clamp(value: Fraction, low: Fraction | int, high: Fraction | int) -> Fraction:
    """Return *value*, or the bound it passed."""
    return Fraction(min(max(value, Fraction(low)), Fraction(high)))


def decimal(value: int, places: int = 2) -> str:
    """Write an integer count of ``10**-places`` units as a decimal: ``decimal(8754) == "87.54"``."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**places)
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"
