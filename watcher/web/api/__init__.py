"""The HTTP API, version 1: one file a noun, a row each in :mod:`watcher.web.api.nouns`."""
