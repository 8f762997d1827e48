"""Laws as an official paper cites them: the title and the articles in characters instead of a key."""

import re
from collections.abc import Mapping

_HAN = "〇一二三四五六七八九"
_HUNDRED, _TEN = 100, 10


def cite(text: str, *, titles: Mapping[str, str]) -> str:
    """Write ``"BPR 68, 97"`` as 《北京市物业管理条例》第六十八条、第九十七条; what is no key stands as it is.

    Args:
        text: Keys with articles, parted by semicolons.
        titles: Key -> title; what stands in brackets at its end, years and numbers, is left out.
    """
    return "；".join(_one(part.strip(), titles) for part in text.split(";") if part.strip())


def _one(part: str, titles: Mapping[str, str]) -> str:
    key = next(
        (key for key in sorted(titles, key=len, reverse=True) if part == key or part.startswith(f"{key} ")),
        "",
    )
    if not key:
        return part
    articles = [_article(one.strip()) for one in part[len(key) :].split(",") if one.strip()]
    return f"《{titles[key].partition('（')[0]}》{'、'.join(articles)}"


def _article(text: str) -> str:
    found = re.fullmatch(r"(\d{1,3})(?:\((\d{1,2})\))?", text)
    if found is None:
        return text
    item = f"第（{_characters(int(found[2]))}）项" if found[2] else ""
    return f"第{_characters(int(found[1]))}条{item}"


def _characters(number: int) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    tens, ones = divmod(rest, _TEN)
    head = f"{_HAN[hundreds]}百" if hundreds else ""
    if not tens:
        gap = "〇" if hundreds and ones else ""
        return head + gap + (_HAN[ones] if ones or not hundreds else "")
    ten = "十" if tens == 1 and not hundreds else f"{_HAN[tens]}十"
    return head + ten + (_HAN[ones] if ones else "")
