"""The platform's keys: closed to others, rotatable, and nothing forged passes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from market.kernel import digest
from market.runtime import key_ring, keys
from market.runtime.papers import certificate

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_folder_and_file_are_closed_to_others(folder: Path) -> None:
    keys.PlatformKeys.load(folder, at=AT)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / key_ring.FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [key_ring.FILE]


@pytest.mark.parametrize("open_to_others", ["folder", "file"])
def test_keys_that_others_may_read_are_refused(folder: Path, open_to_others: str) -> None:
    keys.PlatformKeys.load(folder, at=AT)
    (folder if open_to_others == "folder" else folder / key_ring.FILE).chmod(0o755)
    with pytest.raises(key_ring.KeyFolderError):
        keys.PlatformKeys.load(folder, at=AT)


def test_a_broken_file_is_refused_not_replaced(folder: Path) -> None:
    keys.PlatformKeys.load(folder, at=AT)
    (folder / key_ring.FILE).write_text("{")
    with pytest.raises(key_ring.KeyFolderError):
        keys.PlatformKeys.load(folder, at=AT)


def test_the_second_start_has_the_same_keys(folder: Path) -> None:
    first, second = (keys.PlatformKeys.load(folder, at=AT) for _ in range(2))
    assert first.key_id == second.key_id == digest.key_id(first.public_hex)
    assert first.blind({"a": 1}) == second.blind({"a": 1})
    assert second.open_blob(first.seal_blob(b"secret")) == b"secret"


def test_after_rotation_old_signatures_tokens_and_blobs_stay_good(folder: Path) -> None:
    mine, other_process = (keys.PlatformKeys.load(folder, at=AT) for _ in range(2))
    old_id, old_private = mine.key_id, json.loads((folder / key_ring.FILE).read_text())["signing"]
    signature, token, blob = mine.sign("entry", {"a": 1}), mine.jws({"a": 1}), mine.seal_blob(b"x")
    index = mine.blind({"a": 1})
    new_id = mine.rotate(at=AT)
    assert new_id != old_id
    assert mine.verify("entry", {"a": 1}, key_id=old_id, signature=signature)
    assert mine.verify_jws(token) == {"a": 1}
    assert mine.open_blob(blob) == b"x"
    assert mine.blind({"a": 1}) == index, "a hidden row must be found again at the freeze"
    assert old_private not in (folder / key_ring.FILE).read_text(), "the old private key is gone"
    fresh = mine.sign("entry", {"b": 1})
    assert other_process.verify("entry", {"b": 1}, key_id=new_id, signature=fresh), "it reads again"


def test_the_public_document_names_every_key_and_no_secret(folder: Path) -> None:
    mine = keys.PlatformKeys.load(folder, at=AT)
    mine.rotate(at=AT)
    document = mine.document()
    assert [key["until"] is None for key in document["keys"]] == [True, False]
    assert all(digest.key_id(key["public_key"]) == key["key_id"] for key in document["keys"])
    secrets = json.loads((folder / key_ring.FILE).read_text())
    text = json.dumps(document)
    assert not [s for s in (secrets["signing"], secrets["blinding"], *secrets["blobs"]) if s in text]
    assert secrets["signing"] not in repr(mine)


@given(st.binary(max_size=200), st.data())
def test_a_changed_blob_does_not_open(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, draw: st.DataObject
) -> None:
    mine = keys.PlatformKeys.load(tmp_path_factory.mktemp("keys", numbered=True) / "k", at=AT)
    blob = mine.seal_blob(data)
    assert mine.open_blob(blob) == data
    place = draw.draw(st.integers(0, len(blob) - 1))
    changed = bytes([*blob[:place], blob[place] ^ 1, *blob[place + 1 :]])
    for wrong in (changed, blob[:-1], b""):
        with pytest.raises(keys.BlobInvalidError):
            mine.open_blob(wrong)


def test_two_blobs_of_the_same_bytes_differ(folder: Path) -> None:
    mine = keys.PlatformKeys.load(folder, at=AT)
    assert mine.seal_blob(b"same") != mine.seal_blob(b"same")


def test_a_receipt_is_a_token_any_library_reads(folder: Path) -> None:
    mine = keys.PlatformKeys.load(folder, at=AT)
    token = mine.jws({"b": 2, "a": 1})
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _base64url(bytes.fromhex(mine.public_hex))})
    read = jws.deserialize_compact(token, key, algorithms=["Ed25519"])
    assert (read.payload, read.headers()) == (b'{"a":1,"b":2}', {"alg": "Ed25519", "kid": mine.key_id})


def _base64url(data: bytes) -> str:
    import base64  # noqa: PLC0415 - only here

    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_forged_tokens_are_refused(folder: Path, tmp_path: Path) -> None:
    mine = keys.PlatformKeys.load(folder, at=AT)
    stranger = keys.PlatformKeys.load(tmp_path / "stranger", at=AT)
    head, payload, signature = mine.jws({"a": 1}).split(".")
    _, other, _ = mine.jws({"a": 2}).split(".")
    none = _base64url(json.dumps({"alg": "none", "kid": mine.key_id}).encode())
    for forged in (
        stranger.jws({"a": 1}),
        f"{head}.{other}.{signature}",
        f"{none}.{payload}.",
        f"{head}.{payload}",
        "",
        "no token",
    ):
        with pytest.raises(keys.TokenInvalidError):
            mine.verify_jws(forged)
    assert not mine.verify("entry", {"a": 1}, key_id=mine.key_id, signature="")
    assert not mine.verify("entry", {"a": 1}, key_id="unknown", signature=mine.sign("entry", {"a": 1}))


def test_a_blind_index_depends_on_the_key(folder: Path, tmp_path: Path) -> None:
    mine = keys.PlatformKeys.load(folder, at=AT)
    stranger = keys.PlatformKeys.load(tmp_path / "stranger", at=AT)
    assert mine.blind({"a": 1}) != stranger.blind({"a": 1})
    assert mine.blind({"a": 1}) != mine.blind({"a": 2})


def test_a_ring_from_before_papers_were_signed_gets_its_key_once(folder: Path) -> None:
    keys.PlatformKeys.load(folder, at=AT)
    ring = json.loads((folder / key_ring.FILE).read_text())
    del ring["paper"]
    (folder / key_ring.FILE).write_text(json.dumps(ring))
    first, second = (keys.PlatformKeys.load(folder, at=AT) for _ in range(2))
    assert first.paper() == second.paper()
    assert first.key_id == digest.key_id(first.public_hex)


def test_rotation_draws_a_new_certificate_and_the_old_one_stays_vouched_for(folder: Path) -> None:
    mine, other_process = (keys.PlatformKeys.load(folder, at=AT) for _ in range(2))
    old = mine.paper()
    mine.rotate(at=AT)
    newest, retired = mine.certificates()
    assert other_process.paper() == mine.paper() != old
    assert (newest.until, retired.until) == (None, digest.instant(AT))
    assert old.private not in (folder / key_ring.FILE).read_text(), "the old private key is gone"
    trusted = certificate.trusted(mine.certificates(), platform_key=mine.public_hex)
    assert trusted[1].hex() == old.certificate
