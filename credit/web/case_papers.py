"""Kept papers of records and exit-list cases: signed PDF and JSON twin, for those they concern."""

from typing import Any

from litestar import Controller, get
from litestar.response import Response

from credit.domain.act import Act
from credit.queries.paper import papers
from credit.web.printing import printed
from credit.web.routes import open_to_all
from market.kernel.actor import Actor


class PaperPages(Controller):
    """Papers for people."""

    include_in_schema = False

    @get("/credit/papers/{number:str}/pdf", opt=open_to_all(Act.SCORE_READ))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Print a paper; its code leads to the page that finds its digest in the log."""
        found = await papers.paper(number, actor=actor)
        form, content = papers.merged(found)
        return await printed(form, content, number=found.number, digest=found.digest)


class PaperApi(Controller):
    """Papers for programs."""

    tags = ["credit"]

    @get("/api/credit/papers/{number:str}", opt=open_to_all(Act.SCORE_READ), operation_id="credit-paper-show")
    async def show(self, number: str, actor: Actor) -> papers.Paper:
        """Return what stands in a paper, with its form and the digest of both."""
        return await papers.paper(number, actor=actor)


ROUTES: list[Any] = [PaperPages, PaperApi]
