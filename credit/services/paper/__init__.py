"""Making the papers of records and exit-list cases, inside the acts they belong to."""
