"""Questions about mirrored lists."""
