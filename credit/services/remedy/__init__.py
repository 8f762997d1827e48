"""Acts of remedies: repair of records, second review, early removal from the exit list."""
