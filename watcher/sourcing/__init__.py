"""Sourcing: the list of sources as its operator keeps it: found, proposed, tried, entered, exchanged, trusted."""
