"""Piccolo's entry point: the one place that reads ``DATABASE_URL`` at import; it never starts a server."""

import os

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine

UNSET = "postgresql://database-url-is-not-set.invalid/market"
"""A reserved name that resolves nowhere: a query without ``DATABASE_URL`` fails and says why."""


class QuietEngine(PostgresEngine):
    """Piccolo's engine without its round trips at import."""

    async def check_version(self) -> None:
        """Skip the connection: the server's version is checked when the pool opens."""

    async def prep_database(self) -> None:
        """Skip the connection: ``market.runtime.migrations`` creates the extensions."""


DB = QuietEngine(config={"dsn": os.environ.get("DATABASE_URL") or UNSET}, extensions=())

APP_REGISTRY = AppRegistry(
    apps=[
        "market.runtime.piccolo_app",
        "market.parties.piccolo_app",
        "bidding.piccolo_app",
        "credit.piccolo_app",
    ]
)
