"""Pages and JSON of comparisons."""
