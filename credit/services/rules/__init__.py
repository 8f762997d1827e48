"""The acts that draft, try, approve and publish a version of the rule set."""
