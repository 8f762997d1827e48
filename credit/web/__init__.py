"""Pages and API of the credit wing."""
