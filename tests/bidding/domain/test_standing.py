"""Whose bid is refused: a ban binds by law, the exit list only where the tender document says so."""

import pytest

from bidding.domain.standing import Standing


@pytest.mark.parametrize(
    ("standing", "by_ban", "by_document", "refused"),
    [
        (Standing(), True, True, False),
        (Standing(barred=True), True, False, True),
        (Standing(barred=True), False, False, False),
        (Standing(barred=True), False, True, True),
        (Standing(listed=True), True, False, False),
        (Standing(listed=True), False, True, True),
        (Standing(listed=True, grade="D"), False, False, False),
    ],
)
def test_a_ban_excludes_by_law_and_the_exit_list_by_the_tender_document(
    standing: Standing, *, by_ban: bool, by_document: bool, refused: bool
) -> None:
    assert standing.excluded(by_ban=by_ban, by_document=by_document) is refused
