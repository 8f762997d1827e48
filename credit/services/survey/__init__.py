"""Acts of the survey of owners."""
