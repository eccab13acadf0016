"""Sending: how each message that is owed leaves: let go, claimed, worded, handed to its channel, and put on record."""
