"""Deciding: what a named person rules about events, moves and scenarios, and what follows from it.

Each decision is one more row with who, when and why, and one row of the audit. Nothing here judges for good:
what a decision would change is worked out from the last judgement's own inputs and shown; the daemon reads
all decisions anew at each judgement and applies it at its next one.
"""
