"""Acts of scoring and re-checking."""
