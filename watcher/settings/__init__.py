"""``watcher.yaml`` and the environment, as checked values.

Secrets stay in the environment: an address may say ``${NAME}`` and is filled in when it is used;
nothing here ever prints one.
"""

from watcher.settings.reading import load_settings, read_settings
from watcher.settings.secrets import secret
from watcher.settings.sending import Sending, Storm
from watcher.settings.source import WrittenSource
from watcher.settings.web import Web
from watcher.settings.whole import Settings

__all__ = ["Sending", "Settings", "Storm", "Web", "WrittenSource", "load_settings", "read_settings", "secret"]
