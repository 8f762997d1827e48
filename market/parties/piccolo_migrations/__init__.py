"""Database migrations of the parties."""
