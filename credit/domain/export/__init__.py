"""What everybody gets of published ratings, so that each can be computed again without the platform."""
