"""Policy that links the wings, one sentence per file."""
