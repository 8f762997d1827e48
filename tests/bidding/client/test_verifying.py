"""A real transcript passes both verifiers; each of its corruptions is named by both."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bidding.client import verifying
from bidding.domain.sealed import transcript as tr
from bidding.domain.sealed.encoding import MalformedError, plain, read, shape, write
from market.kernel import digest
from tests.bidding.scripts import SCRIPT, find_with_script, load_script, run_script
from tests.bidding.transcript_factory import AFTER, a_story

J = dict[str, Any]
MODULE = load_script()


def whole() -> J:
    return json.loads(write(a_story().transcript))  # type: ignore[no-any-return]


def ours(value: object) -> list[str]:
    try:
        found = verifying.verify_opening(shape(value, tr.Transcript), a_story().keys)
    except MalformedError as problem:
        return [f"malformed: {problem}"]
    return [f"{mismatch.code} at {mismatch.where}" for mismatch in found]


def theirs(value: J) -> list[str]:
    return find_with_script(MODULE, value, a_story().platform.public)


def at(value: Any, path: str) -> tuple[Any, Any]:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        value = value[step]
    return value, last


def turned(value: object) -> object:
    """Return a value of the same kind that differs."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("1" if value.endswith("0") else "0")
    if isinstance(value, list):
        return value[:-1]
    return "0" * 64 if value is None else None


FORTY = [
    "tender",
    "form",
    "publications.0.version.deadline",
    "publications.1.version.minimum_bids",
    "publications.1.version.k",
    "publications.1.version.keyholders.0.opening_key",
    "publications.1.version.keyholders.1.signing_key",
    "publications.1.proof.leaf.signature",
    "publications.1.proof.position",
    "frozen.tender",
    "frozen.deadline",
    "frozen.refusals",
    "frozen.bids.0.commitment",
    "frozen.bids.1.position",
    "frozen.bids",
    "frozen.not_opened",
    "frozen.checkpoint.root",
    "frozen.checkpoint.signature",
    "freeze_proof.path.0",
    "freeze_proof.leaf.entry.at",
    "bids.0.header.envelope_id",
    "bids.0.header.shares.0.digest",
    "bids.0.header.shares.1.sealed",
    "bids.1.header.payload_digest",
    "bids.1.header.policy.k",
    "bids.1.act.commitment",
    "bids.1.signature",
    "bids.2.signing_key",
    "bids.2.registration.rows.0.code",
    "bids.2.receipt",
    "bids.0.actor_salt",
    "bids.0.proof.leaf.entry.actor",
    "not_opened.0.header.lot",
    "not_opened.0.proof.path.1",
    "refusals.0.refusal",
    "releases.0.message.freeze",
    "releases.1.signature",
    "releases.0.message.key_id",
    "opening_proof.leaf.entry.subject",
    "checkpoint.size",
    "checkpoint.signature",
    "consistency.0",
    "findings.0.code",
    "findings.0.commitment",
]


def test_a_real_transcript_passes_both_verifiers(tmp_path: Path) -> None:
    assert ours(whole()) == theirs(whole()) == []
    file = tmp_path / "transcript.json"
    file.write_bytes(write(a_story().transcript))
    assert run_script(file, a_story().platform.public) == (0, ["the opening holds"])


@pytest.mark.parametrize("path", FORTY)
def test_a_changed_field_is_named_by_both_verifiers(path: str) -> None:
    assert len(FORTY) >= 40
    value = whole()
    holder, last = at(value, path)
    holder[last] = turned(holder[last])
    assert ours(copy.deepcopy(value))
    assert theirs(value)


def test_read_outs_are_bound_to_the_headers() -> None:
    for field, new in [("price_fen", 1), ("terms", {"years": 5}), ("salt_b", "0" * 64), ("form", "bid/2")]:
        value = whole()
        bid = next(i for i, bid in enumerate(value["bids"]) if bid["opening"])
        value["bids"][bid]["opening"]["readout"][field] = new
        assert f"payload-digest at bids.{bid}" in ours(value)
        assert f"payload-digest at bids.{bid}" in theirs(value)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every leaf value and of every list."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
        return
    yield path
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


@pytest.mark.parametrize("start", range(3))
def test_no_value_of_the_file_can_change_unseen(start: int) -> None:
    for path in list(places(whole()))[start::17]:
        value = whole()
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        if holder[path[-1]] == []:
            continue
        holder[path[-1]] = turned(holder[path[-1]])
        assert ours(value), path
        assert theirs(value), path


def test_unknown_doubled_and_missing_fields_are_refused(tmp_path: Path) -> None:
    text = write(a_story().transcript)
    file, key = tmp_path / "transcript.json", a_story().platform.public
    for bent in (
        text.replace(b'{"bids"', b'{"also":1,"bids"', 1),
        text.replace(b'{"bids"', b'{"form":"transcript/1","bids"', 1),
        text.replace(b'"form":"transcript/1",', b"", 1),
        text.replace(b'"refusals":1', b'"refusals":1.0', 1),
    ):
        assert bent != text
        with pytest.raises(MalformedError):
            read(bent, tr.Transcript)
        file.write_bytes(bent)
        status, lines = run_script(file, key)
        assert status == 1, lines


