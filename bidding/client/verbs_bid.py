"""``market bid``: seal, submit, withdraw, recover, and the two verifications."""

from pathlib import Path

import click
import msgspec

from bidding.client import (
    noticing,
    offering,
    pairing,
    recovering,
    sealing,
    talking,
    verbs_offer,
    verbs_pair,
    verifying,
)
from bidding.client.mismatch import Mismatch
from bidding.client.terminal import (
    FILE,
    Refusing,
    connect,
    keep,
    keys_option,
    new_folder,
    passcode,
    read_as,
    session_options,
    trust,
    trusted_option,
    unlocked,
    words_option,
)
from bidding.client.verbs_pair import BID, ENVELOPE, SealedBid
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import load, read, shape
from bidding.domain.sealed.envelope import PAIR
from bidding.domain.sealed.transcript import Transcript
from market.kernel import digest

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
RECEIPT = "receipt.jws"


@click.group()
def bid() -> None:
    """A bid on the bidder's machine: seal, submit, withdraw, verify."""


bid.add_command(verbs_offer.offer_template)


@bid.command(cls=Refusing)
@keys_option
@words_option
@click.option("--notice", type=FILE, help="The notice as a file; else --url and --tender.")
@click.option("--url")
@click.option("--tender")
@trusted_option(required=False)
@click.option("--expect-fingerprint", "expected", multiple=True, help="From the printed notice; all of them.")
@click.option("--lot", required=True)
@click.option("--code", required=True, help="Your social credit code.")
@click.option("--bidder", "title", required=True, help="Your name as registered.")
@click.option("--price-fen", type=click.IntRange(min=1), required=True)
@click.option("--terms", default="{}", help="The answers the form asks for, as a JSON object.")
@click.option("--offer", type=FILE, help="The structured offer: JSON, or a CSV of the items.")
@click.option("--plan", type=FILE, help="The plan as a text file, when the offer is a CSV.")
@click.option("--post", "posts", multiple=True, help="ROLE=COUNT, when the offer is a CSV; several.")
@click.option("--file", "files", type=FILE, multiple=True)
@click.option("--supersedes", multiple=True, help="What it replaces; of two envelopes both, the price last.")
@click.option("--out", type=click.Path(exists=False, path_type=Path), required=True, help="A new folder.")
def seal(  # noqa: PLR0913 - one parameter for each option
    *,
    recovery: Path,
    words: str,
    notice: Path | None,
    url: str | None,
    tender: str | None,
    trusted: tuple[str, ...],
    expected: tuple[str, ...],
    lot: str,
    code: str,
    title: str,
    price_fen: int,
    terms: str,
    offer: Path | None,
    plan: Path | None,
    posts: tuple[str, ...],
    files: tuple[Path, ...],
    supersedes: tuple[str, ...],
    out: Path,
) -> None:
    """Seal a bid into a new folder. Everything is drawn anew each time; nothing is sent."""
    own = unlocked(recovery, words)
    shown, known = verbs_offer.notice_of(notice, url, tender, trusted)
    version = noticing.check(read(shown, wire.Notice), known, expected=expected)
    for institution, fingerprint in noticing.fingerprints(version).items():
        click.echo(f"{institution}: {fingerprint}")
    answers = shape(load(terms.encode()), dict[str, str | int | bool | None])
    asked = offering.tables(shown, version).get(lot)
    made = None
    if offer is not None:
        given = verbs_offer.Given(file=offer, plan=plan, posts=posts, lot=lot, price_fen=price_fen)
        made = verbs_offer.prepared(given, answers, asked)
    elif asked is not None:
        raise click.UsageError("this lot is priced item by item: give --offer (market bid offer-template)")
    said = pairing.Said(
        lot=lot,
        bidder=package.Bidder(uscc=code, name=title),
        price_fen=price_fen,
        terms=answers,
        offer=made,
        files=[sealing.file_of(path, media_type="application/octet-stream") for path in files],
    )
    if version.kinds == PAIR:
        said = msgspec.structs.replace(said, supersedes=verbs_pair.superseded(supersedes))
        verbs_pair.seal(said, own, version, out)
        return
    if len(supersedes) > 1:
        raise click.UsageError("this tender takes one envelope: name one that it replaces")
    single = pairing.single(said, supersedes[0] if supersedes else None)
    new_folder(out)
    with (out / ENVELOPE).open("xb") as stream:
        header = sealing.seal(single, version=version, recovery_key=own.opening_key, out=stream)
    verbs_pair.keep_signed(header, own, out)


@bid.command(cls=Refusing)
@click.argument("folder", type=FOLDER)
@session_options
def submit(*, folder: Path, url: str, name: str, mandate: int | None, password: str) -> None:
    """Upload a sealed bid and keep the receipt beside it; of two envelopes both, in one act."""
    if verbs_pair.is_pair(folder):
        verbs_pair.read_pair(folder)
        with connect(url) as client:
            market = talking.Market(client, passcode)
            market.sign_in(name, password, mandate)
            _both(verbs_pair.submit(folder, market), folder, RECEIPT)
        return
    made = read_as(folder / BID, SealedBid)
    with connect(url) as client, (folder / ENVELOPE).open("rb") as stream:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        body = wire.SubmitEnvelope(
            upload=market.upload(stream),
            header=made.header,
            act=made.act,
            signature=made.signature,
            key_id=made.key_id,
        )
        _answered(market.post("/api/envelopes", body, wire.BidAnswer), folder, RECEIPT)


