"""The register of enterprises as it stood on a day."""
