"""The demonstration: a fictional world built by acts alone, and the whole story driven over HTTP."""
