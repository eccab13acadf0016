"""Saying: who is owed which alert, what waits for whom and why, and how each message leaves."""
