"""What is served: the catalogue, a tender's item table, the priced offer, offers side by side."""
