"""Whether a rule treats kinds of enterprises alike: the kinds, and how far one stands from another."""
