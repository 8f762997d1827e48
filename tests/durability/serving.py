"""``market serve`` with a legal clock that may be set, but without a demonstration's fictional world."""

from market import cli
from market.runtime.settings import Settings


async def _no_world(given: Settings) -> None:
    del given


cli._open_demonstration = _no_world

if __name__ == "__main__":
    cli.main(["serve"])
