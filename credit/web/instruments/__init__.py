"""Pages and JSON of the register of instruments."""
