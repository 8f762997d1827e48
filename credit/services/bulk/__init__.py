"""Taking a batch over, and taking it back."""
