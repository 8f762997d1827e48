"""Questions about the register of instruments."""
