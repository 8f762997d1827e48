"""The plan of the building, as far as a machine can see it (docs/architecture.md)."""

import ast
import importlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from piccolo.conf.apps import Finder
from piccolo.table import Table

from market.kernel.errors import MarketError

ROOT = Path(__file__).parents[2]
PACKAGES = ("market", "bidding", "credit", "contracts_templates")
WINGS = ("market/parties", "bidding", "credit")
SOURCES = sorted(
    path
    for package in (*PACKAGES, "tests", "bench")
    for path in (ROOT / package).rglob("*.py")
    if path.parent.name != "piccolo_migrations"
)
OURS = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in PACKAGES]
VAGUE = {"utils", "helpers", "common", "manager", "base", "data", "info", "misc"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def limit(path: Path) -> int:
    """Tables and tests may be longer: they are lists."""
    lists = path.name == "tables.py" or path.parent.name == "tables" or path.is_relative_to(ROOT / "tests")
    return 400 if lists else 300


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> None:
    """Import everything, so that every class is known."""
    for path in OURS:
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        importlib.import_module(dotted.removesuffix(".__init__"))


def errors(of: type[MarketError] = MarketError) -> Iterator[type[MarketError]]:
    yield of
    for kind in of.__subclasses__():
        yield from errors(kind)


def test_imports_go_down_only() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(  # noqa: S603
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.parametrize("wing", [*WINGS, "market/processes", "market/site"])
def test_every_wing_has_its_door(wing: str) -> None:
    assert (ROOT / wing / "public.py").exists()


def test_modules_stay_readable() -> None:
    assert {name_of(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > limit(p)} == {}


def test_modules_say_what_they_hold() -> None:
    assert [name_of(p) for p in SOURCES if p.stem in VAGUE] == []
    assert [name_of(p) for p in SOURCES if not ast.get_docstring(tree_of(p))] == []


def test_the_kernel_stays_small() -> None:
    files = [path.name for path in (ROOT / "market" / "kernel").glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= 10


def test_init_files_only_speak() -> None:
    """Packages import nothing on the way in; otherwise the kernel would pull in the roof."""
    for path in ROOT.rglob("__init__.py"):
        if not path.relative_to(ROOT).parts[0].startswith((".", "var", "build")):
            body = tree_of(path).body
            assert len(body) == 1, name_of(path)
            assert ast.get_docstring(tree_of(path)), name_of(path)


@cache
def called_from_outside() -> frozenset[str]:
    """Return the dotted names that code outside services takes from a services module."""
    found: set[str] = set()
    for path in OURS:
        if "services" in path.relative_to(ROOT).parts:
            continue
        tree = tree_of(path)
        names = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        found |= set(names.values()) | {
            f"{names[node.value.id]}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
        }
    return frozenset(found)


def acts() -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    """Yield the coroutines of services that are called from outside: acts; the others are parts of acts."""
    called = called_from_outside()
    for wing in WINGS:
        for path in sorted((ROOT / wing / "services").rglob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in tree_of(path).body:
                if isinstance(node, ast.AsyncFunctionDef) and f"{dotted}.{node.name}" in called:
                    yield f"{name_of(path)}::{node.name}", node


def test_acts_are_found_in_every_wing_and_folder() -> None:
    names = [name for name, _ in acts()]
    assert len(names) > 150
    for folder in ("market/parties/services/", "bidding/services/committee/", "credit/services/"):
        assert [name for name in names if name.startswith(folder)]


def test_every_act_says_who_and_when_by_name() -> None:
    """What is called from outside services is an act: keyword-only, with an actor and an instant.

    What the schedule calls, ``(*, id, now)``, acts as the platform and takes no actor.
    """
    wrong = {
        name: [argument.arg for argument in act.args.kwonlyargs]
        for name, act in acts()
        if act.args.args
        or act.args.posonlyargs
        or not ({"by", "now"} <= (named := {a.arg for a in act.args.kwonlyargs}) or named == {"id", "now"})
    }
    assert wrong == {}


def test_no_act_has_a_default_actor_or_instant() -> None:
    for name, act in acts():
        defaults = dict(zip(act.args.kwonlyargs, act.args.kw_defaults, strict=True))
        given = [argument.arg for argument, default in defaults.items() if default is not None]
        assert not {"by", "now"} & set(given), name


def tables() -> list[type[Table]]:
    found: list[type[Table]] = Finder().get_table_classes()
    assert found
    return found


def test_every_table_is_audited_or_says_why_not() -> None:
    silent = [t.__name__ for t in tables() if not (hasattr(t, "audited") ^ bool(getattr(t, "exempt", "")))]
    assert silent == []


def test_audited_fields_exist() -> None:
    for table in tables():
        if hasattr(table, "audited"):
            columns = {column._meta.name for column in table._meta.columns}
            assert set(table.audited.fields) <= columns, table.__name__


def test_table_names_carry_their_app() -> None:
    for app in ("runtime", "parties", "bidding", "credit"):
        for table in Finder().get_app_config(app).table_classes:
            assert table._meta.tablename.startswith(f"{app}_"), table.__name__


def test_no_two_constraints_share_a_name() -> None:
    """PostgreSQL keeps the index of a constraint by name in one schema: begin it with the table."""
    names = Counter(constraint._meta.name for table in tables() for constraint in table._meta.constraints)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_error_has_its_own_code() -> None:
    modules()
    kinds = [kind for kind in errors() if kind.__module__.split(".")[0] in PACKAGES]
    silent = [kind.__qualname__ for kind in kinds if not {"code", "__init__"} & set(vars(kind))]
    assert silent == []
    codes = Counter(vars(kind)["code"] for kind in kinds if "code" in vars(kind))
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_error_code_is_documented_once() -> None:
    """Codes are API: ``make docs`` lists them in docs/errors.md."""
    modules()
    text = (ROOT / "docs" / "errors.md").read_text()
    codes = {kind.code for kind in errors() if kind.__module__.split(".")[0] in PACKAGES}
    assert {code for code in codes if text.count(f"\n## {code}\n") != 1} == set()


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        name_of(path)
        for path in OURS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCKS
    }
    assert readers == {"market/runtime/clock.py"}


def test_sealed_bids_are_opened_on_the_users_machine_only() -> None:
    """HPKE lives in bidding/client; no path in the server decrypts a share."""
    users = {name_of(p) for p in OURS if any(".hpke" in name.lower() for name in imported(p))}
    client = {name for name in users if name.startswith("bidding/client/")}
    assert client
    assert users == client


def test_weasyprint_is_loaded_in_one_place() -> None:
    """Its system libraries may be missing; only ``render`` knows how to say so."""
    users = {
        name_of(path)
        for path in OURS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and node.value == "weasyprint"
    }
    assert users == {"contracts_templates/render.py"}


def test_nothing_foreign_is_pinned_to_a_host() -> None:
    pins = (ROOT / "constraints.txt").read_text()
    assert "://" not in pins
    assert "--" not in pins
