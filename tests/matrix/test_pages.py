"""Every page of the site, as everybody: it opens, and none of its texts comes from outside the catalogues.

Under the pseudo locale catalogue texts stand between ⟦ and ⟧ and data are marked ``translate="no"``; what has
letters outside both was written into code or a template (``tests.pseudo``).
"""

import itertools
import re
from collections.abc import Iterator

import httpx
import pytest

from market.kernel.actor import Actor, Role
from market.runtime.database import fetch
from market.runtime.web import shell
from tests.matrix import lived
from tests.matrix.conftest import Browser
from tests.pseudo import foreign_texts

PAGE = {"accept": "text/html"}
STREAMS = {"/tenders/{number}/opening/live"}
"""Answers without an end; their own test reads them."""

RECORDS = ("/notice/pdf", "/opening/pdf", "/committee/pdf", "/evaluation/pdf")
"""Records of a tender take seconds to set; one tender is enough here, their own tests read them."""

NO_PAGES = ("/api/", "/schema", "/static/", "/.well-known/")
NAMED = ("kind", "table", "name", "section", "line_id")
"""Places that are called the same wherever they stand."""

CONTRACTED = ("handover", "done")


async def known(world: lived.World) -> dict[str, list[str]]:
    """Return what may stand in an address, by the address up to it."""
    tenders = [each.number for each in world.tenders.values()]
    contracts = [f"{world.tenders[name].number}-C1" for name in CONTRACTED]
    awards = [f"{world.tenders[name].number}-A1" for name in ("awarded", *CONTRACTED)]
    enterprise = world.credit.enterprise
    notices = await fetch("SELECT number FROM bidding_award_notice ORDER BY id LIMIT 3")
    decisions = await fetch("SELECT number FROM bidding_decision ORDER BY id LIMIT 3")
    terms = await fetch("SELECT number FROM bidding_term ORDER BY id LIMIT 2")
    papers = await fetch("SELECT number FROM credit_paper ORDER BY id LIMIT 3")
    bidder = world.tenders["opened"].bidders[0]
    served = (await world.tenders["handover"].tender()).community
    assert bidder.header is not None
    return {
        "/tenders": tenders,
        "/awards": awards,
        "/contracts": contracts,
        "/contract-changes": [f"{contracts[0]}-S1"],
        "/handovers": contracts,
        "/contract-filings": [f"{contracts[-1]}-F1"],
        "/award-reports": [f"{awards[-1]}-R"],
        "/notices": [row["number"] for row in notices],
        "/decisions": [row["number"] for row in decisions],
        "/service-terms": [row["number"] for row in terms],
        "/complaints": [f"{world.tenders['objected'].number}-T{n}" for n in (1, 2)],
        "/reports": [f"{world.tenders['objected'].number}-R1"],
        "/communities": [str(world.credit.community), str(served)],
        "/organisations": [str(enterprise.organisation), str(world.credit.street.organisation)],
        "/rules": ["T08", "H10", "alert.matches"],
        "/divisions": ["110000", "110105", "110105001", "110105001024"],
        "/enterprises": [enterprise.code, bidder.party.code],
        "/credit/records": [str(number) for number in world.numbers["record"]],
        "/credit/papers": [row["number"] for row in papers],
        "/credit/evidence": ["1"],
        "/credit/list": [str(number) for number in world.numbers["listing"]],
        "/credit/evaluations": [str(number) for number in world.numbers["evaluation"]],
        "/credit/surveys": [str(number) for number in world.numbers["survey"]],
        "/credit/instruments": [str(number) for number in world.numbers["instrument"]],
        "/credit/assessors": ["1", "2"],
        "/credit/assessments": [str(number) for number in world.numbers["assessment"]],
        "/credit/rechecks": [str(number) for number in world.numbers["recheck"]],
        "/control": [str(number) for number in world.numbers["control"]],
        "/credit/managers": [str(number) for number in world.numbers["manager"]],
        "/credit/cycles": ["1"],
        "/credit/rules": ["1"],
        "/rules/credit/versions": ["1"],
        "/credit/objections": ["1"],
        "/credit/repairs": ["1"],
        "/credit/record-imports": ["1"],
        "/credit/cases": ["1"],
        "/credit/inspections": [str(number) for number in world.numbers["visit"]],
        "/credit/orders": [str(number) for number in world.numbers["order"]],
        "/log": ["0", "7", "40"],
        "/calendar": ["2026"],
        "/mail/confirm": ["a" * 43],
        "/mail/stop": ["a" * 43],
        "/my/bids": [bidder.header.commitment],
        "kind": ["csv", "xlsx"],
        "table": ["items", "measures"],
        "name": ["0" * 64],
        "section": ["documents", "money", "equipment"],
        "line_id": ["boundary", "lifts", "prepaid-fees"],
    }


