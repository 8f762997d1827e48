"""Tables of the app ``bidding``, by noun."""
