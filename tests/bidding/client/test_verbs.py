"""The commands, run on files as a bidder, a keyholder and a stranger would run them."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from bidding.client import keys, talking, verbs_bid, verbs_draw, verbs_offer, words
from bidding.client.verbs import VERBS
from bidding.client.verbs_pair import SealedBid
from bidding.domain.sealed import opening, wire
from bidding.domain.sealed.encoding import plain, read, write
from bidding.domain.sealed.frozen_list import Checkpoint
from market.kernel import digest
from market.kernel.errors import FindingsError
from tests import factories_offers as priced
from tests.bidding.client.test_releasing import a_notice
from tests.bidding.transcript_factory import a_story

KEYS, BID, DRAW = VERBS
SECRET = "abandon ability able about above absent absorb abstract"


def run(command: Any, *arguments: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner(env={"MARKET_WORDS": SECRET}).invoke(command, list(arguments), input=typed)
    return done.exit_code, done.output


def recovery(folder: Path, own: keys.PrivateKeys, name: str = "own.json") -> str:
    path = folder / name
    path.write_bytes(write(keys.wrap(own, SECRET, holder="bidder", label="x")))
    return str(path)


def test_new_keys_are_written_only_after_the_words_are_typed_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "draw", lambda _language: SECRET)
    out = tmp_path / "keys.json"
    ask = ("new", "--holder", "keyholder", "--label", "I0", "--out", str(out))
    assert run(KEYS, *ask, typed="other words\n")[0] == 1
    assert not out.exists()
    status, text = run(KEYS, *ask, typed=f"{SECRET}\n")
    assert status == 0
    made = keys.unwrap(keys.read_file(out.read_bytes()), SECRET)
    assert digest.fingerprint(made.opening_key) in text
    assert made.opening not in text
    assert out.stat().st_mode & 0o077 == 0
    assert "exists already" in run(KEYS, *ask, typed=f"{SECRET}\n")[1]


def test_possession_is_proved_for_a_bidder_or_a_keyholder(tmp_path: Path) -> None:
    own = keys.make()
    common = ("prove", "--keys", recovery(tmp_path, own), "--organisation", "7")
    status, text = run(KEYS, *common, "--code", "91110108MA01ABCD5T")
    assert status == 0
    assert json.loads(text)["signing_key"] == own.signing_key
    assert json.loads(run(KEYS, *common, "--institution", "I0")[1])["opening_key"] == own.opening_key
    assert run(KEYS, *common)[0] == 2


def test_a_bid_is_sealed_offline_and_only_for_the_expected_keyholders(tmp_path: Path) -> None:
    story, bidder = a_story(), a_story().live[0].bidder
    notice = tmp_path / "notice.json"
    notice.write_bytes(write(a_notice()))
    offer = tmp_path / "form.json"
    offer.write_bytes(write(priced.an_offer(1_234_500, priced.a_table(), manager="PM-1")))

    def seal(folder: str, *more: str) -> tuple[int, str]:
        said = ("--lot", "1", "--code", bidder.uscc, "--bidder", bidder.name, "--price-fen", "1234500")
        where = ("--notice", str(notice), "--platform-key", story.platform.public)
        own = ("--keys", recovery(tmp_path, bidder.own), "--offer", str(offer), "--terms", '{"years":3}')
        return run(BID, "seal", *own, *where, *said, "--out", str(tmp_path / folder), *more)

    status, text = seal("bid")
    assert status == 0, text
    made = read((tmp_path / "bid" / "bid.json").read_bytes(), SealedBid)
    assert made.header.commitment in text
    assert digest.verify("bid-act", plain(made.act), made.signature, bidder.own.signing_key)
    stored = (tmp_path / "bid" / "envelope.bin").read_bytes()
    opening.check_stored(made.header, stored)
    assert "cannot be made" in seal("bid")[1]
    status, text = seal("other", "--expect-fingerprint", "0" * 64)
    assert status == 1
    assert "notice-refused" in text
    assert not (tmp_path / "other").exists()


def test_an_offer_that_would_cost_the_bid_is_not_sealed_and_every_slip_is_named(tmp_path: Path) -> None:
    story, bidder = a_story(), a_story().live[0].bidder
    notice, offer, table = tmp_path / "notice.json", tmp_path / "form.json", tmp_path / "items.csv"
    notice.write_bytes(write(a_notice()))
    keys_file = recovery(tmp_path, bidder.own)

    def seal(folder: str, file: Path, *more: str) -> tuple[int, str]:
        said = ("--lot", "1", "--code", bidder.uscc, "--bidder", bidder.name, "--price-fen", "1234500")
        where = ("--notice", str(notice), "--platform-key", story.platform.public)
        own = ("--keys", keys_file, "--offer", str(file))
        return run(BID, "seal", *own, *where, *said, "--out", str(tmp_path / folder), *more)

    offer.write_bytes(write(priced.an_offer(1_234_501, priced.a_table(), manager="PM-1")))
    status, text = seal("dear", offer)
    assert (status, "add up to 1234501 fen, the price is 1234500 fen" in text) == (1, True)
    table.write_text("code,level,price_yuan\nE1-01,3,12000.00\nE1-02,3,345\n")
    assert seal("as-csv", table, "--post", "保洁员=3")[0] == 0
    table.write_text("code,level,price_yuan\nE1-01,3,12000.005\nE9-02,3,345\n")
    status, text = seal("bad-csv", table)
    assert status == 1
    assert "line 2" in text
    assert "line 3" in text
    assert not (tmp_path / "bad-csv").exists()


def test_verify_commands_answer_with_their_status(tmp_path: Path) -> None:
    story = a_story()
    transcript, listed, receipt = tmp_path / "t.json", tmp_path / "l.json", tmp_path / "r.jws"
    transcript.write_bytes(write(story.transcript))
    listed.write_bytes(write(story.answer))
    receipt.write_text(story.live[0].receipt)
    known = ("--platform-key", story.platform.public)
    assert run(BID, "verify-opening", str(transcript), *known) == (0, "the opening holds\n")
    for against in (listed, transcript):
        assert run(BID, "verify-receipt", str(receipt), *known, "--list", str(against))[0] == 0
    other = ("--platform-key", story.holders[0].signing_key)
    status, text = run(BID, "verify-opening", str(transcript), *other)
    assert status == 1
    assert "entry-signature at publications.0" in text
    transcript.write_text("{}")
    status, text = run(BID, "verify-opening", str(transcript), *known)
    assert (status, "malformed" in text) == (1, True)


def test_an_upload_is_sent_in_parts_and_carries_no_tender(tmp_path: Path) -> None:
    got: dict[int, bytes] = {}
    seen: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path} {request.headers.get('x-csrftoken', '')}")
        if request.method == "GET":
            return httpx.Response(200, headers={"set-cookie": "csrftoken=abc"}, json={})
        if request.url.path == "/api/uploads":
            return httpx.Response(201, json={"upload": "u1", "size": 0})
        got[int(request.url.params["offset"])] = request.content
        return httpx.Response(200, json={"upload": "u1", "size": sum(map(len, got.values()))})

    path = tmp_path / "envelope.bin"
    path.write_bytes(bytes(range(256)) * (10 << 10))
    with (
        httpx.Client(base_url="http://market.test", transport=httpx.MockTransport(server)) as client,
        path.open("rb") as stream,
    ):
        assert talking.Market(client).upload(stream) == "u1"
    assert b"".join(got[offset] for offset in sorted(got)) == path.read_bytes()
    assert max(map(len, got.values())) <= wire.PART
    assert seen[1:] == ["POST /api/uploads abc", *["PUT /api/uploads/u1 abc"] * 3]


def test_a_server_that_refuses_or_babbles_is_a_typed_error() -> None:
    answers = iter([httpx.Response(409, json={"code": "late"}), httpx.Response(200, json={"size": 1})])
    transport = httpx.MockTransport(lambda _request: next(answers))
    with httpx.Client(base_url="http://market.test", transport=transport) as client:
        market = talking.Market(client)
        with pytest.raises(talking.ServerRefusedError, match="late"):
            market.read("/api/log/checkpoint", Checkpoint)
        with pytest.raises(Exception, match="required field"):
            market.read("/api/log/checkpoint", Checkpoint)


def a_server(seen: list[str]) -> httpx.MockTransport:
    """Answer like a market whose accounts have a second factor; nothing but the draw is found there."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.url.path} {json.loads(request.content or b'{}').get('passcode', '')}".strip())
        if request.url.path == "/api/log/checkpoint":
            return httpx.Response(200, headers={"set-cookie": "csrftoken=abc"}, json={})
        if request.url.path == "/api/sign-in":
            return httpx.Response(200, json={"owed": "code"})
        known = request.url.path == "/api/sign-in/code" or "/draw/" in request.url.path
        return httpx.Response(200 if known else 404, json={})

    return httpx.MockTransport(answer)


