"""Workbench: what an author of rules does before a rule is live: check, try, measure, search, amend."""
