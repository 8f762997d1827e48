"""Items that data call for by themselves; a person still decides."""
