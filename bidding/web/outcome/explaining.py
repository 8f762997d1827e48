"""How the points of a bid came about, as a tree: the total, its parts, each criterion with its inputs."""

from collections.abc import Iterator, Sequence

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.outcome import marking
from bidding.web.outcome import weights
from market.runtime.web.i18n import t


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with what it was made of, for the explanation tree."""

    label: str
    points: int
    note: str
    rule: str
    children: tuple["Branch", ...] = ()


def tree(scheme: schemes.Scheme, total: int, lines: Sequence[marking.Line]) -> tuple[Branch, ...]:
    """Return the explanation of one bid: the total over the parts of the table over their criteria."""
    known = {str(dict(line.inputs)["criterion"]): line for line in lines if line.formula != "total"}
    made = schemes.sums(scheme, {name: line.result for name, line in known.items()})
    nodes = scheme.outline
    parts = tuple(_level(scheme, nodes, known, made, above=""))
    return (Branch(label=t("bidding.formula.total"), points=total, note="", rule="BLR 49", children=parts),)


def _level(
    scheme: schemes.Scheme,
    nodes: Sequence[schemes.Node],
    known: dict[str, marking.Line],
    made: dict[str, int],
    *,
    above: str,
) -> Iterator[Branch]:
    for node in nodes:
        if node.number.rpartition(".")[0] != above:
            continue
        entry = node.entry
        if isinstance(entry, schemes.Group):
            children = tuple(_level(scheme, nodes, known, made, above=node.number))
            note = t("bidding.formula.part", most=written("points", entry.points))
            yield Branch(
                label=entry.title, points=made[entry.id], note=note, rule="BLR 49", children=children
            )
        elif entry.id in known:
            yield _leaf(weights.name(scheme, entry.id), known[entry.id])


def _leaf(label: str, line: marking.Line) -> Branch:
    inputs = {name: written(name, value) for name, value in line.inputs if name != "criterion"}
    return Branch(
        label=label,
        points=line.result,
        note=t(f"bidding.formula.{line.formula}", **inputs),
        rule=line.source.split(";")[0].strip() if not line.source.startswith("[") else "BLR 49",
    )


def written(name: str, value: int | str) -> str:
    """Write an input as people know it: yuan and points with two decimals, counts as they are."""
    if isinstance(value, str) or name in {"members", "kept"}:
        return str(value)
    return f"{value // 100:,}.{value % 100:02d}"
