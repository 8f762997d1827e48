"""The penalty look-up of this program, read once from the package's data."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from credit.domain.oversight import breach
from credit.queries import rule_sets


@cache
def every() -> Mapping[str, breach.Breach]:
    """Return the breaches by their keys, in the order of the file."""
    text = (resources.files("credit") / "data" / "breaches.csv").read_text(encoding="utf-8")
    return breach.load(rule_sets.rows_of(text))


def named(key: str) -> breach.Breach:
    """Return a breach.

    Raises:
        BreachUnknownError: The look-up has none of that name.
    """
    found = every().get(key)
    if found is None:
        raise breach.BreachUnknownError(f"no breach {key}", field="breach", value=key)
    return found
