"""Reading what is served: catalogue versions, opened offers, offers side by side."""
