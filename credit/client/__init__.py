"""What runs on a reader's own machine, without the platform."""
