"""Migrations of the app ``credit``, written by ``market migrations new credit``."""
