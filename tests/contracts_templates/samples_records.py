"""One complete sample of each record of a tender, long enough to run over a page."""

from datetime import UTC, date, datetime

import msgspec

from contracts_templates import content, evaluated, records, wording

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

POINTS = (500, 1_500, 700, 400, 400, 1_500, 500, 1_000, 2_500, 1_000)
PLAN = evaluated.Criterion(
    id="c1", part="group", points=5_000, number="1", title="服务方案与能力", standard=""
)
LEAVES = tuple(
    evaluated.Criterion(
        id=name,
        part=name if name in ("price", "credit", "defence") else "expert",
        points=points,
        number=f"1.{place}" if place < 8 else str(place - 6),
        title="",
        standard="方案完整、针对本项目的得满分，每缺一项扣 1 分。" if name == "service-plan" else "",
    )
    for place, (name, points) in enumerate(zip(wording.CRITERIA, POINTS, strict=True), start=1)
)
CRITERIA = (msgspec.structs.replace(PLAN, points=sum(one.points for one in LEAVES[:7])), *LEAVES)


def _line(criterion: evaluated.Criterion, lost: int) -> evaluated.Line:
    weight = f"{criterion.points / 100:.2f}"
    formula, inputs = {
        "price": (
            "price-lowest",
            (("weight", weight), ("price", "4,324,691.34"), ("lowest", "4,312,345.67")),
        ),
        "credit": ("credit", (("weight", weight), ("score", "92.50"))),
    }.get(criterion.part, ("trimmed-mean", (("members", "5"), ("kept", "3"), ("sum", "41.37"))))
    return evaluated.Line(
        criterion=criterion.id, formula=formula, inputs=inputs, points=criterion.points - 10 * lost
    )


def _scored(place: int) -> evaluated.Scored:
    lines = tuple(_line(one, place) for one in LEAVES)
    return evaluated.Scored(
        rank=place if place <= 3 else None,
        name=f"示例第{place}物业服务有限公司",
        code=f"91110108MA01ABC{place:02d}X",
        commitment=f"{place:02x}" * 32,
        price_fen=430_000_000 + place * 1_234_567,
        technical=sum(line.points for line in lines[:8]),
        credit=lines[9].points,
        total=sum(line.points for line in lines),
        decided_by="total" if place <= 3 else "",
        lines=lines,
    )


EVALUATION = evaluated.EvaluationReport(
    number="ZB-2027-0001-PB",
    about=ABOUT,
    opened_at=datetime(2027, 3, 1, 2, 12, 30, tzinfo=UTC),
    criteria=CRITERIA,
    members=tuple(
        evaluated.Member(
            ticket=f"3{place}" * 32,
            kind="expert" if place < 5 else "representative",
            name="",
            body="",
            signed_at=None if place == 4 else datetime(2027, 3, 2, 2, tzinfo=UTC),
            dissent="对应急方案的评分标准掌握过宽，理由见评审记录。" if place == 2 else "",
        )
        for place in range(1, 6)
    ),
    lots=(
        evaluated.LotReport(
            lot="1",
            title="示例家园全区",
            turn=1,
            maximum_fen=480_000_000,
            going_on="",
            seed="5a" * 32,
            snapshot="5b" * 32,
            scored=tuple(_scored(place) for place in range(1, 8)),
            rejected=(
                evaluated.Rejected(
                    name="示例第8物业服务有限公司",
                    code="91110108MA01ABC08X",
                    commitment="08" * 32,
                    price_fen=500_000_000,
                    ground="price",
                    reasons="报价高于最高投标限价。",
                    agreed=4,
                    against=1,
                ),
            ),
        ),
    ),
    sign_until=datetime(2027, 3, 3, 2, tzinfo=UTC),
    published_at=datetime(2027, 3, 3, 3, tzinfo=UTC),
    last_day=date(2027, 3, 8),
    disclosed=False,
    digest="6a" * 32,
    defence_minutes=20,
)

NOTICE = records.TenderNotice(
    number="ZB-2027-0001-GG2",
    about=ABOUT,
    version=2,
    reason="应投标人要求澄清电梯维保范围",
    prophase=False,
    nature="住宅小区全区物业服务，包括综合管理、共用部位和共用设施设备维护、公共秩序、环境卫生和绿化养护。",
    place="北京市示例区示例路1号",
    lots=(
        records.NoticedLot(id="1", title="示例家园全区", area_centi=12_000_000, maximum_fen=480_000_000),
        records.NoticedLot(id="2", title="示例家园地下车库", area_centi=2_000_000, maximum_fen=None),
    ),
    months=36,
    estimate_fen=1_440_000_000,
    bidder="具有独立法人资格，近三年承担过同类项目；项目负责人已在本市登记。",
    ban_refuses=True,
    issue_at=datetime(2027, 2, 1, 1, tzinfo=UTC),
    issue_days=5,
    how_to_get="在平台下载，不收取费用",
    site_visit_at=datetime(2027, 2, 8, 1, tzinfo=UTC),
    site_visit_place="示例家园南门",
    objections_until=date(2027, 2, 19),
    deadline=datetime(2027, 3, 1, 2, tzinfo=UTC),
    opening_place="北京市示例区示例路1号会议室",
    validity_days=90,
    bid_security_fen=5_000_000,
    performance_percent=0,
    threshold=2,
    holders=tuple(
        records.NoticedHolder(institution=name, fingerprint="ABCD-EFGH-JKLM-NPQR")
        for name in ("示例公证处", "示例街道办事处", "示例行业协会")
    ),
    published_at=datetime(2027, 2, 10, 2, tzinfo=UTC),
)
