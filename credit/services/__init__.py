"""What is done with credit records: one act, one transaction."""
