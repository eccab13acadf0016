"""When things run: the :class:`Engine` port and its adapters."""

from watcher.engine.port import Engine, Job

__all__ = ["Engine", "Job"]
