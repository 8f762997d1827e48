"""Pages and interface of orders and inspections."""
