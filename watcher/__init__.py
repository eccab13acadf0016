"""When to look, where, what to remember, how to show it: the running half of Watcher.

Start reading at :mod:`watcher.cycle`.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("iw-watcher")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0"
