"""The story: whom it brings along, and how it is told from a notice to the credit it costs."""
