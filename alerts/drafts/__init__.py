"""Drafts: a move told as one client needs it, and what must hold before it may leave as a notice."""
