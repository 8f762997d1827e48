"""Acts of mirrors: the feed alone writes them."""
