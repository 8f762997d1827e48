"""Pages and API of remedies."""
