"""Papers as answers: shown in the browser under their number."""

from litestar.response import Response


def answer(made: bytes, *, number: str) -> Response[bytes]:
    """Return a PDF."""
    return Response(
        made,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{number}.pdf"'},
    )
