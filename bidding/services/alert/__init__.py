"""Comparing opened bids, and what is done about alerts."""
