"""Handing a community over from one provider to the next."""