@bid.command(cls=Refusing)
@click.argument("folder", type=FOLDER)
@keys_option
@words_option
@session_options
def withdraw(
    *, folder: Path, recovery: Path, words: str, url: str, name: str, mandate: int | None, password: str
) -> None:
    """Withdraw a sealed bid; nothing is revived by it."""
    own = unlocked(recovery, words)
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        if verbs_pair.is_pair(folder):
            _both(verbs_pair.withdraw(folder, own, market), folder, "withdrawal.jws")
            return
        made = read_as(folder / BID, SealedBid)
        act, signature = sealing.sign_withdrawal(made.header, own.signing_private)
        body = wire.WithdrawEnvelope(act=act, signature=signature, key_id=digest.key_id(own.signing_key))
        answer = market.post("/api/envelopes/withdrawals", body, wire.BidAnswer)
        _answered(answer, folder, "withdrawal.jws")


@bid.command(cls=Refusing)
@click.argument("folder", type=FOLDER)
@keys_option
@words_option
@trusted_option(required=False)
@session_options
def stand(
    *,
    folder: Path,
    recovery: Path,
    words: str,
    trusted: tuple[str, ...],
    url: str,
    name: str,
    mandate: int | None,
    password: str,
) -> None:
    """Let a sealed bid stand for the amended tender, after checking that the log holds its version."""
    pair = verbs_pair.is_pair(folder)
    made = verbs_pair.read_pair(folder)[0] if pair else read_as(folder / BID, SealedBid)
    own = unlocked(recovery, words)
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        notice = market.read(f"/api/tenders/{made.header.tender}", wire.Notice)
        version = noticing.check(notice, trust(market, trusted))
        if pair:
            answers = verbs_pair.stand(folder, version.digest, own, market)
            _both(answers, folder, f"stands-{version.version}.jws")
            return
        act, signature = sealing.sign_stand(made.header, version.digest, own.signing_private)
        body = wire.StandEnvelope(act=act, signature=signature, key_id=digest.key_id(own.signing_key))
        answer = market.post("/api/envelopes/standings", body, wire.BidAnswer)
        _answered(answer, folder, f"stands-{version.version}.jws")


@bid.command(cls=Refusing)
@click.argument("folder", type=FOLDER)
@keys_option
@words_option
@session_options
def recover(
    *, folder: Path, recovery: Path, words: str, url: str, name: str, mandate: int | None, password: str
) -> None:
    """Release the content key of your own bid, when the keyholders cannot open it.

    Of a bid in two envelopes the folder is that of the one envelope which does not open.
    """
    made, own = read_as(folder / BID, SealedBid), unlocked(recovery, words)
    body = recovering.recover(made.header, own)
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        market.post("/api/recoveries", body)
    click.echo("the content key is released")


def _both(answer: wire.PairAnswer | None, folder: Path, name: str) -> None:
    """Keep both words of the platform; both are receipts, or both refusals."""
    if answer is None:
        raise click.ClickException("the server said nothing")
    for kind, each in zip(PAIR, (answer.technical, answer.price), strict=True):
        if each.outcome == "receipt":
            keep(folder / kind / name, each.token.encode())
            click.echo(f"receipt kept in {folder / kind / name}")
        else:
            keep(
                folder / kind / f"refusal-{digest.h('file', each.token.encode())[:8]}.jws",
                each.token.encode(),
            )
    if answer.technical.outcome == "refusal":
        raise click.ClickException("refused; the signed refusals are in the folder")


def _answered(answer: wire.BidAnswer | None, folder: Path, name: str) -> None:
    """Keep the platform's word; a refusal ends with status 1."""
    if answer is None:
        raise click.ClickException("the server said nothing")
    if answer.outcome == "refusal":
        keep(folder / f"refusal-{digest.h('file', answer.token.encode())[:8]}.jws", answer.token.encode())
        raise click.ClickException("refused; the signed refusal is in the folder")
    keep(folder / name, answer.token.encode())
    click.echo(f"receipt kept in {folder / name}")


@bid.command("verify-receipt", cls=Refusing)
@click.argument("receipt", type=FILE)
@trusted_option(required=True)
@click.option("--list", "listed", type=FILE, required=True, help="The frozen list or the transcript.")
def verify_receipt(*, receipt: Path, trusted: tuple[str, ...], listed: Path) -> None:
    """Check a receipt, and that the frozen list honours it."""
    whole = load(listed.read_bytes())
    is_transcript = isinstance(whole, dict) and "form" in whole
    answer = shape(whole, Transcript) if is_transcript else shape(whole, wire.FrozenListAnswer)
    _report(
        verifying.verify_receipt(_token(receipt), verifying.keys_of(trusted), answer), "the list honours it"
    )


def _token(receipt: Path) -> str:
    """Return the signed receipt, from the file kept here or from the one the browser saved."""
    text = receipt.read_text().strip()
    if not text.startswith("{"):
        return text
    saved = load(text.encode())
    return str(saved.get("token", "")) if isinstance(saved, dict) else ""


@bid.command("verify-opening", cls=Refusing)
@click.argument("file", type=FILE)
@trusted_option(required=True)
def verify_opening(*, file: Path, trusted: tuple[str, ...]) -> None:
    """Check a whole opening offline, against platform keys given from outside."""
    transcript = read(file.read_bytes(), Transcript)
    _report(verifying.verify_opening(transcript, verifying.keys_of(trusted)), "the opening holds")


def _report(found: list[Mismatch], sound: str) -> None:
    for mismatch in found:
        click.echo(f"{mismatch.code} at {mismatch.where}")
    if found:
        raise SystemExit(1)
    click.echo(sound)
