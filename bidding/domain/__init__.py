"""What tenders, bids and openings are: pure rules."""
