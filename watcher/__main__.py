"""Lets ``python -m watcher`` do what the command ``watcher`` does."""

from watcher.cli import main

main()
