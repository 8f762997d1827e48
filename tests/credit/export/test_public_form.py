"""The public form of publications: whole, computed again by two verifiers, and closed where it must be."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from credit.client.verbs import credit as verb
from credit.domain.export import check, form
from credit.domain.export.form import Export
from credit.queries import exports, scores
from credit.services import cycles as acts
from credit.services import decisions
from market.kernel.actor import Actor
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.bidding.scripts import load_script, run_script

pytestmark = pytest.mark.usefixtures("database")

SCRIPT = load_script("verify_credit")
CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)
LATER = UNTIL + 30 * credit.DAY


async def a_published_cycle() -> tuple[credit.World, int, dict[str, int]]:
    """Publish a cycle with a minor record, a repeated one that is revoked later, a good one, an own one."""
    world = await credit.a_world()
    await parties.an_enterprise()
    await credit.an_evaluation(world, lost=250)
    records = {
        "minor": await credit.a_record(world, "N-MI-04", now=CLOSED - 30 * credit.DAY),
        "first": await credit.a_record(world, "N-GE-01", fact_on=date(2026, 2, 3)),
        "again": await credit.a_record(world, "N-GE-01", fact_on=date(2026, 3, 3)),
        "good": await credit.a_record(world, "G-PR-02", by=world.city),
        "own": await credit.a_record(world, "N-SE-11"),
    }
    closing = acts.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await acts.close(closing=closing, by=world.city, now=CLOSED)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    return world, number, records


def lines(export: Export) -> list[form.Line]:
    own = [line for sheet in export.sheets for line in sheet.lines]
    return own + [x for sheet in export.sheets for one in sheet.projects for x in one.lines]


def plain(export: Export) -> dict[str, Any]:
    return dict(json.loads(msgspec.json.encode(export)))


async def test_a_cycle_is_computed_again_by_both_verifiers_and_its_digest_is_in_the_log() -> None:
    _, number, _ = await a_published_cycle()
    export = await exports.of_cycle(number, now=UNTIL)
    logged = await exports.digest_of(number)
    assert check.first_difference(export, logged=logged) is None
    assert SCRIPT.check(plain(export), logged) == []
    assert len(export.sheets) == 2
    assert str(check.first_difference(export, logged="0" * 64)).startswith("digest in the log")
    assert SCRIPT.check(plain(export), "0" * 64) == ["logged at export"]
    images = await database.fetch(
        "SELECT count(*) AS n FROM runtime_audit_image WHERE table_name = 'credit_export'"
    )
    assert images[0]["n"] == 1


async def test_what_nobody_may_see_keeps_points_and_cycles_only() -> None:
    world, number, records = await a_published_cycle()
    before = await exports.of_cycle(number, now=UNTIL)
    seen = {line.shown.record for line in lines(before) if line.shown}
    assert seen == set(records.values()) - {records["minor"]}
    await decisions.revoke(record_id=records["own"], reasons="x", by=world.district_second, now=UNTIL)
    after = await exports.of_cycle(number, now=LATER)
    assert {line.shown.record for line in lines(after) if line.shown} == seen - {records["own"]}
    gone = [line for line in lines(after) if line.shown is None]
    assert sorted((line.points, line.begins, line.ends) for line in gone) == [
        ("100/1", "2026H1", "2026H2"),
        ("1000/1", "2026H1", "2028H1"),
    ]
    text = msgspec.json.encode(gone).decode()
    assert "N-" not in text
    assert "salt" not in text
    assert before.digest == after.digest, "the same publication"
    assert check.first_difference(after) is None
    assert SCRIPT.check(plain(after)) == []


async def test_the_enterprise_has_the_salts_of_its_own_lines_and_a_rival_has_not() -> None:
    world, _, records = await a_published_cycle()
    rival = await parties.an_enterprise()
    published = await scores.last_published(world.enterprise.organisation, at=UNTIL)
    assert published is not None
    own = await exports.of_snapshot(published["id"], actor=world.enterprise.actor, now=UNTIL)
    minor = [line for line in lines(own) if line.shown and line.shown.record == records["minor"]]
    assert minor[0].shown is not None
    assert form.digest_of_line(minor[0], minor[0].shown) == minor[0].digest
    for reader in (rival.actor, Actor.public(), world.district):
        theirs = await exports.of_snapshot(published["id"], actor=reader, now=UNTIL)
        hidden = [line for line in lines(theirs) if line.digest == minor[0].digest]
        assert (hidden[0].shown is None) is (reader is not world.district)
    body = await exports.snapshot_bytes(published["id"], actor=world.enterprise.actor)
    assert form.digest_of_snapshot(body) == own.sheets[0].snapshot
    with pytest.raises(exports.SnapshotClosedError):
        await exports.snapshot_bytes(published["id"], actor=rival.actor)
    assert check.first_difference(own) is None
    assert SCRIPT.check(plain(own)) == []


async def test_one_publication_between_cycles_is_checked_from_the_command_line(tmp_path: Path) -> None:
    world = await credit.a_world()
    await credit.a_record(world)
    now = credit.NOW + 60 * credit.DAY
    number = await credit.published(world, now=now)
    export = await exports.of_snapshot(number, actor=Actor.public(), now=now)
    file, own = tmp_path / "rating.json", tmp_path / "snapshot.json"
    file.write_bytes(msgspec.json.encode(export))
    own.write_bytes(await scores.snapshot_bytes(number))
    asked = ["verify", str(file), "--digest", export.digest, "--snapshot", str(own)]
    told = CliRunner().invoke(verb, asked)
    assert (told.exit_code, export.cycle) == (0, None), told.output
    own.write_bytes(b"{}")
    assert "no sheet rests" in CliRunner().invoke(verb, asked).output
    script = run_script(file, export.digest, script="verify_credit")
    assert script == (0, ["every rating follows from the export"])
    file.write_text("{}")
    assert "is no export" in CliRunner().invoke(verb, asked).output


async def test_before_publication_there_is_nothing_to_check() -> None:
    world = await credit.a_world()
    closing = acts.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await acts.close(closing=closing, by=world.city, now=CLOSED)
    with pytest.raises(exports.ExportMissingError):
        await exports.of_cycle(number, now=CLOSED)
    assert await exports.digest_of(number) == ""
