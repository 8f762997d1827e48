"""Who may enter a tender: invited enterprises."""
