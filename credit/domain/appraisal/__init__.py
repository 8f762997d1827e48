"""Two scorers, re-checks and moderation of evaluations: the rules."""
