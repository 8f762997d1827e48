"""The register of enterprises as JSON, and how it is asked for."""
