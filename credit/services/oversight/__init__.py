"""Acts of supervision on the ground."""
