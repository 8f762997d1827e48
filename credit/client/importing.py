"""``market credit import`` and ``digest``: the acts of the pages, by HTTP; a session, a file, an answer."""

from pathlib import Path
from typing import Any

import click
import httpx

from market.kernel.digest import h

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CSRF = "csrftoken"


@click.command(name="digest")
@click.argument("files", type=FILE, nargs=-1, required=True)
def digest(*, files: tuple[Path, ...]) -> None:
    """Print the digest each of FILES is known by: what a row names as its document's file."""
    for file in files:
        click.echo(f"{h('file', file.read_bytes())}  {file.name}")


@click.command(name="import")
@click.argument("file", type=FILE)
@click.option("--url", required=True, help="Address of the market.")
@click.option("--name", required=True, help="Name of the account.")
@click.option("--mandate", type=int, default=None)
@click.option("--password", envvar="MARKET_PASSWORD", prompt=True, hide_input=True)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; name what is wrong.")
@click.option("--submit", is_flag=True, help="Submit the drafts at once.")
@click.option("--cases", is_flag=True, help="The file holds 12345 cases.")
def bring(
    *,
    file: Path,
    url: str,
    name: str,
    mandate: int | None,
    password: str,
    only_check: bool,
    submit: bool,
    cases: bool,
) -> None:
    """Check a FILE of records or cases, and take it over when nothing is wrong."""
    data = file.read_bytes()
    address = f"/api/credit/{'cases' if cases else 'record-imports'}"
    with httpx.Client(base_url=url, timeout=600) as client:
        _sign_in(client, name=name, password=password, mandate=mandate)
        checked = _post(client, f"{address}/check", content=data)
        _tell(checked)
        if checked["findings"]["count"]:
            raise click.ClickException(f"{checked['findings']['count']} findings; nothing was written")
        if only_check:
            return
        query = {"checked": checked["digest"], **({"submit": "true"} if submit and not cases else {})}
        done = _post(client, address, content=data, params=query)
    click.echo(f"taken over: {done['taken']}; stood already: {len(done['known'])}; batch {done['batch']}")


def _tell(checked: dict[str, Any]) -> None:
    click.echo(f"{checked['rows']} rows, {checked['new']} new; digest {checked['digest']}")
    for finding in checked["findings"]["listed"]:
        source = f" [{finding['source']}]" if finding.get("source") else ""
        click.echo(f"{finding.get('field', '')}: {finding['detail']}{source}", err=True)
    for line, why in checked.get("unlinked", ()):
        click.echo(f"row {line}: not linked, {why}", err=True)


def _sign_in(client: httpx.Client, *, name: str, password: str, mandate: int | None) -> None:
    body = {"login": name, "password": password, "mandate": mandate}
    owed = _post(client, "/api/sign-in", json=body).get("owed")
    if owed == "enrol":
        raise click.ClickException("enrol the second factor in a browser first, at /second-factor")
    if owed == "code":
        code = str(click.prompt("Code of your authenticator, or a recovery code"))
        _post(client, "/api/sign-in/code", json={"passcode": code})


def _post(client: httpx.Client, address: str, **sent: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own
    if CSRF not in client.cookies:
        client.get("/api/log/checkpoint")
    try:
        answer = client.post(address, headers={"x-csrftoken": client.cookies.get(CSRF) or ""}, **sent)
    except httpx.HTTPError as problem:
        raise click.ClickException(f"no answer: {problem}") from problem
    if not answer.is_success:
        raise click.ClickException(f"{answer.status_code} {answer.text[:500]}")
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found
