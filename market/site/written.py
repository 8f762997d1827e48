"""Pages of ``docs/`` that are written from the wings' tables: lifecycles and rules."""

from collections.abc import Iterator
from typing import Any

from bidding.public import LIFECYCLES as BIDDING
from bidding.public import RULE_VERSIONS
from credit.public import LIFECYCLES as CREDIT
from credit.public import built_in
from market.kernel.lifecycle import Lifecycle
from market.kernel.share import decimal
from market.runtime.web import i18n
from market.runtime.web.pages.written import NOTE
from market.site import rules as rules_page
from market.site.rules import SOURCES


def lifecycles() -> str:
    """Return ``lifecycles.md``: every lifecycle as a diagram and as its rows."""
    lead = "Diagrams of the tables that check, draw buttons and are tested stage by stage."
    parts = [NOTE, "# Lifecycles\n", f"{lead}\n", *(_lifecycle(one) for one in (*BIDDING, *CREDIT))]
    return "\n".join(parts)


def _lifecycle(one: Lifecycle[Any, Any]) -> str:
    rows = "".join(f"| {move.source} | {move.act} | {move.target} |\n" for move in one.moves)
    table = f"| stage | act | leads to |\n|---|---|---|\n{rows}"
    return f"## {one.name}\n\n```mermaid\n{one.mermaid()}```\n\n{table}"


def rules() -> str:
    """Return ``rules.md``: every number with its unit, force and source, and what the source keys mean."""
    with i18n.speaking("en"):
        return "\n".join([NOTE, "# Rules and their sources\n", *_sources(), *_tendering(), *_credit()])


def _sources() -> Iterator[str]:
    yield "## Source keys\n\n| key | source | 中文 |\n|---|---|---|"
    for key in SOURCES:
        name = f"rule.source.{key}"
        yield _row(key, i18n.t(name), i18n.text(name, {}, locale=i18n.CHINESE))
    yield ""


def _tendering() -> Iterator[str]:
    """Yield every version's table, the newest first, then what each rule demands and who cites it."""
    for version in reversed([*RULE_VERSIONS.values()]):
        yield f"## Tendering: `{version.name}`\n"
        yield "| id | rule | value | floor | force | source | evidence | from |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_rule_row(rules_page.line(version, rule)) for rule in version.rules.values())
        yield ""
    yield "## What each rule demands\n\n| id | text | refusals that rest on it |\n|---|---|---|"
    newest = [*RULE_VERSIONS.values()][-1]
    for rule in newest.rules.values():
        if rule.id == rule.family:
            codes = ", ".join(f"`{one.code}`" for one in rules_page.cited(rule))
            yield _row(rule.id, i18n.t(f"bidding.rule.{rule.id}.text"), codes)
    yield ""


def _rule_row(line: rules_page.RuleLine) -> str:
    force = f"{line.force}: {line.reason}" if line.reason else line.force
    held = f"{force}; *{line.gap}*" if line.gap else force
    cells = (line.id, line.name, line.value, line.floor, held, line.source, line.mark)
    return _row(*cells, line.effective_from)


def _credit() -> Iterator[str]:
    """Yield the credit rule set: parameters, items, indicators; "found" has evidence, "design" is ours."""
    found = built_in()
    yield f"## Credit rule set {found.version}, digest `{found.digest[:16]}`\n"
    yield "| parameter | value | unit | mark | source |\n|---|---|---|---|---|"
    for one in found.parameters:
        yield _row(one.id, one.value, one.unit, one.mark, one.source)
    yield "\n| item | 名称 | description | points | months | recorder | mark | source |"
    yield "|---|---|---|---|---|---|---|---|"
    for item in found.items:
        months = item.validity_months or "while listed"
        cells = (item.code, item.name_zh, item.name_en, f"{'-' if item.bad else '+'}{decimal(item.points)}")
        yield _row(*cells, months, item.min_recorder, item.mark, item.source)
    yield "\n| measure | 措施 | description | called by | force | begins | authorities | how often | basis |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for act in found.measures:
        often = " ".join(f"{i.level} 1/{i.every}{i.unit}" for i in act.frequency)
        named = (
            act.key,
            act.name_zh,
            act.name_en,
            act.trigger,
            act.force,
            act.issue,
            " ".join(act.authorities),
        )
        yield _row(*named, often, act.legal_basis)
    yield "\n| indicator | 检查内容 | check | points | source |\n|---|---|---|---|---|"
    for check in found.indicators:
        yield _row(check.id, check.check_zh, check.check_en, decimal(check.points_centi), check.source)
    yield ""


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


DOCS = {"lifecycles.md": lifecycles, "rules.md": rules}
