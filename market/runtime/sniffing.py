"""What a file is by its first bytes."""

import puremagic

PLAIN = frozenset({"text/plain", "text/csv", "application/json", "text/markdown"})


def media_types(head: bytes) -> set[str]:
    """Return every media type the first bytes speak for; the strongest marks count, not the vague ones."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        matches = []
    best = max((match.confidence for match in matches), default=0)
    found = {match.mime_type for match in matches if match.confidence == best}
    return found | PLAIN if _is_text(head) and not found - PLAIN - {""} else found


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as problem:
        if problem.start < len(head) - 3:  # a character cut at the end of the head is no fault
            return False
        text = head[: problem.start].decode()
    return bool(text) and all(character.isprintable() or character in "\t\r\n\ufeff" for character in text)
