"""Versions of the rule set: their life from draft to publication."""
