"""The committee over HTTP."""
