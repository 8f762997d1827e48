"""The fictional world: what it consists of, and how it is built, once, by scenes alone."""
