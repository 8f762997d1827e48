"""Acts on how the market reaches a person: addresses and calendar feeds."""
