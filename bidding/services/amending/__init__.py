"""What changes while bids are sealed: questions, clarifications, amendments, the register of holders."""
