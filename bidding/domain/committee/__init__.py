"""The evaluation committee: how it is composed, drawn and kept free of conflicts."""
