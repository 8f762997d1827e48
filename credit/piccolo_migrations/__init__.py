"""Migrations of the credit wing, written by the tool."""
