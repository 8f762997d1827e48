"""What is read out of a bidder's files: properties and words where they are, and never an error."""

import io
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain.alert import properties, reading
from bidding.domain.alert.material import Material
from bidding.domain.sealed import package
from market.kernel import digest

CORE = (
    "<cp:coreProperties><dc:creator>李某</dc:creator><cp:lastModifiedBy>王 某</cp:lastModifiedBy>"
    "</cp:coreProperties>"
)
APP = "<Properties><Company>虚构标书&amp;文印</Company><Application>Word</Application></Properties>"
PDF = (
    b"%PDF-1.7\n1 0 obj<</Author (Li \\(A\\)) /Creator <FEFF738B> /Producer (\\127PS)>>endobj\n"
    b"<x:xmpmeta><xmpMM:DocumentID>uuid:77</xmpMM:DocumentID><dc:creator><rdf:Seq><rdf:li>\xe8\xb5\xb5\xe6\x9f\x90"
    b'</rdf:li></rdf:Seq></dc:creator><rdf:Description xmp:CreatorTool="Writer 7"/></x:xmpmeta>\n%%EOF'
)


def ooxml(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


def said(name: str, data: bytes) -> set[tuple[str, str]]:
    return {(one.field, one.value) for one in properties.traces(name, data)}


def test_ooxml_says_who_wrote_saved_and_for_which_unit() -> None:
    data = ooxml(docProps__core_xml=CORE, docProps__app_xml=APP)
    assert said("a.docx", data) == {("person", "李某"), ("person", "王 某"), ("company", "虚构标书&文印")}


def test_a_pdf_says_it_in_its_info_and_in_its_xmp() -> None:
    assert said("a.pdf", PDF) == {
        ("person", "Li (A)"),
        ("person", "赵某"),
        ("tool", "王"),
        ("tool", "WPS"),
        ("tool", "Writer 7"),
        ("document-id", "uuid:77"),
    }


@pytest.mark.parametrize("name", ["Administrator", "微软用户", "Microsoft Office User", " "])
def test_names_that_programs_fill_in_are_nobody(name: str) -> None:
    data = ooxml(docProps__core_xml=CORE.replace("李某", name).replace("王 某", name))
    assert said("a.docx", data) == set()


def test_words_come_from_ooxml_and_plain_text_and_from_nothing_else() -> None:
    data = ooxml(word__document_xml="<w:p><w:t>每日保洁</w:t></w:p><w:p><w:t>两次 &lt;</w:t></w:p>")
    assert properties.words("a.docx", data).split() == ["每日保洁", "两次", "<"]
    assert properties.words("a.txt", "巡查".encode()) == "巡查"
    assert properties.words("a.pdf", PDF) == ""


def test_a_member_that_unpacks_beyond_the_limit_is_not_read() -> None:
    bomb = ooxml(docProps__core_xml=CORE + " " * (properties.MOST_MEMBER + 1))
    assert len(bomb) < properties.MOST_MEMBER // 100
    assert said("a.docx", bomb) == set()
    inside = ooxml(docProps__core_xml=CORE + " " * (properties.MOST_MEMBER - len(CORE.encode())))
    assert ("person", "李某") in said("a.docx", inside)


def test_an_archive_with_a_huge_directory_is_not_opened() -> None:
    data = ooxml(docProps__core_xml=CORE)
    end = data.rindex(b"PK\x05\x06")
    for size, read_ in ((properties.MOST_DIRECTORY, True), (properties.MOST_DIRECTORY + 1, False)):
        claimed = data[: end + 12] + size.to_bytes(4, "little") + data[end + 16 :]
        assert properties._is_small(claimed) is read_
    assert not properties._is_small(data[:end] + b"PK\x06\x07" + data[end:])


def test_one_bid_is_compared_by_so_many_characters_and_no_more() -> None:
    found = read({"plan": "巡" * (properties.MOST_TEXT + 5)})
    assert len(found.text) == properties.MOST_TEXT


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-", b"PK\x03\x04"]))
def test_no_bytes_of_a_bidder_break_the_reading(data: bytes, start: bytes) -> None:
    properties.traces("x", start + data)
    properties.words("x.txt", start + data)


@given(st.integers(0, 2_000), st.integers(0, 255))
def test_no_changed_byte_of_an_archive_breaks_the_reading(place: int, value: int) -> None:
    data = bytearray(ooxml(docProps__core_xml=CORE, word__document_xml="<w:t>词</w:t>"))
    data[place % len(data)] = value
    properties.traces("x.docx", bytes(data))
    properties.words("x.docx", bytes(data))


def read(offer: object, **terms: str) -> Material:
    data = offer if isinstance(offer, bytes) else msgspec.json.encode(offer)
    item = package.ManifestItem(
        name=package.OFFER, media_type="application/json", size=len(data), digest=digest.h("file", data)
    )
    readout = package.Readout(
        form="bid/1",
        salt_b="0" * 64,
        bidder=package.Bidder(uscc="91110105MA01XXXX0T", name="虚构物业"),
        price_fen=100,
        terms=dict(terms),
    )
    return reading.read(commitment="1" * 64, readout=readout, files=[(item, data)])


def test_a_typed_offer_is_read() -> None:
    found = read(
        {
            "form": "offer/1",
            "items": [
                {"code": "A1", "level": 3, "price_fen": 500},
                {"code": "A2", "level": 3, "price_fen": 0},
            ],
            "staff": [{"role": "保安", "count": 4}],
            "project_manager": "PM-1",
            "plan": "每日巡查",
        },
        project_manager="PM-1",
        contact_phone="010 1",
    )
    assert found.items == (("A1", 500),)
    assert [(one.value, one.where) for one in found.people] == [("PM-1", "readout")]
    assert [(one.field, one.value) for one in found.contacts] == [("phone", "010 1")]
    assert found.text == "每日巡查"


def test_a_free_offer_is_read_as_far_as_it_goes() -> None:
    found = read(
        {
            "items": {"A1": 500, "A2": "x", "A3": True},
            "team": [{"name": "孙某"}, {"name": "周某", "certificate": "C-9"}, "吴某", 7, None],
            "manager": {"number": "PM-2", "name": "郑某"},
            "contact": {"name": "冯某", "email": "a@example.test"},
        }
    )
    assert found.items == (("A1", 500),)
    assert {one.value for one in found.people} == {"孙某", "C-9", "吴某", "PM-2"}
    assert {(one.field, one.value) for one in found.contacts} == {
        ("contact", "冯某"),
        ("email", "a@example.test"),
    }


@pytest.mark.parametrize("offer", [b"", b"[1]", b"{", b'{"items": 5, "staff": 12, "plan": 3}', b"[" * 5_000])
def test_whatever_has_another_shape_is_left_out(offer: bytes) -> None:
    found = read(offer)
    assert (found.items, found.people, found.texts) == ((), (), ())


WORDS = st.sampled_from(["name", "number", "code", "price_fen", "email", "", " ", "某"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["items", "staff", "team", "manager", "contact", "agent", "phone", "plan"])


@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_no_offer_breaks_the_reading(offer: dict[str, object]) -> None:
    read(offer)
