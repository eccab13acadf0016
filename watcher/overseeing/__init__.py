"""Overseeing: Watcher looks at itself, tells its operators, and is looked at from outside."""
