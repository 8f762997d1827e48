"""Looking for words in bytes of any kind: as UTF-8, UTF-16, base64, hex, and inside gzip."""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

GZIP = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
INFLATED = 8 << 20
REGION = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r(w|-)")


def spellings(word: str) -> dict[str, bytes]:
    """Return how a word may stand in bytes."""
    plain = word.encode()
    found = {"utf-8": plain, "utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be")}
    found["hex"] = plain.hex().encode()
    found["escaped"] = word.encode("unicode-escape") if not word.isascii() else plain
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + plain)
        start, end = -(-shift * 4 // 3), len(whole.rstrip(b"=")) - (1 if (shift + len(plain)) % 3 else 0)
        found[f"base64 {shift}"] = whole[start:end]
        found[f"base64url {shift}"] = whole[start:end].translate(bytes.maketrans(b"+/", b"-_"))
    return found


def sightings(data: bytes, words: Iterable[str]) -> list[tuple[str, str]]:
    """Return which words stand in bytes and in which spelling; also inside what gzip packed there."""
    wanted = [(word, name, text) for word in words for name, text in spellings(word).items()]
    found = [(word, name) for word, name, text in wanted if text in data]
    for inner in unpacked(data):
        found += [(word, f"gzip {name}") for word, name, text in wanted if text in inner]
    return found


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what every gzip stream in some bytes holds, as far as it can be read."""
    for mark in GZIP.finditer(data):
        reader = zlib.decompressobj(wbits=31)
        try:
            yield reader.decompress(data[mark.start() :], INFLATED)
        except zlib.error:
            continue


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path), path.read_bytes()


def memory_of(process: int) -> Iterator[tuple[str, bytes]]:
    """Yield the memory of a process, region by region, as a core of it would hold it."""
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            region = REGION.match(line)
            if region is None or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(text, 16) for text in region.groups()[:2])
            if region[3] == "-" and "/" in line:
                continue
            try:
                memory.seek(start)
                yield f"process {process} {line.split(maxsplit=5)[-1]}", memory.read(end - start)
            except (OSError, OverflowError):
                continue
