"""The receipt a bidder brings is the file kept by the command line, or the one the browser saved."""

import json
from pathlib import Path

import pytest

from bidding.client import verbs_bid


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("a.b.c\n", "a.b.c"),
        (json.dumps({"outcome": "receipt", "token": "a.b.c", "header": {}}), "a.b.c"),
        (json.dumps({"outcome": "receipt"}), ""),
    ],
)
def test_both_kinds_of_receipt_files_are_read(tmp_path: Path, text: str, token: str) -> None:
    receipt = tmp_path / "receipt"
    receipt.write_text(text)
    assert verbs_bid._token(receipt) == token
