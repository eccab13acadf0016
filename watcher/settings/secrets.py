"""Secrets stay in the environment: what is written says ``${NAME}`` and is filled in when it is used."""

import os
import re
from collections.abc import Mapping
from typing import Any

from alerts.channels import Secret

VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
"""A name in the environment, as the file writes it."""


def secret(written: str, environment: Mapping[str, str] | None = None) -> Secret:
    """Return the address *written* with its ``${NAME}`` parts filled in; a missing one stays empty."""
    known = os.environ if environment is None else environment
    return Secret(value=VARIABLE.sub(lambda found: known.get(found[1], ""), written))


def filled_or_missing(written: str, environment: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return *written* with its names filled in, and those that the environment does not have."""
    missing = tuple(name for name in VARIABLE.findall(written) if not environment.get(name))
    return secret(written, environment).value, missing


def filled(value: Any, environment: Mapping[str, str]) -> Any:
    """Return an option with the ``${NAME}`` parts of every text in it filled in."""
    if isinstance(value, str):
        return secret(value, environment).value
    if isinstance(value, dict):
        return {name: filled(part, environment) for name, part in value.items()}
    return [filled(part, environment) for part in value] if isinstance(value, list) else value
