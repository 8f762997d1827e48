"""The sealed bid: envelope, list, opening and transcript, as docs/sealing.md has them."""
