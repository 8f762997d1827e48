"""Marks that lie apart and low prices over HTTP."""
