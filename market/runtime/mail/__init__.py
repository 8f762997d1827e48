"""Letters by electronic mail: queued with an act, sent later, at most once each."""
