"""What happens when a demonstration starts: the world is built once, then the doors are named."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import structlog

from market.demonstration.stage import Stage, Tell
from market.demonstration.visitor import PASSWORD
from market.demonstration.world import building, layout


def narrator(origin: str, say: Tell) -> Tell:
    """Return a voice that says how long it has taken, and the whole address to look at."""
    began = perf_counter()

    def tell(sentence: str, path: str) -> None:
        say(f"{perf_counter() - began:6.1f} s  {sentence}", f"{origin}{path}" if path else "")

    return tell


async def build(stage: Stage) -> None:
    """Build the world; the log of its thousand requests stays silent unless something goes wrong."""
    with _quiet():
        try:
            await building.build(stage)
        finally:
            await stage.troupe.leave()


@contextmanager
def _quiet() -> Iterator[None]:
    spoken = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=spoken)


def welcome(origin: str) -> list[str]:
    """Return the lines that name the address and every account, in columns."""
    rows = [("role", "name", "page to begin with")]
    rows += [(post.role.value, post.login, f"{origin}{post.look}") for post in building.accounts()]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    table = [f"  {role:<{widths[0]}}  {login:<{widths[1]}}  {look}" for role, login, look in rows]
    return [
        "",
        f"A fictional market is open at {origin} (sign in at {origin}/sign-in).",
        f"Every account has the password: {PASSWORD}",
        "Where a code is asked for, the page shows the present one: it is a demonstration.",
        *table,
        "  More: enterprise-02 to enterprise-12, and committees named after the stage of their tender:",
        f"  {', '.join(plan.login for plan in layout.all_plans() if '-' in plan.login)}",
        "",
        f"Tell the whole story against it with `make demo`; verify the log at {origin}/log.",
        "",
    ]
