"""Tables of the app ``credit``."""
