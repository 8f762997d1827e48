"""One complete sample of each record of a tender, long enough to run over a page."""

from datetime import UTC, datetime

from contracts_templates import content, records

CLIENT = content.Party(name="示例家园业主委员会", code="OC-0001", address="北京市示例路1号")
ABOUT = records.About(
    number="ZB-2027-0001",
    title="示例家园物业服务招标",
    community="示例家园",
    tenderer=CLIENT,
    version_digest="0a" * 32,
)


def _bid(place: int) -> records.ReadBid:
    return records.ReadBid(
        lot="1",
        commitment=f"{place:02x}" * 32,
        number=f"ZB-2027-0001-B{place:02d}",
        name=f"示例第{place}物业服务有限公司",
        code=f"91110108MA01ABC{place:02d}X",
        price_fen=430_000_000 + place * 1_234_567,
        terms=(("term_months", "36"), ("project_manager", f"BJ-PM-{place:04d}")),
    )


OPENING = records.OpeningRecord(
    number="ZB-2027-0001-KB",
    about=ABOUT,
    place="北京市示例区示例路1号会议室",
    deadline=datetime(2027, 3, 1, 2, tzinfo=UTC),
    frozen_at=datetime(2027, 3, 1, 2, 0, 4, tzinfo=UTC),
    opened_at=datetime(2027, 3, 1, 2, 12, 30, tzinfo=UTC),
    refusals=1,
    threshold=2,
    bids=(
        *(_bid(place) for place in range(1, 10)),
        records.ReadBid(
            lot="1",
            commitment="fe" * 32,
            faults=(records.Fault(code="bytes-altered", fault="platform"),),
        ),
        records.ReadBid(
            lot="2",
            commitment="fd" * 32,
            faults=(records.Fault(code="too-few-bids", fault="nobody"),),
        ),
    ),
    shut=(records.ShutBid(commitment="fc" * 32, why="withdrawn"),),
    holders=(
        records.Holder(
            institution="示例公证处",
            key_id="ab" * 16,
            released_at=datetime(2027, 3, 1, 2, 5, tzinfo=UTC),
            signature="cd" * 64,
        ),
        records.Holder(
            institution="示例街道办事处",
            key_id="ac" * 16,
            released_at=datetime(2027, 3, 1, 2, 12, tzinfo=UTC),
            signature="ce" * 64,
        ),
        records.Holder(institution="示例行业协会", key_id="ad" * 16),
    ),
    objections=(
        records.Objected(
            number="ZB-2027-0001-Y1",
            lodged_at=datetime(2027, 3, 1, 2, 20, tzinfo=UTC),
            ended_at=datetime(2027, 3, 1, 2, 31, tzinfo=UTC),
            outcome="rejected",
            answer="唱标金额与投标文件一致。",
        ),
    ),
    frozen_digest="0b" * 32,
    readouts_digest="0c" * 32,
)
