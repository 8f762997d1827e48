"""Questions about remedies: repair of records, early removal from the exit list."""
