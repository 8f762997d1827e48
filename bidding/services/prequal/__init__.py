"""Pre-qualification: what applicants do, what the examiner does, what the clock does."""
