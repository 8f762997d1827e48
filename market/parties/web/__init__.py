"""Pages and JSON of the parties."""
