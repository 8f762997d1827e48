"""Drafts and versions of the rule set, as acts and pages see them."""
