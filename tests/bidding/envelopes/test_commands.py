"""A bid in two envelopes on the command line: two folders in one, sealed, signed, and sent together."""

from pathlib import Path

import msgspec
import pytest

from bidding.client import noticing, verbs_pair
from bidding.domain.sealed import opening
from bidding.domain.sealed.encoding import plain, write
from bidding.domain.sealed.envelope import TwoEnvelopes
from market.kernel import digest
from tests import factories_offers as priced
from tests.bidding.client.test_releasing import a_notice
from tests.bidding.client.test_verbs import BID, recovery, run
from tests.bidding.transcript_factory import a_story


def _sealed(folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, str]:
    story, bidder = a_story(), a_story().live[0].bidder
    notice = a_notice()
    two = msgspec.structs.replace(
        notice.version, two_envelopes=TwoEnvelopes(technical_points=6_500, threshold_points=3_900)
    )
    monkeypatch.setattr(noticing, "check", lambda *_, **__: two)
    (folder / "notice.json").write_bytes(write(notice))
    (folder / "form.json").write_bytes(write(priced.an_offer(1_234_500, priced.a_table(), manager="PM-1")))
    said = ("--lot", "1", "--code", bidder.uscc, "--bidder", bidder.name, "--price-fen", "1234500")
    where = ("--notice", str(folder / "notice.json"), "--platform-key", story.platform.public)
    own = ("--keys", recovery(folder, bidder.own), "--offer", str(folder / "form.json"))
    return run(BID, "seal", *own, *where, *said, "--out", str(folder / "bid"), *more)


def test_two_envelopes_are_sealed_into_two_folders_each_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, text = _sealed(tmp_path, monkeypatch)
    assert status == 0, text
    signer = a_story().live[0].bidder.own.signing_key
    halves = verbs_pair.read_pair(tmp_path / "bid")
    for kind, made in zip(("technical", "price"), halves, strict=True):
        assert made.header.kind == kind
        assert made.header.commitment in text
        assert digest.verify("bid-act", plain(made.act), made.signature, signer)
        opening.check_stored(made.header, (tmp_path / "bid" / kind / "envelope.bin").read_bytes())
    (tmp_path / "bid" / "price" / "bid.json").unlink()
    with pytest.raises(verbs_pair.HalfBidError):
        verbs_pair.read_pair(tmp_path / "bid")


def test_who_replaces_two_envelopes_names_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, text = _sealed(tmp_path, monkeypatch, "--supersedes", "1" * 64)
    assert (status, "name both envelopes" in text) == (2, True)
    assert not (tmp_path / "bid").exists()
    assert _sealed(tmp_path, monkeypatch, "--supersedes", "1" * 64, "--supersedes", "2" * 64)[0] == 0
    technical, price = verbs_pair.read_pair(tmp_path / "bid")
    assert (technical.header.supersedes, price.header.supersedes) == ("1" * 64, "2" * 64)
    assert {technical.act.action, price.act.action} == {"replace"}
