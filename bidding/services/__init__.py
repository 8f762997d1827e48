"""What is done with tenders and bids: one act, one transaction."""
