"""Owners' decisions over HTTP."""
