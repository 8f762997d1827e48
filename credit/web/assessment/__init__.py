"""Pages and JSON of assessment bodies."""
