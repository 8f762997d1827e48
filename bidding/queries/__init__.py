"""Read models of bidding: what acts load, pages show and exports list."""
