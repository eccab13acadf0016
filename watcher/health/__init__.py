"""Who watches the watcher: how each source goes, what could have been seen, and what its operators must be told.

Nothing here asks the clock, the network or the database: a poll's facts go in, conditions and troubles with
their reasons come out. Start at :mod:`watcher.health.conditions`.
"""
