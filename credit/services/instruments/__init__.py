"""Acts of the register of instruments: entry, annulment, and the fall of what rests on an entry."""
