"""What is done with committees: the draw, the seats, the report."""
