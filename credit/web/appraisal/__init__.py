"""Pages and JSON of re-checks and moderation."""
