"""Migrations of the app ``runtime``, written by ``market migrations new runtime``."""
