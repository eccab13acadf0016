"""Saying: who is owed which alert, what waits for whom and why, and who is told next where nobody has it."""
