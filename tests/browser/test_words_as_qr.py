"""The words are printed as a QR code that any reader reads, drawn where the words are: in the browser."""

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page

from bidding.client import words

pytestmark = pytest.mark.browser
QUIET = 4
SCALE = 4


async def drawn(page: Page, text: str) -> Image.Image:
    """Draw a text in the page and paint its modules."""
    rows: list[list[bool]] = await page.evaluate(
        "async (text) => (await import('/qr.js')).modules(text)", text
    )
    side = len(rows) + 2 * QUIET
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.putpixel((x + QUIET, y + QUIET), 0 if dark else 255)
    return image.resize((side * SCALE, side * SCALE), Image.Resampling.NEAREST)


@pytest.mark.parametrize("language", words.LANGUAGES)
async def test_a_reader_reads_the_words_from_the_browsers_code(page: Page, language: str) -> None:
    text = words.draw(language)
    (found,) = zxingcpp.read_barcodes(await drawn(page, text))
    assert found.text == text


async def test_the_longest_words_fit_and_more_is_refused(page: Page) -> None:
    longest = " ".join([max(words.word_list("english"), key=len)] * words.COUNT)
    (found,) = zxingcpp.read_barcodes(await drawn(page, longest))
    assert found.text == longest
    refused = await page.evaluate(
        "() => import('/qr.js').then((qr) => qr.modules('x'.repeat(85))).catch((e) => e.message)"
    )
    assert refused == "qr: too long"
