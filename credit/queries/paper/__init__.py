"""Kept papers, for pages and PDF."""
