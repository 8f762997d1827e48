"""A real mail server on this machine, which remembers letters and refuses what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

from market.runtime.settings import MailSecurity, MailSettings


class Post:
    """What the server took, and how it answers.

    Attributes:
        at_recipient: Answer to each RCPT instead of 250; empty to take it.
        at_data: Answer to the letter itself instead of 250; empty to take it.
        drop: Hang up after the letter was read, before an answer.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.at_recipient = ""
        self.at_data = ""
        self.drop = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - the library's names
        """Answer RCPT."""
        del server, session, options
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's names
        """Answer DATA."""
        del session
        if self.at_data:
            return self.at_data
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        if self.drop:
            server.transport.abort()
        return "250 OK"

    def text(self, number: int = -1) -> str:
        """Return the text of a letter."""
        return str(self.letters[number].get_content())


@asynccontextmanager
async def serving(post: Post) -> AsyncIterator[MailSettings]:
    """Serve on a free port of this machine."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield settings_of(port)
    finally:
        server.close()
        await server.wait_closed()


def settings_of(port: int) -> MailSettings:
    """Return settings for a server on this machine."""
    return MailSettings(
        host="127.0.0.1",
        port=port,
        security=MailSecurity.NONE,
        user="",
        password=None,
        sender="Market <post@market.example>",
    )
