"""What data of a closed cycle call for."""
