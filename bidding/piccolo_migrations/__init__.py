"""Migrations of the app ``bidding``, written by ``market migrations new bidding``."""
