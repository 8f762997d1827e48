"""Questions about how the market reaches a person."""
