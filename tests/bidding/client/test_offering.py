"""Offers on the bidder's machine: templates that are read back, tables checked against the version, slips."""

import codecs

import msgspec
import pytest

from bidding.client import keys, offering
from bidding.client.noticing import NoticeRefusedError
from bidding.domain.sealed.envelope import TenderVersion
from bidding.domain.service.offer import Post, Said
from market.kernel import digest
from market.kernel.errors import FindingsError
from tests import factories_offers as priced
from tests.bidding.transcript_factory import a_version

TABLE = priced.a_table(E3_01=4)
SAID = Said(lot="1", price_fen=98, project_manager="PM-1")


def a_notice(**change: object) -> bytes:
    lot = {"id": "1", "title": "标段", "area_centi": 100, "services": msgspec.to_builtins(TABLE)} | change
    return msgspec.json.encode({"content": {"lots": [lot]}})


def version(*documents: str) -> TenderVersion:
    return msgspec.structs.replace(a_version([keys.make(), keys.make()]), documents=documents)


def test_the_item_table_must_be_the_one_of_the_announced_version() -> None:
    whole = digest.digest("service-tables", {"1": msgspec.to_builtins(TABLE)})
    assert offering.tables(a_notice(), version(whole)) == {"1": TABLE}
    cheaper = msgspec.to_builtins(priced.a_table(E3_01=1))
    for notice, known in ((a_notice(services=cheaper), whole), (a_notice(), "ab" * 32)):
        with pytest.raises(NoticeRefusedError):
            offering.tables(notice, version(known))
    assert offering.tables(b"{}", version()) == {}


def test_a_template_is_read_back_whatever_program_wrote_it() -> None:
    made = offering.template("1", TABLE)
    assert offering.read(offering.sheet("1", TABLE), lot="1") == made
    assert offering.read(codecs.BOM_UTF8 + offering.sheet("1", TABLE), lot="1") == made
    filled = offering.template_csv(TABLE).replace(",,", ',"1,000.5",', 1).replace(",,", ",0,")
    found = offering.read(filled.encode(), lot="1", people=[Post(role="保洁员", count=3)], manager="PM-1")
    assert [each.price_fen for each in found.items] == [100_050, *([0] * (len(TABLE.lines) - 1))]
    assert [each.level for each in found.items] == [line.level for line in TABLE.lines]
    assert (found.staff[0].count, found.project_manager) == (3, "PM-1")


def test_a_file_of_several_lots_is_read_for_one() -> None:
    text = "lot,code,level,price_yuan\n1,E1-01,3,1\n2,E1-02,3,2\n"
    assert [each.code for each in offering.read_items(text, lot="2")] == ["E1-02"]


@pytest.mark.parametrize("text", ["", "1.005", "-1", "1e3", "一百", "1 000"])
def test_what_is_no_amount_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(FindingsError) as refusal:
        offering.read_items(f"code,level,price_yuan\nE1-01,3,{text}\n", lot="1")
    assert [one.field for one in refusal.value.findings] == ["2"]


def test_a_table_without_its_columns_names_them() -> None:
    with pytest.raises(FindingsError) as refusal:
        offering.read_items("code,price\nE1-01,1\n", lot="1")
    assert [one.field for one in refusal.value.findings] == ["level", "price_yuan"]


def test_slips_are_refused_all_at_once_and_choices_are_only_said() -> None:
    made = priced.an_offer(98, TABLE, manager="PM-1")
    assert offering.check(made, said=SAID, asked=TABLE) == ()
    first, second, *rest = made.items
    with pytest.raises(FindingsError) as refusal:
        offering.check(msgspec.structs.replace(made, items=(first, first, *rest)), said=SAID, asked=TABLE)
    assert {one.field for one in refusal.value.findings} >= {first.code, second.code}
    lower = msgspec.structs.replace(first, level=1)
    said = offering.check(msgspec.structs.replace(made, items=(lower, second, *rest)), said=SAID, asked=TABLE)
    assert [offering.describe(one) for one in said] == [f"{first.code} is offered at level 1, asked for is 3"]
    with pytest.raises(FindingsError):
        offering.check(made, said=msgspec.structs.replace(SAID, price_fen=99), asked=TABLE)


@pytest.mark.parametrize("text", ["保洁员", "保洁员=", "=3", "保洁员=0", "保洁员=很多"])
def test_people_are_written_as_role_and_count(text: str) -> None:
    with pytest.raises(offering.OfferError):
        offering.post(text)
