"""Long work on the ratings of a cycle: how far it is, and the freezing of everybody's snapshot."""
