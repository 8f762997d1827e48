"""The rule set as data: tables, register of measures, bounds, differences."""
