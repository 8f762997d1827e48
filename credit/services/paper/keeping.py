"""A paper is kept in the transaction of its act: values, form and digest; the act's entry names the row."""

from datetime import datetime

import msgspec

from contracts_templates import stamp
from contracts_templates.entry import Form
from credit.domain.citation import cite
from credit.domain.rule_set import RuleSet
from credit.paper_tables import PaperRow
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database


class Kept(msgspec.Struct, frozen=True):
    """A kept paper's number and digest, and its row for the act's entry."""

    number: str
    digest: str
    row: audit.Changed


async def keep(
    form: Form,
    content: msgspec.Struct,
    *,
    record_id: int | None = None,
    entry_id: int | None = None,
    by: Actor,
    now: datetime,
) -> Kept:
    """Keep a paper of a record or of an exit-list case."""
    number = str(getattr(content, "number"))  # noqa: B009 - every paper has one
    made = stamp.content_digest(form, content)
    with database.translated():
        rows = await PaperRow.insert(
            PaperRow(
                form=form.name,
                record=record_id,
                list_entry=entry_id,
                number=number,
                content=msgspec.json.encode(content).decode(),
                digest=made,
                made_at=now,
                made_by=by.name,
            )
        )
    return Kept(number, made, audit.row(PaperRow, int(rows[0]["id"])))


async def issuer(by: Actor, path: tuple[str, ...]) -> str:
    """Return the authority a paper is from: the actor's, or the city's where the clock acts."""
    if by.organisation is not None:
        return (await parties.organisation(by.organisation)).name
    return next((one.name for one in await parties.authorities_over(path[:1])), "")


def cited(text: str, *, rules: RuleSet) -> str:
    """Return a basis as an official paper cites it."""
    return cite(text, titles={one.key: one.title_zh for one in rules.sources})
