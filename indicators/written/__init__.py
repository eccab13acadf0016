"""Written: files that a person wrote, read to checked values with every fault at its line, and changed line by line.

Used for assessments here and for the configuration by :mod:`watcher`.
"""

from indicators.written.files import Fault, Path, Written, WrittenFile, in_order, spoken

__all__ = ["Fault", "Path", "Written", "WrittenFile", "in_order", "spoken"]