def addresses(template: str, places: dict[str, list[str]]) -> Iterator[str]:
    """Yield every address of a template; a place nobody has told of is an error."""
    names = re.findall(r"\{([^}]+)\}", template)
    before = template.partition("/{")[0]
    choices = [places[name] if name in NAMED else places[before] for name in names]
    for chosen in itertools.product(*choices):
        path = template
        for name, value in zip(names, chosen, strict=True):
            path = path.replace(f"{{{name}}}", value)
        yield path


def pages(browser: Browser) -> list[str]:
    assert browser.app is not None
    templates = [path for method, path, _ in shell.routes(browser.app) if method == "GET"]
    return [path for path in templates if not path.startswith(NO_PAGES) and path not in STREAMS]


def readers(world: lived.World) -> dict[str, Actor]:
    """Return everybody who sees something of their own."""
    opened, awarded, drafted = world.tenders["opened"], world.tenders["awarded"], world.tenders["draft"]
    return {
        **{role.value: world.people[role] for role in lived.ROLES},
        "unmandated": world.visitor,
        "tenderer": opened.tenderer,
        "awarding": awarded.tenderer,
        "drafting": drafted.tenderer,
        "prophase": world.tenders["prophase"].tenderer,
        "contracting": world.tenders["handover"].tenderer,
        "bidder": opened.bidders[0].party.actor,
        "objecting": world.tenders["objected"].bidders[1].party.actor,
        "answering": world.tenders["objected"].tenderer,
        "keyholder": world.tenders["opening"].holders[2][0],
        "rated": world.credit.enterprise.actor,
        "expert seated": world.people[Role.EXPERT],
    }


def wrong(answer: httpx.Response) -> str:
    """Return what is wrong with an answer: a failure of ours, or texts from elsewhere."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if not answer.headers.get("content-type", "").startswith("text/html") or not answer.text:
        return ""
    if "⟦" not in answer.text:
        return "no text of a catalogue"
    return " | ".join(foreign_texts(without_data_in_title(answer.text)))[:400]


def without_data_in_title(html: str) -> str:
    """Return a page whose title has lost what the page shows as data elsewhere: no tag can mark it there."""
    title = re.search(r"<title>(.*?) · ", html, re.DOTALL)
    shown = title and re.search(rf'translate="no"[^>]*>\s*{re.escape(title[1].strip())}\s*<', html)
    return html.replace(title[1], "", 1) if title and shown else html


@pytest.mark.parametrize("who", ["public", "tenderer", "district", "bidder", "rest"])
async def test_every_page_opens_and_speaks_from_the_catalogues(
    browser: Browser, world: lived.World, who: str
) -> None:
    places, everybody, found, shown = await known(world), readers(world), [], 0
    many = who != "rest"
    for name, reader in everybody.items():
        if (name == who) is not many or (not many and name in {"public", "tenderer", "district", "bidder"}):
            continue
        browser.actor = reader
        for template in pages(browser):
            some = addresses(template, places)
            for path in some if many and not template.endswith(RECORDS) else [*some][-1:]:
                answer = await browser.ask("GET", f"{path}?lang=x-pseudo", headers=PAGE)
                shown += answer.status_code == 200
                if said := wrong(answer):
                    found.append(f"{name} {template} {path}: {said}")
    assert shown > 40
    assert not found, "\n".join(found)
