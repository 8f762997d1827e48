"""Owners' votes: matters, ballots, counting, and how a vote is held."""
