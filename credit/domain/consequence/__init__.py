"""What follows from a published grade: measures that begin by themselves, and proposals to a person."""
