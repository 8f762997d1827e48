"""The independent script, loaded as a stranger would run it: from its file, with nothing of ours."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCRIPT = DOCS / "verify_opening.py"


def load_script(name: str = "verify_opening") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_script(path: Path, *keys: str, script: str = SCRIPT.stem) -> tuple[int, list[str]]:
    """Run it in its own process, isolated from the project's path; exit status and printed lines."""
    command = [sys.executable, "-I", str(DOCS / f"{script}.py"), str(path), *keys]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)  # noqa: S603
    return done.returncode, done.stdout.splitlines()


def find_with_script(module: ModuleType, transcript: dict[str, Any], *keys: str) -> list[str]:
    """Run it in this process: the same checks without the cost of a process for each of many."""
    for state in (module.BAD, module.KEYS, module.TOP):
        state.clear()
    module.KEYS.update({module.kid(key): key for key in keys})
    try:
        module.check(module.load(json.dumps(transcript)))
    except Exception as problem:  # noqa: BLE001 - the script prints any of them as malformed
        module.BAD.append(f"malformed: {problem!r}")
    return list(module.BAD)
