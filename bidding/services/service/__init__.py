"""Acts on what is served: publishing the catalogue, checking item tables."""
