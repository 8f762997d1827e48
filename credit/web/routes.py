"""What every route of this wing carries, and the answers of acts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from litestar import Request, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.services.papers import KINDS, LIMIT
from market.kernel.actor import PUBLIC_READ, Actor
from market.runtime.web import attachments

Asked = Request[Any, Any, Any]
T = TypeVar("T", bound=msgspec.Struct)


class Empty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An act that needs no words."""


class Created(msgspec.Struct, frozen=True):
    """The number a new record bears."""

    id: int


class Done(msgspec.Struct, frozen=True):
    """An act that leaves nothing to say."""

    done: bool = True


def opt(act: Act) -> dict[str, object]:
    """Return a route's options: the act it is for and who may."""
    return {"permission": PERMISSIONS[act], "act": act.value}


async def decode(request: Asked, struct: type[T], *, papers: Mapping[str, str]) -> T:
    """Return a body; papers sent with a page's form are kept, and their digests stand in its fields."""
    return await attachments.decode_with_files(request, struct, into=papers, limit=LIMIT, kinds=KINDS)


def open_to_all(act: Act) -> dict[str, object]:
    """Return the options of a page everybody may ask for; what it shows is decided record by record."""
    return {"permission": PUBLIC_READ, "act": act.value}


def see(path: str) -> Redirect:
    """Send the reader on after an act."""
    return Redirect(path, status_code=303)


class Step(msgspec.Struct, frozen=True):
    """One act on a record that exists: the last part of its address, who may, what it calls, what it reads.

    Attributes:
        arguments: Turns the body into the act's arguments; by default field by field.
        papers: File of the page's form -> field that takes its digest, where the act rests on papers.
    """

    name: str
    act: Act
    call: Callable[..., Awaitable[object]]
    body: type[msgspec.Struct] = Empty
    arguments: Callable[[Any], dict[str, Any]] = msgspec.structs.asdict
    papers: Mapping[str, str] = {}


def steps(table: Sequence[Step], *, key: str, page: str, api: str) -> list[Any]:
    """Return one page route and one JSON route for each step.

    Args:
        key: Name of the act's argument that takes the number in the address.
        page: Address of the pages; a step's page sends the reader back to ``<page>/<number>``.
        api: Address of the JSON interface.
    """
    return [route for step in table for route in _routes(step, key=key, page=page, api=api)]


def _routes(step: Step, *, key: str, page: str, api: str) -> list[Any]:
    slug = step.act.value.replace(":", "-")

    async def run(request: Asked, number: int, actor: Actor, now: datetime) -> None:
        body = await decode(request, step.body, papers=step.papers)
        await step.call(**{key: number}, **step.arguments(body), by=actor, now=now)

    async def on_page(request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        await run(request, number, actor, now)
        return see(f"{page}/{number}")

    async def on_api(request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        await run(request, number, actor, now)
        return Done()

    address = f"{{number:int}}/{step.name}"
    says = {**opt(step.act), "body": step.body}
    size = LIMIT * len(step.papers) + (1 << 20)
    hidden = post(
        f"{page}/{address}",
        opt=says,
        include_in_schema=False,
        name=f"page-{slug}",
        request_max_body_size=size,
    )
    shown = post(
        f"{api}/{address}",
        opt=says,
        status_code=HTTP_200_OK,
        name=f"api-{slug}",
        operation_id=slug,
        summary=step.act.value,
        tags=["credit"],
    )
    return [hidden(on_page), shown(on_api)]
