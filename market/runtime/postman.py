"""The postman: claims letters one by one, writes them in their reader's language, hands them to the server.

It never runs inside an act's transaction. A server that is down or says "later" loses nothing.
"""

import contextlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

import aiosmtplib
import structlog

from market.runtime import backoff, clock, inbox
from market.runtime.mail import office, queue
from market.runtime.settings import MailSecurity, MailSettings
from market.runtime.web import i18n

PATIENCE = 30.0
"""Seconds for each answer of the mail server."""

_FOR_GOOD = 500

_logger = structlog.get_logger(__name__)


class _LostError(Exception):
    """The server fell silent after it had been given the letter: nobody knows whether it took it."""


async def deliver(wall: datetime | None = None, *, most: int = 100) -> int:
    """Send what waits and return how many letters left; any number of workers may do so at once.

    Args:
        wall: For tests, the instant of all of it. Else each step has its own: with a slow server a hundred
            letters take long enough that others would think the last of them lost.
    """
    server = office.server()
    if server is None:
        return 0
    await queue.sweep(_at(wall))
    sent = 0
    for _ in range(most):
        letter = await queue.claim(_at(wall))
        if letter is None:
            break
        try:
            sent += await _attempt(letter, server, wall)
        except (aiosmtplib.SMTPException, OSError) as failure:  # the server's, not the letter's: all wait
            failed = _at(wall)
            await queue.postpone(letter, wall=failed, error=_reason(failure))
            await queue.hold_all(failed + backoff.delay(letter.failures + 1))
            _logger.warning("mail server not reached", error=type(failure).__name__)
            break
    return sent


def _at(wall: datetime | None) -> datetime:
    return wall or clock.wall_now()


async def _attempt(letter: queue.Letter, server: MailSettings, wall: datetime | None) -> bool:
    """Make one attempt at one letter, settle what the server says of it alone; say whether it left."""
    goes = await _destination(letter)
    if goes is None:
        await queue.settle(letter, queue.Act.DROP, wall=_at(wall))
        return False
    written = await _write(letter, goes, server, _at(wall))
    try:
        await _hand_over(written, goes.address, server)
    except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as failure:
        if failure.code >= _FOR_GOOD:
            await queue.settle(letter, queue.Act.REFUSE, wall=_at(wall), error=_reason(failure))
        else:
            await queue.postpone(letter, wall=_at(wall), error=_reason(failure))
        return False
    except _LostError:
        await queue.settle(letter, queue.Act.LOSE, wall=_at(wall), error="lost")
        return False
    await queue.settle(letter, queue.Act.ACCEPT, wall=_at(wall))
    return True


async def _hand_over(written: EmailMessage, address: str, server: MailSettings) -> None:
    """Give a letter to the server.

    Raises:
        SMTPRecipientRefused, SMTPDataError: The server refuses this letter; the code says for how long.
        SMTPException, OSError: The server itself fails.
        _LostError: It fell silent after the letter had been sent.
    """
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password.value if server.password else None,
        use_tls=server.security is MailSecurity.TLS,
        start_tls=server.security is MailSecurity.STARTTLS,
        timeout=PATIENCE,
    )
    await client.connect()
    try:
        await client.mail(parseaddr(server.sender)[1])
        await client.rcpt(address)
        try:
            await client.data(written.as_bytes())
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as silence:
            raise _LostError from silence
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
    finally:
        client.close()


def _reason(failure: BaseException) -> str:
    """Return kind and code of a failure; the server's words may repeat the address, so they are not kept."""
    kind = type(failure).__name__
    return f"{kind} {failure.code}" if isinstance(failure, aiosmtplib.SMTPResponseException) else kind


async def _destination(letter: queue.Letter) -> office.Destination | None:
    """Return where a letter goes; nothing where its account acts for the body no more or wants none."""
    if letter.message is not None:
        message = await inbox.message(letter.message)
        if letter.account not in await office.recipients(message.organisation, await clock.legal_now()):
            return None
    return await office.destination(letter.account, letter.confirmation)


async def _write(
    letter: queue.Letter, goes: office.Destination, server: MailSettings, wall: datetime
) -> EmailMessage:
    """Build a letter of plain text: what happened, where to read it, and how to get no more of them."""
    if letter.message is None:
        kind, path, said = "confirm", goes.confirm, i18n.text("mail.confirm", {}, locale=goes.locale)
    else:
        message = await inbox.message(letter.message)
        kind, path, said = "message", message.url, inbox.words(message, locale=goes.locale)
    origin = office.origin()
    written = EmailMessage(policy=SMTP)
    written["From"] = server.sender
    written["To"] = goes.address
    written["Subject"] = i18n.text("mail.subject", {"text": " ".join(said.split())}, locale=goes.locale)
    written["Date"] = format_datetime(wall)
    written["Message-ID"] = f"<letter-{letter.id}@{urlsplit(origin).hostname or 'localhost'}>"
    written["Auto-Submitted"] = "auto-generated"
    written["List-Unsubscribe"] = f"<{origin}{goes.stop}>"
    parts = {"text": said, "url": f"{origin}{path}", "stop": f"{origin}{goes.stop}"}
    written.set_content(i18n.text(f"mail.body.{kind}", parts, locale=goes.locale))
    written["Content-Language"] = i18n.TAGS[goes.locale]
    return written
