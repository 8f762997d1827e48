"""Texts in templates: markup among their values never reaches the reader as letters."""

from collections.abc import Iterator

import pytest
from markupsafe import Markup

from market.runtime.web import formats, i18n, render


@pytest.fixture(autouse=True, scope="module")
def _texts() -> Iterator[None]:
    """Load the texts; other tests find theirs as they left them."""
    kept = (i18n._texts.by_locale, i18n._texts.by_label)
    i18n.load(["market.runtime"])
    yield
    i18n._texts.by_locale, i18n._texts.by_label = kept


def test_of_markup_only_the_words_go_into_a_text() -> None:
    with i18n.speaking("en"):
        told = render.worded("shell.countdown.left", duration=Markup("<b>3 &amp; 4</b>"))
        assert told == i18n.t("shell.countdown.left", duration="3 & 4")
        assert "<" not in render.worded("shell.countdown.left", duration=formats.points(250))


def test_a_value_that_only_looks_like_markup_stays_as_it_is() -> None:
    with i18n.speaking("en"):
        assert "<b>x</b>" in render.worded("shell.countdown.left", duration="<b>x</b>")
