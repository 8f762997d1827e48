"""A keyholder signs only a list that the public log holds, and releases shares of nothing else."""

from typing import Any

import msgspec
import pytest

from bidding.client import keys, noticing, releasing
from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import shares_digest
from market.kernel import digest
from tests.bidding.transcript_factory import DEADLINE, EARLIER, a_story, a_version


def test_a_release_signs_the_list_and_opens_every_envelope_on_it() -> None:
    story = a_story()
    own, headers = story.holders[2], [sent.header for sent in story.live]
    body = releasing.release(story.answer, headers, own, keys=story.keys)
    message = {
        "tender": body.tender,
        "freeze": story.answer.digest,
        "key_id": digest.key_id(own.opening_key),
        "shares_digest": shares_digest(body.shares),
    }
    assert digest.verify("release", message, body.signature, own.signing_key)
    assert [group.envelope for group in body.shares] == [header.commitment for header in headers]
    assert all(share.share for group in body.shares for share in group.shares)


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        ({"digest": "0" * 64}, "list-digest"),
        ({"consistency": ("0" * 64,)}, "consistency"),
        ({"version": a_version([keys.make() for _ in range(3)])}, "version"),
    ],
)
def test_a_list_that_does_not_hold_is_not_signed(bent: dict[str, Any], code: str) -> None:
    story = a_story()
    answer = msgspec.structs.replace(story.answer, **bent)
    with pytest.raises(releasing.ListRefusedError) as refused:
        releasing.release(answer, [s.header for s in story.live], story.holders[0], keys=story.keys)
    assert code in str(refused.value.context["faults"])


def test_a_list_with_a_dropped_bid_or_another_header_is_not_signed() -> None:
    story = a_story()
    headers = [sent.header for sent in story.live]
    frozen = msgspec.structs.replace(story.answer.frozen, bids=story.answer.frozen.bids[1:])
    shorter = msgspec.structs.replace(story.answer, frozen=frozen, digest=frozen.digest)
    faults = releasing.list_problems(shorter, story.keys)
    assert faults == ["list-not-logged"]
    assert releasing.header_problems(story.answer, headers[1:]) == ["headers"]
    assert releasing.header_problems(story.answer, headers[::-1]) == ["headers"]


def test_a_log_that_was_rewritten_since_the_last_visit_is_noticed() -> None:
    story = a_story()
    seen = story.answer.frozen.checkpoint
    path = story.answer.consistency
    assert releasing.list_problems(story.answer, story.keys, seen=seen, path=path) == []
    other = msgspec.structs.replace(seen, root="1" * 64)
    assert releasing.list_problems(story.answer, story.keys, seen=other, path=path) == ["seen"]


def test_a_stranger_cannot_release() -> None:
    story = a_story()
    headers = [sent.header for sent in story.live]
    with pytest.raises(releasing.NotAKeyholderError):
        releasing.release(story.answer, headers, keys.make(), keys=story.keys)


def test_every_keyholder_of_a_draft_answers_the_rehearsal() -> None:
    story = a_story()
    version = story.versions[-1]
    made = releasing.make_rehearsal(version)
    asked = wire.Rehearsal(version=version, header=made.header, answered=())
    for own in story.holders:
        answer = releasing.answer_rehearsal(asked, own)
        message = wire.rehearsal_message(
            tender=made.tender,
            envelope=made.header.commitment,
            key_id=answer.key_id,
            shares_digest=shares_digest((answer.shares,)),
        )
        assert digest.verify("rehearsal", message, answer.signature, own.signing_key)
        wanted = {(s.subset, s.digest) for s in made.header.shares if s.key_id == answer.key_id}
        shown = {
            (s.subset, digest.h("share-digest", bytes.fromhex(str(s.share)))) for s in answer.shares.shares
        }
        assert shown == wanted
    with pytest.raises(releasing.ListRefusedError):
        releasing.answer_rehearsal(msgspec.structs.replace(asked, header=None), story.holders[0])


def a_notice(**bent: object) -> wire.Notice:
    story = a_story()
    publication = story.transcript.publications[-1]
    notice = wire.Notice(
        number="T-2027-001",
        title="示例小区",
        stage="bidding",
        version=publication.version,
        version_digest=publication.version.digest,
        proof=publication.proof,
        checkpoint=story.transcript.checkpoint,
        platform_key_id=story.platform.key_id,
    )
    return msgspec.structs.replace(notice, **bent)


def test_a_bidder_seals_only_for_the_logged_keyholders() -> None:
    story = a_story()
    printed = list(noticing.fingerprints(story.versions[-1]).values())
    assert noticing.check(a_notice(), story.keys, expected=printed) == story.versions[-1]
    other = a_version([keys.make(), *story.holders[1:]], number=2)
    undated = msgspec.structs.replace(story.transcript.checkpoint, at=EARLIER)
    for bent, code in (
        ({"proof": None}, "not-logged"),
        ({"version": other, "version_digest": other.digest}, "subject"),
        ({"version_digest": "0" * 64}, "version-digest"),
        (
            {"checkpoint": undated},
            "checkpoint-signature",
        ),
    ):
        with pytest.raises(noticing.NoticeRefusedError) as refused:
            noticing.check(a_notice(**bent), story.keys)
        assert code in str(refused.value.context["faults"])
    with pytest.raises(noticing.NoticeRefusedError):
        noticing.check(a_notice(), story.keys, expected=printed[:2])
    assert plain(a_notice().version)["deadline"] == DEADLINE
