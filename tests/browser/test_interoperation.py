"""What the browser seals the command line opens, and the other way round."""

import io
import json
from typing import Any

import pytest
from playwright.async_api import Page

from bidding.client import keys, recovering, releasing, sealing, words
from bidding.domain.sealed import opening, package
from bidding.domain.sealed.encoding import plain, plain_list, read
from bidding.domain.sealed.envelope import (
    BidAct,
    EnvelopeShares,
    Header,
    Keyholder,
    TenderVersion,
    header_faults,
)
from market.kernel import digest
from tests.browser.modules import run

pytestmark = pytest.mark.browser

USCC = "91110108MA01ABCD5T"
NAME = "示例物业甲"


def a_version(holders: list[keys.PrivateKeys]) -> TenderVersion:
    return TenderVersion(
        tender="T2027110108O0001",
        version=1,
        deadline="2027-03-01T02:00:00.000000Z",
        minimum_bids=3,
        k=2,
        keyholders=tuple(
            Keyholder(institution=f"I{n}", opening_key=own.opening_key, signing_key=own.signing_key)
            for n, own in enumerate(holders)
        ),
        documents=(),
        lots=("1",),
        profile_version="owner/1",
    )


async def sealed_in_browser(page: Page, version: TenderVersion, bidder: keys.PrivateKeys) -> dict[str, Any]:
    """Seal 2.5 MiB of documents in the page; ciphertext as hex."""
    answer: dict[str, Any] = await run(
        page,
        """
        const bytes = new Uint8Array(2_600_000).fill(65);
        const file = { name: "plan.txt", media_type: "text/plain", bytes };
        const sealed = await envelope.sealBid({
          target: { tender: it.version.tender, version: it.version, versionDigest: it.digest, lot: "1" },
          bidder: { uscc: it.uscc, name: it.name, recoveryKey: it.recovery,
                    signingKey: codec.unhex(it.signing) },
          offer: { form: "bid/1", price_fen: 123456700, terms: { level: 3, project_manager: "PM-0007" },
                   structured: { plan: "二十四小时值守", staff: 12 } },
          files: [file],
        });
        return { ...sealed, ciphertext: codec.hex(sealed.ciphertext) };
        """,
        {
            "version": plain(version),
            "digest": version.digest,
            "uscc": USCC,
            "name": NAME,
            "recovery": bidder.opening_key,
            "signing": bidder.signing,
        },
    )
    return answer


def shares_of(header: Header, holders: list[keys.PrivateKeys]) -> list[EnvelopeShares]:
    return [releasing.open_shares(header, own, digest.key_id(own.opening_key)) for own in holders]


async def test_a_bid_sealed_in_the_browser_opens_by_two_of_three_keyholders(page: Page) -> None:
    holders, bidder = [keys.make() for _ in range(3)], keys.make()
    version = a_version(holders)
    sealed = await sealed_in_browser(page, version, bidder)
    header = read(json.dumps(sealed["header"]).encode(), Header)
    act = read(json.dumps(sealed["act"]).encode(), BidAct)

    assert header.commitment == sealed["commitment"]
    assert header_faults(header, version) == []
    assert digest.verify("bid-act", plain(act), sealed["signature"], bidder.signing_key)
    released = shares_of(header, [holders[0], holders[2]])
    result = opening.open_envelope(
        header=header,
        ciphertext=bytes.fromhex(sealed["ciphertext"]),
        shares=[share for each in released for share in each.shares],
        released_by=[digest.key_id(holders[n].opening_key) for n in (0, 2)],
        bidder_code=USCC,
    )
    assert result.opened is not None
    assert result.opened.opening.readout is not None
    assert result.opened.opening.readout.price_fen == 123456700
    assert result.opened.opening.readout.bidder.name == NAME
    files = package.split_documents(result.opened.documents)
    assert [item.name for item, _ in files] == ["offer.json", "plan.txt"]
    assert json.loads(files[0][1]) == {"plan": "二十四小时值守", "staff": 12}
    assert recovering.recover(header, bidder).commitment == header.commitment


