"""Recovery files and words."""

import msgspec
import pytest

from bidding.client import keys, words
from bidding.domain.sealed.encoding import MalformedError, write
from market.kernel import digest


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_eight_words_of_two_thousand_and_forty_eight(language: str) -> None:
    drawn = words.draw(language)
    assert len(set(words.word_list(language))) == 2048
    assert words.known(drawn)
    assert len(drawn.split(" ")) == 8
    assert not words.known(drawn + " one")
    assert not words.known(drawn.replace(drawn.split()[0], "qqqq"))
    assert words.draw(language) != drawn


def test_a_recovery_file_opens_with_its_words_only() -> None:
    made, secret = keys.make(), words.draw()
    file = keys.wrap(made, secret, holder="bidder", label="示例物业")
    text = write(file)
    assert made.opening.encode() not in text
    assert made.signing.encode() not in text
    assert "***" in repr(made)
    assert keys.unwrap(keys.read_file(text), f"  {secret.upper()} ") == made
    with pytest.raises(keys.WrongWordsError):
        keys.unwrap(file, words.draw())


def test_no_field_of_a_recovery_file_can_change() -> None:
    made, secret = keys.make(), words.draw()
    file = keys.wrap(made, secret, holder="keyholder", label="I0")
    other = keys.make()
    for bent in (
        {"label": "I1"},
        {"holder": "bidder"},
        {"opening_key": other.opening_key},
        {"signing_key": other.signing_key},
        {"rounds": 1},
        {"salt": "0" * 64},
        {"sealed": file.sealed[:-2] + "00"},
        {"sealed": ""},
    ):
        with pytest.raises(keys.WrongWordsError):
            keys.unwrap(msgspec.structs.replace(file, **bent), secret)
    with pytest.raises(MalformedError):
        keys.read_file(write(file).replace(b'"form"', b'"fort"'))


def test_two_files_of_one_key_share_neither_salt_nor_cipher() -> None:
    made, secret = keys.make(), words.draw()
    one, two = (keys.wrap(made, secret, holder="bidder", label="x") for _ in range(2))
    assert one.salt != two.salt
    assert one.sealed[24:] != two.sealed[24:]


def test_registrations_prove_the_signing_key() -> None:
    made = keys.make()
    body = keys.prove_signing(made, organisation=7, code="91110108MA01ABCD5T")
    proof = str(body.pop("proof"))
    assert digest.verify("signing-key", body, proof, made.signing_key)
    body = keys.prove_keyholder(made, organisation=7, institution="I0")
    proof = str(body.pop("proof"))
    assert digest.verify("keyholder-key", body, proof, made.signing_key)
