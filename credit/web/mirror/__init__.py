"""Pages and API of mirrored lists."""
