"""What of the credit wing the log covers by digests of content, computed again."""
