"""Pages and API of the tender wing."""
