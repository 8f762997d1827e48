"""Pages and API of what is served: catalogue, offers side by side."""
