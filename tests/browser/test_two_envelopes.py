"""Two envelopes sealed and released in the browser, read on the other side."""

import json
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page

from bidding.client import keys, releasing
from bidding.domain.sealed import opening, package, technical, wire
from bidding.domain.sealed.encoding import plain, read
from bidding.domain.sealed.envelope import (
    BidAct,
    Header,
    TenderVersion,
    TwoEnvelopes,
    header_faults,
    shares_digest,
)
from bidding.domain.sealed.frozen_list import ReleaseMessage
from bidding.domain.service import parts
from market.kernel import digest
from tests.browser.modules import run
from tests.browser.test_interoperation import NAME, USCC, a_version, shares_of

pytestmark = pytest.mark.browser

PRICE = 123_456_700


def _version(holders: list[keys.PrivateKeys]) -> TenderVersion:
    two = TwoEnvelopes(technical_points=6_500, threshold_points=3_900)
    return msgspec.structs.replace(a_version(holders), two_envelopes=two)


async def _sealed(page: Page, version: TenderVersion, bidder: keys.PrivateKeys) -> dict[str, Any]:
    answer: dict[str, Any] = await run(
        page,
        """
        const bytes = new Uint8Array(1000).fill(65);
        const pair = await envelope.sealPair({
          target: { tender: it.version.tender, version: it.version, versionDigest: it.digest, lot: "1" },
          bidder: { uscc: it.uscc, name: it.name, recoveryKey: it.recovery,
                    signingKey: codec.unhex(it.signing) },
          offer: { form: "bid/1", price_fen: it.price, terms: { level: 3, project_manager: "PM-0007" },
                   structured: { form: "offer/1", lot: "1",
                                 items: [{ code: "E1-01", level: 3, price_fen: it.price }],
                                 staff: [{ role: "保洁员", count: 3 }], project_manager: "PM-0007",
                                 plan: "二十四小时值守", other_terms: "" } },
          files: [{ name: "plan.txt", media_type: "text/plain", bytes }],
        });
        const shown = ({ ciphertext, ...rest }) => ({ ...rest, ciphertext: codec.hex(ciphertext) });
        return { technical: shown(pair.technical), price: shown(pair.price),
                 version: await codec.digest("version", it.version) };
        """,
        {
            "version": plain(version),
            "digest": version.digest,
            "uscc": USCC,
            "name": NAME,
            "price": PRICE,
            "recovery": bidder.opening_key,
            "signing": bidder.signing,
        },
    )
    assert answer["version"] == version.digest
    return answer


def _opened(sealed: dict[str, Any], holders: list[keys.PrivateKeys]) -> opening.Opened:
    header = read(json.dumps(sealed["header"]).encode(), Header)
    result = opening.open_envelope(
        header=header,
        ciphertext=bytes.fromhex(sealed["ciphertext"]),
        shares=[share for each in shares_of(header, holders[:2]) for share in each.shares],
        released_by=[digest.key_id(own.opening_key) for own in holders[:2]],
        bidder_code=USCC,
    )
    assert result.opened is not None, result.findings
    return result.opened


async def test_both_envelopes_of_the_browser_open_and_only_one_knows_the_price(page: Page) -> None:
    holders, bidder = [keys.make() for _ in range(3)], keys.make()
    version = _version(holders)
    sealed = await _sealed(page, version, bidder)
    for kind in ("technical", "price"):
        header = read(json.dumps(sealed[kind]["header"]).encode(), Header)
        act = read(json.dumps(sealed[kind]["act"]).encode(), BidAct)
        assert header.kind == kind
        assert header_faults(header, version) == []
        assert digest.verify("bid-act", plain(act), sealed[kind]["signature"], bidder.signing_key)
    technical_part, price = _opened(sealed["technical"], holders), _opened(sealed["price"], holders)
    assert (technical_part.opening.readout.price_fen, technical_part.opening.readout.terms) == (None, {})
    assert str(PRICE).encode() not in technical_part.documents
    assert price.opening.readout.price_fen == PRICE
    promised, asked = (
        package.split_documents(technical_part.documents),
        package.split_documents(price.documents),
    )
    assert [item.name for item, _ in promised] == ["offer.json", "plan.txt"]
    assert [item.name for item, _ in asked] == ["offer.json"]
    offer = parts.join(promised[0][1], asked[0][1])
    assert (offer.total_fen, offer.heads, offer.project_manager) == (PRICE, 3, "PM-0007")


async def test_the_browser_releases_no_price_but_over_locked_marks_and_only_of_who_passed(page: Page) -> None:
    holders, bidder = [keys.make() for _ in range(3)], keys.make()
    version = _version(holders)
    pairs = [await _sealed(page, version, bidder) for _ in range(2)]
    headers = [
        read(json.dumps(one[kind]["header"]).encode(), Header)
        for one in pairs
        for kind in one
        if kind != "version"
    ]
    headers.sort(key=lambda header: header.commitment)
    marks = technical.LockedMarks(
        tender=version.tender,
        freeze="0" * 64,
        threshold_points=3_900,
        bids=tuple(
            technical.marked(
                lot="1",
                commitment=one["technical"]["commitment"],
                price=one["price"]["commitment"],
                points=[("plan", got)],
                rejected=False,
                threshold=3_900,
            )
            for one, got in zip(pairs, (3_900, 3_899), strict=True)
        ),
    )
    own = holders[0]
    answer = await run(
        page,
        """
        const held = { opening: it.opening, signing: it.signing };
        const file = { opening_key: it.public };
        const first = await release.makeRelease(it.answer, it.headers, held, file);
        const second = await release.makeRelease(it.answer, it.headers, held, file, it.marks);
        return { first, second };
        """,
        {
            "opening": own.opening,
            "signing": own.signing,
            "public": own.opening_key,
            "headers": [plain(header) for header in headers],
            "marks": plain(marks),
            "answer": {
                "digest": "0" * 64,
                "frozen": {
                    "tender": version.tender,
                    "bids": [{"commitment": header.commitment} for header in headers],
                },
            },
        },
    )
    first, second = (read(json.dumps(answer[name]).encode(), wire.Release) for name in ("first", "second"))
    kinds = {header.commitment: header.kind for header in headers}
    assert [kinds[one.envelope] for one in first.shares] == ["technical", "technical"]
    assert [one.envelope for one in second.shares] == [pairs[0]["price"]["commitment"]]
    assert (first.marks, second.marks) == (msgspec.UNSET, marks.digest)
    passed = next(header for header in headers if header.commitment == second.shares[0].envelope)
    assert second.shares[0] == releasing.open_shares(passed, own, digest.key_id(own.opening_key))
    message = ReleaseMessage(
        tender=second.tender,
        freeze=second.freeze,
        key_id=second.key_id,
        shares_digest=shares_digest(second.shares),
        marks=second.marks,
    )
    assert digest.verify("release", plain(message), second.signature, own.signing_key)
