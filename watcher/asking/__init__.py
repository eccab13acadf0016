"""Asking: what everything that a person asks of us begins with, at a command or a page.

The database it is about, the one thing that it names, who asks and why; and the sentence by which it is refused.
"""
