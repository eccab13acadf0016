"""Unlisted: the sources that nobody of an assessment stands for."""

from collections.abc import Mapping

from indicators.assessments import Assessment
from indicators.items import Item
from indicators.publishers import Publisher, publisher_of


class Unlisted:
    """The sources of items that no publisher of an assessment stands for: an event of theirs is graded F6.

    *publishers* are those that the operator named, by source. A source that the assessment itself grades F is listed.
    """

    def __init__(self, assessment: Assessment, publishers: Mapping[str, Publisher] | None = None) -> None:
        self._rules = assessment.publisher_rules
        self._listed = {id(rule.publisher) for rule in self._rules}
        self._named = publishers or {}
        self._seen: dict[tuple[str, str], bool] = {}

    def add(self, item: Item) -> bool:
        """Take in *item*; return whether its source is unlisted."""
        key = (item.source, item.url.partition("://")[2].partition("/")[0])  # who it is hangs on the link's host too
        if key not in self._seen:
            named = item.source in self._named or id(publisher_of(item, self._rules)) in self._listed
            self._seen[key] = not named
        return self._seen[key]

    @property
    def names(self) -> tuple[str, ...]:
        """The sources found so far, sorted."""
        return tuple(sorted({source for (source, _), unlisted in self._seen.items() if unlisted}))
