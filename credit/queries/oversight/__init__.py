"""Questions about orders and inspections."""
