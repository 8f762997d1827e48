"""Input and output for everyone: database, audit, outbox, files, schedule, web shell."""
