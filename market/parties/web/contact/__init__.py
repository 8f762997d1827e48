"""Pages and JSON on how the market reaches a person."""
