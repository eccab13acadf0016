"""Worded: the base of everything that is said to people, kept whole exactly as it was worded."""

from pydantic import BaseModel, ConfigDict

Names = dict[str, str]
"""A text by language code."""


class Worded(BaseModel):
    """A value that is stored as JSON and read back years later; it never changes and has no unknown parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
