"""The opening checked as a stranger would: offline, by the client and by the independent script."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bidding.public import machine
from market.demonstration.scenes.tendering import once_logged
from market.demonstration.stage import MismatchError, Stage, expect

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "verify_opening.py"


async def verify(stage: Stage, number: str, *, receipts: list[str]) -> None:
    """Download the transcript and verify it twice; every receipt must be honoured by it.

    Raises:
        MismatchError: Anything does not hold; all of it is named.
    """
    transcript = await once_logged(stage, f"/api/tenders/{number}/transcript")
    keys = await stage.trusted()
    problems = machine.verify_opening(transcript, keys=keys)
    for token in receipts:
        problems += machine.verify_receipt(token, transcript=transcript, keys=keys)
    expect(not problems, f"the transcript holds: {problems}")
    await _independently(transcript, await stage.platform_keys())


async def _independently(transcript: bytes, keys: list[str]) -> None:
    """Run the script in a process of its own, isolated from this project."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "transcript.json"
        await asyncio.to_thread(file.write_bytes, transcript)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(SCRIPT),
            str(file),
            *keys,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
    if process.returncode != 0:
        raise MismatchError(f"the independent script disagrees: {printed.decode(errors='replace')[:600]}")