def test_what_is_no_transcript_is_named_and_ends_in_no_traceback(tmp_path: Path) -> None:
    file, key = tmp_path / "transcript.json", a_story().platform.public
    deep = b"[" * 100_000 + b"]" * 100_000
    for bytes_ in (b"", b"null", b"[]", b"{}", b'{"form":"transcript/1"}', b"\xff\xfe", b"1e400", deep):
        file.write_bytes(bytes_)
        status, lines = run_script(file, key)
        assert status == 1
        assert lines[-1].startswith("malformed: "), lines
    assert run_script(tmp_path / "absent.json", key)[1][-1].startswith("malformed: ")
    file.write_bytes(write(a_story().transcript))
    assert run_script(file, "no key")[1][-1].startswith("malformed: ")


def test_a_transcript_proves_nothing_under_another_platform_key(tmp_path: Path) -> None:
    other = a_story().holders[0].signing_key
    assert verifying.verify_opening(a_story().transcript, verifying.keys_of([other]))
    file = tmp_path / "transcript.json"
    file.write_bytes(write(a_story().transcript))
    assert run_script(file, other)[0] == 1


def dropped(value: J) -> None:
    """Drop a bid and its place: what a platform would do that removes an unwelcome one."""
    del value["bids"][0], value["frozen"]["bids"][0]


def one_release(value: J) -> None:
    del value["releases"][0]


def same_release_twice(value: J) -> None:
    value["releases"][0] = copy.deepcopy(value["releases"][1])


def swapped(value: J) -> None:
    value["bids"][0], value["bids"][1] = value["bids"][1], value["bids"][0]


def silent(value: J) -> None:
    value["findings"] = []


def revoked(value: J) -> None:
    value["bids"][0]["registration"]["rows"][0]["revoked_at"] = AFTER


def leaked(value: J) -> None:
    opened = next(bid for bid in value["bids"] if bid["opening"])
    group = copy.deepcopy(value["releases"][0]["published_shares"][0])
    group["envelope"] = MODULE.dig("commitment", opened["header"])
    value["releases"][0]["published_shares"].append(group)


def blamed(value: J) -> None:
    value["findings"][0]["code"] = "key-commitment"


def slandered(value: J) -> None:
    """Blame a keyholder afterwards for a share of an envelope that opened well."""
    bid = next(bid for bid in value["bids"] if bid["opening"])
    share = next(
        share
        for share in bid["header"]["shares"]
        if share["key_id"] == value["releases"][0]["message"]["key_id"]
    )
    value["findings"].append(
        {
            "commitment": MODULE.dig("commitment", bid["header"]),
            "fault": "keyholder",
            "code": "share-wrong",
            "key_id": share["key_id"],
            "subset": share["subset"],
        }
    )


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (dropped, "release-signature|freeze at releases.0"),
        (one_release, "too-few-releases at releases"),
        (same_release_twice, "release-double at releases"),
        (swapped, "commitment at bids.0"),
        (silent, "outcome at bids"),
        (revoked, "key-not-registered at bids.0"),
        (leaked, "shares-not-secret at bids"),
        (blamed, "finding-unfounded at bids"),
        (slandered, "findings-not-logged at "),
    ],
)
def test_what_a_dishonest_platform_would_do_is_named(bend: Callable[[J], None], code: str) -> None:
    value = whole()
    bend(value)
    for found in (ours(copy.deepcopy(value)), theirs(value)):
        assert any(wanted in line for line in found for wanted in code.split("|")), found


def test_a_receipt_is_honoured_by_the_list_or_names_the_platform() -> None:
    story = a_story()
    for sent in [*story.live, *story.closed]:
        assert verifying.verify_receipt(sent.receipt, story.keys, story.answer) == []
        assert verifying.verify_receipt(sent.receipt, story.keys, story.transcript) == []
    stray = msgspec.structs.replace(story.live[0].act, commitment="1" * 64)
    token = story.platform.receipt(stray, 0, AFTER)
    codes = {mismatch.code for mismatch in verifying.verify_receipt(token, story.keys, story.answer)}
    assert codes == {"receipt-not-honoured", "late"}
    forged = story.live[0].receipt[:-8] + "AAAAAAAA"
    assert verifying.verify_receipt(forged, story.keys, story.answer)[0].code == "forged-token"


def test_the_script_is_short_and_stands_alone() -> None:
    lines = SCRIPT.read_text().splitlines()
    assert len(lines) <= 100
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    allowed = {"base64", "functools", "hashlib", "itertools", "json", "sys", "cryptography"}
    for line in imports:
        names = line.split()[1].split(".")[0] if line.startswith("from ") else line.removeprefix("import ")
        assert {name.strip() for name in names.split(",")} <= allowed


def test_a_demonstration_says_so_or_says_nothing() -> None:
    body = plain(a_story().transcript.checkpoint)
    assert shape(body | {"demonstration": True}, type(a_story().transcript.checkpoint)).signed[
        "demonstration"
    ]
    with pytest.raises(MalformedError):
        shape(body | {"demonstration": False}, type(a_story().transcript.checkpoint))
    assert digest.canonical(plain(a_story().transcript.checkpoint)).find(b"demonstration") == -1
