"""What supervision finds on the ground: orders to correct, and inspections."""
