"""The pages on which the rule set is read, edited, approved and published."""
