"""Model texts: data in, document out."""
