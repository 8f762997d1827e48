"""The part of verification that reads the file store: every kept file is there and is what its name says."""

import hashlib
from contextlib import suppress

from market.runtime import database, disk, files
from market.runtime.findings import Finding

PAGE = 500


async def kept_files() -> list[Finding]:
    """Compare every file the store answers for with its name, which is the digest of its bytes.

    A file nobody recorded is no finding: nothing rests on what no row names.
    """
    found: list[Finding] = []
    after = ""
    while rows := await database.fetch(
        "SELECT digest, size FROM runtime_file WHERE digest > $1 ORDER BY digest LIMIT $2", after, PAGE
    ):
        after = rows[-1]["digest"]
        for row in rows:
            found += await _check(row["digest"], row["size"])
    return found


async def _check(name: str, size: int) -> list[Finding]:
    sha = hashlib.sha256(disk.PREFIX)
    with suppress(files.FileMissingError, FileNotFoundError):
        there = files.path_of(name).stat().st_size
        await files.fold([name], sha)
        if sha.hexdigest() == name and there == size:
            return []
        return [
            Finding(code="file-edited", place=f"file {name}", detail=f"{size} bytes recorded, {there} there")
        ]
    return [Finding(code="file-deleted", place=f"file {name}")]
