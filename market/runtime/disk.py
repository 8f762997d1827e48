"""What the file store does on disk; all of it blocks, so ``files`` runs it in threads."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from market.kernel.errors import UnavailableError

PART: Final = 1 << 20
PREFIX: Final = b"market/file/1"
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}

T = TypeVar("T")


class StoreFullError(UnavailableError):
    """The disk is full; nothing of the file was kept, and it can be sent again."""

    code = "file-store-full"


def done(work: Callable[[], T]) -> T:
    """Do something on the disk.

    Raises:
        StoreFullError: There is no room left.
    """
    try:
        return work()
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFullError("the disk of the file store is full") from error
        raise


def furnish(folder: Path) -> None:
    """Make the folders of a store; a file's is named by two digits of its digest.

    All of them at once: made with the first file of each, they would tell apart what is stored where little
    is, and cost that file two writes to the disk.
    """
    for name in ("tmp", *(f"{number:02x}" for number in range(256))):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder)


class Draft:
    """A file on its way in, hashed while it is written."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.sha = hashlib.sha256(PREFIX)
        self.size = 0
        self.head = b""
        self._out: BinaryIO | None = None

    def write(self, pieces: Sequence[bytes]) -> BinaryIO:
        """Write some of it, the first time into a new file."""
        if self._out is None:
            self._out = _create(self.place)
        for piece in pieces:
            self.sha.update(piece)
            self._out.write(piece)
        return self._out

    def finish(self, pieces: Sequence[bytes]) -> None:
        """Write the rest, and let it outlast a power cut."""
        with self.write(pieces) as out:
            _sync(out)

    def close(self) -> None:
        """Remove the file, if it was not kept."""
        with contextlib.suppress(OSError):  # a full disk takes the rest of the buffer no more now than before
            if self._out is not None:
                self._out.close()
        self.place.unlink(missing_ok=True)


def _create(draft: Path) -> BinaryIO:
    return os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def fold(places: Sequence[Path], sha: "hashlib._Hash", skip: int) -> None:
    """Feed files to a running digest, without the first bytes of each."""
    for place in places:
        with place.open("rb", buffering=0) as source:
            source.seek(skip)
            while part := source.read(PART):
                sha.update(part)


def settle(draft: Path, place: Path) -> None:
    """Give a finished file its name, and let that outlast a power cut."""
    draft.replace(place)
    _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
