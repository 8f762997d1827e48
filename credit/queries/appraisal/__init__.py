"""Questions about sheets, re-checks and moderation."""
