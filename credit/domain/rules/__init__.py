"""The rule set as data: cells, tables, conditions, differences, and the life of a version."""
