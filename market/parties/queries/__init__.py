"""Read models of the parties."""
