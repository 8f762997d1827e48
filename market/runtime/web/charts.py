"""Static drawings of a few numbers, the same on a page and in a PDF.

Labels stand beside what they name; there are no legends and no scripts. Callers hand in fen, centi-points
or counts and, where the number is not read as it is, the text to show. ``svg`` writes colours and fonts as
attributes, which a page's style sheet overrules and a PDF takes as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from markupsafe import Markup

WIDTH = 640
_ROW = 30
_LABEL = 200
_SHOWN = 96
_PLOT = 180


class Word(msgspec.Struct, frozen=True):
    """A label in a drawing."""

    x: int
    y: int
    text: str
    anchor: str = "start"
    kind: str = "label"


class Mark(msgspec.Struct, frozen=True):
    """A bar or a dot."""

    kind: str
    x: int
    y: int
    width: int = 0
    height: int = 0


class Line(msgspec.Struct, frozen=True):
    """A stroke: an axis, a guide or the course of the values."""

    kind: str
    path: str


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """A chart, with its numbers as a table for those who read rather than see."""

    height: int
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    table: tuple[tuple[str, str], ...]
    width: int = WIDTH


class Datum(msgspec.Struct, frozen=True):
    """A labelled number and how it is written."""

    label: str
    value: int
    shown: str


_INK: Final = "#1b1f24"
_SOFT: Final = "#4c535b"
_ACCENT: Final = "#1f4e5f"
_LOOK: Final[Mapping[str, str]] = {
    "axis": 'fill="none" stroke="#8d877a"',
    "guide": 'fill="none" stroke="#d8d3c8"',
    "course": f'fill="none" stroke="{_ACCENT}" stroke-width="2"',
    "bar": f'fill="{_ACCENT}"',
    **{
        f"bar part-{n}": f'fill="{_ACCENT}" fill-opacity="{share}"'
        for n, share in enumerate(("0.45", "0.33", "0.22", "0.12", "0.05"))
    },
    "dot": f'fill="{_ACCENT}"',
    "dot marked": 'fill="#b3261e"',
    "label": f'fill="{_INK}"',
    "value": f'fill="{_SOFT}"',
}
"""How each kind of stroke, mark and word is drawn where no style sheet says otherwise."""
_FACE: Final = 'font-family="Market Sans, sans-serif" font-size="14"'


def svg(drawing: Drawing, title: str) -> Markup:
    """Return a drawing as inline SVG; the caller shows ``drawing.table`` beside it, for who cannot see it.

    Args:
        title: What the drawing is of, in the reader's language; read aloud in place of it, and its
            alternative text in a PDF.
    """
    box = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">')
    parts = [box.format(drawing.width, drawing.height, title), Markup("<title>{}</title>").format(title)]
    stroke = Markup('<path class="{}" {} d="{}"/>')
    parts += [stroke.format(line.kind, _look(line.kind), line.path) for line in drawing.lines]
    parts += [_mark(mark) for mark in drawing.marks]
    parts += [_word(word) for word in drawing.words]
    return Markup("").join([*parts, Markup("</svg>")])


def _look(kind: str) -> Markup:
    return Markup(_LOOK[kind])  # noqa: S704 - our own attributes


def _mark(mark: Mark) -> Markup:
    if mark.kind.startswith("bar"):
        return Markup('<rect class="{}" {} x="{}" y="{}" width="{}" height="{}"/>').format(
            mark.kind, _look(mark.kind), mark.x, mark.y, mark.width, mark.height
        )
    return Markup('<circle class="{}" {} cx="{}" cy="{}" r="4.5"/>').format(
        mark.kind, _look(mark.kind), mark.x, mark.y
    )


def _word(word: Word) -> Markup:
    face = Markup(_FACE)  # noqa: S704 - our own attributes
    return Markup('<text class="{}" {} {} x="{}" y="{}" text-anchor="{}">{}</text>').format(
        word.kind, face, _look(word.kind), word.x, word.y, word.anchor, word.text
    )


def read(items: Sequence[Sequence[object]]) -> list[Datum]:
    """Return ``(label, number)`` or ``(label, number, text)`` as values, rounded to integers."""
    found = []
    for label, value, *shown in items:
        whole = round(float(str(value)))
        found.append(Datum(str(label), whole, str(shown[0]) if shown else f"{whole:,}"))
    return found


def bars(items: Sequence[Sequence[object]]) -> Drawing:
    """Draw horizontal bars from zero; a negative number is drawn to the left of the axis."""
    data = read(items)
    low, high = min([0, *(d.value for d in data)]), max([1, *(d.value for d in data)])
    room = WIDTH - _LABEL - _SHOWN

    def at(value: int) -> int:
        return _LABEL + (value - low) * room // (high - low)

    marks, words = [], []
    for row, datum in enumerate(data):
        top = row * _ROW + 5
        left, right = sorted((at(0), at(datum.value)))
        marks.append(Mark("bar", left, top, max(right - left, 1), _ROW - 10))
        words.append(Word(_LABEL - 10, top + 15, _short(datum.label), "end"))
        words.append(Word(right + 8, top + 15, datum.shown, kind="value"))
    height = max(len(data), 1) * _ROW + 4
    axis = Line("axis", f"M{at(0)} 0V{height}")
    return Drawing(height=height, marks=(*marks,), words=(*words,), lines=(axis,), table=_table(data))


def stacked(items: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> Drawing:
    """Draw one bar for each label, made of parts in a fixed order that carry their names where they fit.

    Args:
        items: Label, and the name and number of each part; five parts at most have a shade of their own.
    """
    most = max([1, *(sum(value for _, value in parts) for _, parts in items)])
    room = WIDTH - _LABEL - _SHOWN
    marks, words, table = [], [], []
    for row, (label, parts) in enumerate(items):
        top, done = row * _ROW + 5, 0
        words.append(Word(_LABEL - 10, top + 15, _short(label), "end"))
        for place, (name, value) in enumerate(parts):
            left, right = (_LABEL + amount * room // most for amount in (done, done + value))
            done += value
            if value:
                marks.append(Mark(f"bar part-{place}", left, top, max(right - left - 1, 1), _ROW - 10))
            shown = f"{name} {value:,}"
            if right - left > _fits(shown):
                words.append(Word((left + right) // 2, top + 15, shown, "middle"))
        words.append(Word(_LABEL + done * room // most + 8, top + 15, f"{done:,}", kind="value"))
        table.append((label, " · ".join(f"{name} {value:,}" for name, value in parts)))
    height = max(len(items), 1) * _ROW + 4
    axis = Line("axis", f"M{_LABEL} 0V{height}")
    return Drawing(height=height, marks=(*marks,), words=(*words,), lines=(axis,), table=(*table,))


def _fits(text: str) -> int:
    """Return about how wide a text is drawn."""
    return 6 + sum(14 if sign > "⺀" else 8 for sign in text)


def dots(items: Sequence[Sequence[object]], mark: str | None = None) -> Drawing:
    """Draw one dot per value on a common scale, the highest first; ``mark`` is the label to point out."""
    data = sorted(read(items), key=lambda d: -d.value)
    low, high = min([0, *(d.value for d in data)]), max([1, *(d.value for d in data)])
    room = WIDTH - _LABEL - _SHOWN - 10
    marks, words, lines = [], [], []
    for row, datum in enumerate(data):
        middle = row * _ROW + 15
        place = _LABEL + 5 + (datum.value - low) * room // (high - low)
        lines.append(Line("guide", f"M{_LABEL} {middle}H{place}"))
        marks.append(Mark("dot marked" if datum.label == mark else "dot", place, middle))
        words.append(Word(_LABEL - 10, middle + 5, _short(datum.label), "end"))
        words.append(Word(place + 12, middle + 5, datum.shown, kind="value"))
    height = max(len(data), 1) * _ROW + 4
    return Drawing(height=height, marks=(*marks,), words=(*words,), lines=(*lines,), table=_table(data))


def line(items: Sequence[Sequence[object]]) -> Drawing:
    """Draw the course of values in the order given; first, last, highest and lowest carry their numbers."""
    data = read(items)
    height = _PLOT + 56
    if not data:
        return Drawing(height=height, marks=(), words=(), lines=(), table=())
    low, high = min(d.value for d in data), max(d.value for d in data)
    span, steps = max(high - low, 1), max(len(data) - 1, 1)
    spots = [
        (40 + i * (WIDTH - 80) // steps, 24 + (high - datum.value) * _PLOT // span)
        for i, datum in enumerate(data)
    ]
    course = "M" + "L".join(f"{x} {y}" for x, y in spots)
    values = [datum.value for datum in data]
    told = {0, len(data) - 1, values.index(low), values.index(high)}
    marks = tuple(Mark("dot", *spots[i]) for i in sorted(told))
    numbers = [Word(spots[i][0], spots[i][1] - 10, data[i].shown, "middle", "value") for i in sorted(told)]
    every = max(len(data) // 6, 1)
    names = [Word(x, height - 6, data[i].label, "middle") for i, (x, _) in enumerate(spots) if i % every == 0]
    axis = Line("axis", f"M30 {_PLOT + 32}H{WIDTH - 30}")
    return Drawing(
        height=height,
        marks=marks,
        words=(*numbers, *names),
        lines=(axis, Line("course", course)),
        table=_table(data),
    )


def _short(label: str) -> str:
    """Return a label that fits its column; the table has it whole."""
    width = 0
    for place, sign in enumerate(label):
        width += 14 if sign > "⺀" else 8
        if width > _LABEL - 24:
            return label[:place] + "…"
    return label


def _table(data: Sequence[Datum]) -> tuple[tuple[str, str], ...]:
    """Return the numbers as rows."""
    return tuple((datum.label, datum.shown) for datum in data)
