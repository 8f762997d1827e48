"""What a party is: pure values and rules."""
