"""Pure vocabulary shared by every part: no I/O, no clock."""
