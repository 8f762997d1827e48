"""What records, scores and grades are: pure rules."""
