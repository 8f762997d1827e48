"""Alerts as values."""
