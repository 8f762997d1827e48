"""Pages that show several wings."""
