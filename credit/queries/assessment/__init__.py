"""Questions about assessment bodies and their reports."""