async def test_shares_sealed_by_the_command_line_open_in_the_browser(page: Page) -> None:
    holders, bidder = [keys.make() for _ in range(3)], keys.make()
    offer = sealing.Offer(
        lot="1",
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=USCC, name=NAME),
        price_fen=100,
        terms={},
    )
    version = a_version(holders)
    header = sealing.seal(offer, version=version, recovery_key=bidder.opening_key, out=io.BytesIO())
    own = holders[1]
    opened = await run(
        page,
        """
        const shares = await release.openShares(it.header, it.id, codec.unhex(it.opening));
        const strangers = await release.openShares(it.header, it.id, codec.unhex(it.other));
        const contentKey = await release.recoverContentKey(it.header, codec.unhex(it.recovery));
        return { shares, strangers, contentKey, shares_digest: await codec.digest("shares", shares) };
        """,
        {
            "header": plain(header),
            "id": digest.key_id(own.opening_key),
            "opening": own.opening,
            "other": holders[0].opening,
            "recovery": bidder.opening,
        },
    )
    expected = releasing.open_shares(header, own, digest.key_id(own.opening_key))
    assert opened["shares"] == json.loads(digest.canonical(plain_list(expected.shares)))
    assert [each["share"] for each in opened["strangers"]] == [None, None]
    assert opening.recovers(header, opened["contentKey"])


async def test_a_key_file_of_either_side_unlocks_on_the_other(page: Page) -> None:
    secret = words.draw("chinese_simplified")
    own = keys.make()
    file = keys.wrap(own, secret, holder="bidder", label=NAME)
    answer = await run(
        page,
        """
        const unlocked = await keys.unwrap(it.file, it.words);
        const wrong = await keys.unwrap(it.file, it.words + " 一").catch((problem) => problem.message);
        const made = await keys.makeKeys();
        const words = keys.drawWords(it.list);
        return { unlocked, wrong, words, file: await keys.wrap(made, words, "keyholder", "见证人") };
        """,
        {"file": plain(file), "words": secret, "list": list(words.word_list("english"))},
    )
    assert answer["unlocked"] == plain(own)
    assert answer["wrong"] == "wrong-words"
    assert words.known(answer["words"])
    made = keys.unwrap(keys.read_file(json.dumps(answer["file"]).encode()), answer["words"])
    assert made.opening_key == answer["file"]["opening_key"]


async def test_a_rehearsal_made_in_the_browser_is_answered_by_the_command_line(page: Page) -> None:
    holders = [keys.make() for _ in range(3)]
    version = a_version(holders)
    made = await run(
        page,
        """
        const target = { tender: it.version.tender, version: it.version, versionDigest: it.digest, lot: "1" };
        const header = await envelope.sealRehearsal(target);
        const answer = await release.answerRehearsal(it.version.tender, header, it.own, it.file);
        return { header, answer };
        """,
        {
            "version": plain(version),
            "digest": version.digest,
            "own": plain(holders[2]),
            "file": {"opening_key": holders[2].opening_key},
        },
    )
    header = read(json.dumps(made["header"]).encode(), Header)
    assert header_faults(header, version) == []
    assert shares_of(header, [holders[2]])[0] == read(
        json.dumps(made["answer"]["shares"]).encode(), EnvelopeShares
    )


async def test_two_sealings_of_one_form_share_no_secret_no_id_and_no_chunk(page: Page) -> None:
    holders, bidder = [keys.make() for _ in range(3)], keys.make()
    version = a_version(holders)
    first, second = [await sealed_in_browser(page, version, bidder) for _ in range(2)]

    def values(sealed: dict[str, Any]) -> set[str]:
        header = sealed["header"]
        shares = {share[name] for share in header["shares"] for name in ("sealed", "digest")}
        names = ("envelope_id", "bidder_tag", "key_commitment", "payload_digest", "ciphertext_digest")
        text = sealed["ciphertext"]
        chunks = {text[at : at + 64] for at in range(0, len(text), 2 * (1024 * 1024 + 16))}
        return shares | {header[name] for name in names} | {header["recovery"]["sealed"]} | chunks

    assert values(first).isdisjoint(values(second))
