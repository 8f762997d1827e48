"""Everybody's score at once, in columns of integers; equal to the exact engine bit for bit."""
