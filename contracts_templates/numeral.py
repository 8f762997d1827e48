"""Numbers as Chinese documents write them: capitals for money, characters for articles, days in words."""

from datetime import date, datetime
from fractions import Fraction

from market.kernel import area as areas
from market.kernel import money, period, share

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = "〇一二三四五六七八九十"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP = 10_000
_TEN = 10
_HUNDRED = 100


def _group(value: int) -> str:
    """Write 1 to 9999 in capitals, one 零 for each inner gap."""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _CAPITALS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text


def _whole(yuan: int) -> str:
    groups = []
    while yuan:
        yuan, rest = divmod(yuan, _GROUP)
        groups.append(rest)
    text = ""
    for index in range(len(groups) - 1, -1, -1):
        value = groups[index]
        if not value:
            continue
        above = index + 1 < len(groups)
        zero = above and text and (value < _GROUP // _TEN or not groups[index + 1])
        text += ("零" if zero else "") + _group(value) + _GROUPS[index]
    return text


def rmb(fen: int) -> str:
    """Write an amount in capitals: ``rmb(30_000_000_00) == "人民币叁仟万元整"``; zero is 零元整."""
    yuan, rest = divmod(fen, _HUNDRED)
    jiao, cents = divmod(rest, _TEN)
    text = "人民币" + (_whole(yuan) + "元" if yuan or not rest else "")
    if not yuan and not rest:
        return "人民币零元整"
    if not rest:
        return text + "整"
    if jiao:
        text += _CAPITALS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (_CAPITALS[cents] + "分" if cents else "整")


def han(value: int) -> str:
    """Write 0 to 99 in characters, as articles are counted: ``han(18) == "十八"``."""
    tens, ones = divmod(value, _TEN)
    if not tens:
        return _SMALL[ones]
    return ("" if tens == 1 else _SMALL[tens]) + "十" + (_SMALL[ones] if ones else "")


def day(value: date) -> str:
    """Write a day: 2027年3月1日."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """Write an instant to the microsecond in Beijing time."""
    local = value.astimezone(period.SHANGHAI)
    return f"{day(local.date())} {local:%H:%M:%S.%f}（北京时间）"


def second(value: datetime) -> str:
    """Write an instant to the second in Beijing time: 2027年3月1日 10:00:00."""
    local = value.astimezone(period.SHANGHAI)
    return f"{day(local.date())} {local:%H:%M:%S}"


def yuan(fen: int) -> str:
    """Write fen as ¥1,234.50."""
    return money.format_fen(fen)


def area(centi: int) -> str:
    """Write an area with its Chinese unit."""
    return areas.format_area(centi).replace(" m²", "平方米")


def points(centi: int) -> str:
    """Write centi-points with two decimals."""
    return share.decimal(centi)


def monthly_rate(annual_fen: int, area_centi: int) -> str:
    """Return the fee per square metre and month an annual fee comes to, yuan, half-even to fen."""
    return money.format_fen(share.half_even(Fraction(annual_fen * _HUNDRED, area_centi * 12)))
