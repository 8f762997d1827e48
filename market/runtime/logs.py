"""How this process writes its log: one JSON object a line, for people with ``jq`` and for collectors."""

from typing import Any, TextIO

import msgspec
import structlog


def use(out: TextIO | None = None) -> None:
    """Write to *out*, else to standard output; called once, where a server or a bench starts."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        logger_factory=structlog.WriteLoggerFactory(out),
    )


def _line(event: object, **_: Any) -> str:  # noqa: ANN401 - what json.dumps would take
    return msgspec.json.encode(event, enc_hook=str).decode()
