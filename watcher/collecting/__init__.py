"""Collecting: what the world says, asked for or sent to us, and kept.

A source is polled, pushed to or subscribed; what it gave is kept in one transaction with how to ask it next time.
"""
