"""Counting owners' votes, and what follows a recorded decision."""
