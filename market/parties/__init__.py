"""Who and where: accounts, mandates, organisations, communities, divisions."""
