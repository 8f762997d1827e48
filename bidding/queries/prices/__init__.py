"""Prices in an envelope of their own: locked marks, and what is opened when."""
