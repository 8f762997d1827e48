"""Comparisons: an enterprise with itself before, a recorder with its peers, a publication with the last."""
