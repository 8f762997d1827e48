"""Fixture strategy: a world has a database, a data folder and a clock of its own; see ``staging``."""

import itertools
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from market.runtime.postgres import Cluster
from tests.browser.conftest import browser, chromium
from tests.secrecy.staging import Stage, staged

__all__ = ["browser", "chromium", "staging"]

_serial = itertools.count(1)

Staging = Callable[[], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def staging(cluster: Cluster, tmp_path: Path, worker_id: str) -> Staging:
    """Give a fresh market, as often as asked."""

    def make() -> AbstractAsyncContextManager[Stage]:
        number = next(_serial)
        return staged(cluster, f"secrecy_{worker_id}_{number}", tmp_path / f"world-{number}")

    return make
