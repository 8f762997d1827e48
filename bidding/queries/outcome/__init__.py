"""Reads that stand beside the marks: how far they lie apart, and prices that were asked about."""
