"""Printable records of a tender: opening, draw, evaluation, announcement."""
