"""Acts on parties, one transaction each."""
