"""What runs on the user's machine: keys, sealing, releasing, verifying."""
