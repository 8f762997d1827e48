"""The browser of the credit pages."""

from tests.credit.web.conftest import browser

__all__ = ["browser"]
