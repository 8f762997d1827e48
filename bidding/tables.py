"""Tables of the app ``bidding``."""
