"""A headless Chromium and a loopback file server for the modules the browser runs.

Fixture strategy: one browser for the session, one page for each test; the modules are served as files, so
these tests need no database and no application.
"""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

STATIC = Path(__file__).parents[2] / "bidding" / "web" / "static" / "bidding"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - as the base class declares it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
    }

    def log_message(self, *_: object) -> None:
        """Say nothing: the test reports."""

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>modules</title>")
            return
        super().do_GET()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium; without one a test run on a person's machine skips, CI fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        message = "no Chromium on this machine: install the package chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    assert found is not None
    return found


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as engine:
        running = await engine.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture(scope="session")
def modules() -> Iterator[str]:
    """Serve the sealing modules on a free loopback port; the address."""
    handler = functools.partial(_Quiet, directory=str(STATIC))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
async def page(browser: Browser, modules: str) -> AsyncIterator[Page]:
    """An empty page of the module server: WebCrypto counts loopback as a secure place."""
    context = await browser.new_context()
    opened = await context.new_page()
    await opened.goto(modules + "/")
    yield opened
    await context.close()
