"""Layouts: a template and plain values become words. What ships runs here, an operator's own in a child process.

A template gets strings, numbers and lists and nothing else; whatever it does, a warning goes out.
"""
