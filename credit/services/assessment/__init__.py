"""Acts about assessment bodies and their reports."""
