"""Prices sealed apart from the technical part: what the tender document says of it."""
