"""Records and 12345 cases that come many at once: the rows of a file, what is wrong in them, their batch."""
