"""PDF answers of this wing: as every wing's."""

from contracts_templates.answer import answer

__all__ = ["answer"]
