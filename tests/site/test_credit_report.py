"""The credit report over HTTP: a page with drawings, a signed PDF, and its twin in JSON."""

import asyncio

import msgspec
import pytest

from contracts_templates import credit_forms, credit_report, stamp
from credit.queries.paper import papers
from market.runtime import keys, log
from market.runtime.papers import certificate
from market.runtime.papers.check import PaperInvalidError, check
from tests import factories_credit as credit
from tests.bidding.web.conftest import Browser
from tests.contracts_templates.test_documents import text_of


async def test_everybody_reads_the_report_as_page_signed_pdf_and_json(browser: Browser) -> None:
    world = await credit.a_world()
    assert browser.client is not None
    browser.now = credit.NOW + 20 * credit.DAY
    for day in (15, 19):
        await credit.published(world, now=credit.NOW + day * credit.DAY)
    base = f"/enterprises/{world.enterprise.code}/credit"
    page = await browser.client.get(f"{base}/report", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert page.text.count("<svg") >= 2
    assert "<title>" in page.text[page.text.index("<svg") :], "a drawing says what it is of"
    paper = await browser.client.get(f"{base}/report/pdf")
    assert paper.headers["content-type"] == "application/pdf"
    whole = "".join(text_of(paper.content))
    assert world.enterprise.code in whole
    assert "公开版" in whole
    own = keys.current()
    trusted = certificate.trusted(own.certificates(), platform_key=own.public_hex)
    found = await asyncio.to_thread(check, paper.content, certificates=trusted)
    assert found.signer == certificate.NAME
    changed = paper.content.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    with pytest.raises(PaperInvalidError):
        await asyncio.to_thread(check, changed, certificates=trusted)
    twin = (await browser.client.get(f"/api/enterprises/{world.enterprise.code}/credit-report")).json()
    content = msgspec.convert(twin["content"], credit_report.CreditReport)
    assert twin["digest"] == stamp.content_digest(credit_forms.CREDIT_REPORT, content)
    assert twin["digest"][:32] in whole


async def test_the_verification_page_names_the_certificate_and_hands_it_out(browser: Browser) -> None:
    assert browser.client is not None
    page = await browser.client.get("/verify", headers={"accept": "text/html"})
    newest = keys.current().certificates()[0]
    assert newest.fingerprint[:12] in page.text
    assert "market paper verify" in page.text
    told = (await browser.client.get("/.well-known/market-papers.json")).json()
    found = msgspec.convert(told, certificate.Certificates).certificates
    assert certificate.trusted(found, platform_key=keys.current().public_hex)
    pem = await browser.client.get("/.well-known/market-papers.pem")
    assert pem.text == newest.certificate


async def test_a_kept_paper_is_found_by_the_digest_at_its_foot(browser: Browser) -> None:
    world = await credit.a_world()
    noticed, decided, _ = await papers.of_record(await credit.a_record(world, "N-GE-01"))
    await log.sequence_all()
    assert browser.client is not None
    for line, act in ((noticed, "credit:record:post-notice"), (decided, "credit:record:decide")):
        page = await browser.client.get(f"/verify?digest={line.digest}", headers={"accept": "text/html"})
        assert act in page.text
