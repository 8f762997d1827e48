"""Redacted public copies of evidence."""
