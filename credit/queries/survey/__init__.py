"""What pages and acts ask of surveys."""
