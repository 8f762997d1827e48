"""The shell's own pages: the components with sample data, and the API reference."""
