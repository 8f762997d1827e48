"""Remedies against a record or a listing: repair, second review, limitation, early removal."""
