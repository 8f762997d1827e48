"""Tables of the app ``runtime``."""
