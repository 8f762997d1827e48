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

DRAW = records.DrawRecord(
    number="ZB-2027-0001-CQ",
    about=ABOUT,
    size=5,
    experts=4,
    representatives=1,
    disclosed=False,
    rounds=(
        records.Round(
            round=1,
            kind="main",
            version_digest="0a" * 32,
            rosters=("北京市", "示例区"),
            specialities=("property-management", "engineering"),
            districts=(),
            years=8,
            senior=True,
            eligible=37,
            employers=21,
            roster_digest="1a" * 32,
            seats=4,
            reserves=2,
            begun_at=datetime(2027, 2, 28, 2, tzinfo=UTC),
            ended_at=datetime(2027, 2, 28, 6, tzinfo=UTC),
            words=tuple(
                records.Word(
                    party=party,
                    commitment="1b" * 32,
                    committed_at=datetime(2027, 2, 28, 3, tzinfo=UTC),
                    nonce="1c" * 32,
                    revealed_at=datetime(2027, 2, 28, 5, tzinfo=UTC),
                )
                for party in ("authority", "platform", "tenderer")
            ),
            seed="1d" * 32,
            reason="",
            withheld=(),
        ),
        records.Round(
            round=2,
            kind="supplementary",
            version_digest="0a" * 32,
            rosters=("北京市", "示例区"),
            specialities=(),
            districts=("示例区",),
            years=0,
            senior=False,
            eligible=12,
            employers=9,
            roster_digest="2a" * 32,
            seats=1,
            reserves=0,
            begun_at=datetime(2027, 3, 1, 4, tzinfo=UTC),
            ended_at=datetime(2027, 3, 1, 8, tzinfo=UTC),
            words=(
                records.Word(
                    party="tenderer",
                    commitment="2b" * 32,
                    committed_at=datetime(2027, 3, 1, 5, tzinfo=UTC),
                    nonce="",
                    revealed_at=None,
                ),
            ),
            seed="",
            reason="not-revealed",
            withheld=("tenderer",),
        ),
    ),
    places=(
        *(
            records.Place(
                round=1,
                place=place,
                kind="expert",
                drawn_as="member" if place <= 4 else "reserve",
                state="left" if place == 2 else "member" if place <= 5 else "reserve",
                ticket=f"3{place}" * 32,
                succeeds="32" * 32 if place == 5 else "",
                ground="employer-bids" if place == 2 else "",
                left_at=datetime(2027, 3, 1, 3, tzinfo=UTC) if place == 2 else None,
                name="",
                body="",
            )
            for place in range(1, 7)
        ),
        records.Place(
            round=0,
            place=1,
            kind="representative",
            drawn_as="member",
            state="member",
            ticket="4a" * 32,
            succeeds="",
            ground="",
            left_at=None,
            name="",
            body="",
        ),
    ),
)
