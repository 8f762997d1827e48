"""Calling the sealing modules from a test."""

from typing import Any

from playwright.async_api import Page

NAMES = ("codec", "hpke", "tree", "envelope", "keys", "release")

_HARNESS = """async ([names, body, argument]) => {
  const modules = await Promise.all(names.map((name) => import(`/${name}.js`)));
  const AsyncFunction = (async () => {}).constructor;
  return new AsyncFunction(...names, "it", body)(...modules, argument);
}"""


async def run(page: Page, script: str, argument: object = None) -> Any:
    """Evaluate an async function body with the modules in scope by name and *argument* as ``it``."""
    return await page.evaluate(_HARNESS, [list(NAMES), script, argument])