def test_acts_of_a_draw_and_a_word_for_a_bid_ask_for_the_code_of_the_second_factor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    client = partial(httpx.Client, base_url="http://market.test", transport=a_server(seen))
    for verbs in (verbs_draw, verbs_bid):
        monkeypatch.setattr(verbs, "connect", lambda _url: client())
    nonce = str(tmp_path / "nonce.json")
    session = ("--url", "http://market.test", "--name", "n", "--password", "p")
    made = ("--tender", "T1", "--round", "1", "--as", "tenderer", "--out", nonce)
    assert run(DRAW, "commit", *session, *made, typed="111111\n")[0] == 0
    assert run(DRAW, "reveal", *session, "--nonce", nonce, typed="222222\n")[0] == 0
    one = a_story().live[0]
    key_id = digest.key_id(one.bidder.own.signing_key)
    made_before = SealedBid(header=one.header, act=one.act, signature=one.signature, key_id=key_id)
    (tmp_path / "bid.json").write_bytes(write(made_before))
    own = ("--keys", recovery(tmp_path, one.bidder.own))
    assert run(BID, "stand", str(tmp_path), *own, *session, typed="333333\n")[0] == 1
    assert [each for each in seen if each.startswith("/api/sign-in/code")] == [
        f"/api/sign-in/code {code}" for code in ("111111", "222222", "333333")
    ]


def test_an_offer_names_the_manager_where_the_read_out_leaves_it_empty(tmp_path: Path) -> None:
    offer = tmp_path / "offer.json"
    offer.write_bytes(write(priced.an_offer(1_234_500, priced.a_table(), manager="PM-1")))
    given = verbs_offer.Given(file=offer, plan=None, posts=(), lot="1", price_fen=1_234_500)
    for empty in ("", "  ", None):
        answers: dict[str, str | int | bool | None] = {"project_manager": empty}
        verbs_offer.prepared(given, answers, None)
        assert answers == {"project_manager": "PM-1"}
    named: dict[str, str | int | bool | None] = {"project_manager": "PM-2"}
    with pytest.raises(FindingsError):
        verbs_offer.prepared(given, named, None)
