"""Bids in two envelopes: sealed in one act, opened in two."""
