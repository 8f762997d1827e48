"""Batches as they stand, and what a file would bring."""
