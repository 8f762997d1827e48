"""Deemed collusion and statistical screens: what is compared, found and done about it."""
