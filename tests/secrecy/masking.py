"""Random values and times, masked so that what remains of two runs can be compared byte by byte.

A random value becomes its number of first appearance and its length: where a value stands again, and how long
it is, stays visible.
"""

import re
from collections.abc import Mapping

RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|\$argon2id\$[\w$=,+/]+"
    r"|(?:[0-9a-f]{4} ){7,15}[0-9a-f]{4}"
    r"|[0-9a-f]{16,}"
    r"|[0-9a-f]{8,}(?=…)"
    r"|(?<=[>\"'])[0-9a-f]{12}(?=[<\"'])"
    r"|\?v=[0-9a-f]{12}"
)
"""UUIDs, signed tokens, password hashes, fingerprints in groups of four, hex of eight bytes or more,
shortened hex, references of failures, and the version of the static files."""

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?")


def mask(text: str, *, times: bool = False) -> str:
    """Return a text with its random values numbered; with ``times``, its instants masked too."""
    seen: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        value = found[0]
        return f"<{seen.setdefault(value, len(seen))}:{len(value)}>"

    plain = RANDOM.sub(number, text)
    return TIME.sub("<time>", plain) if times else plain


def difference(first: Mapping[str, str], second: Mapping[str, str]) -> str:
    """Return the first places where two maps of texts differ, or nothing."""
    found = [f"only in one: {key}" for key in sorted(first.keys() ^ second.keys())]
    for key in first:
        one, two = first[key], second.get(key, first[key])
        if one != two:
            at = next(
                (n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
            )
            found.append(
                f"{key}\n    {one[max(0, at - 150) : at + 150]!r}\n    {two[max(0, at - 150) : at + 150]!r}"
            )
    more = f"\n… and {len(found) - 12} more" if len(found) > 12 else ""
    return "\n".join(found[:12]) + more
