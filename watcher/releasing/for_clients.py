"""What one client may see: what was released to it, and nothing else. Every page and feed for clients asks here.

Of a source that may not be named any more, because it was made private since, it shows no word either.

There is no question in here that could be asked about two clients, and what is not this client's is not there: an
unknown id and another client's look the same. Drafts, reasons, remarks and who else was told never leave this file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.clients import Client, ReleaseRule
from alerts.markings import MARKINGS, strictness
from alerts.notices import Notice, NoticeState, Step, StepKind
from indicators.assessments import Assessment, Forecast, forecasts
from watcher.releasing.headlines import tellable
from watcher.settings import Settings
from watcher.store import Connection, audit
from watcher.store.notices import ClientNotices, KeptNotice, last_told, released_at

RECEIVED = "read and confirmed on the client's page"
"""The reason that stands in the record of a receipt given by the client itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenNotice:
    """One released notice as its client sees it."""

    notice: Notice
    at: datetime
    """When it was released."""
    withdrawn: bool
    corrected_by: str
    """The id of the released correction that takes its place; empty if there is none."""
    receipts: tuple[Step, ...]

    @property
    def stands(self) -> bool:
        """Whether the client may still rely on it."""
        return not self.withdrawn and not self.corrected_by

    def received_by(self, account: str) -> Step | None:
        """Return the receipt that *account* gave."""
        return next((step for step in self.receipts if step.who == account), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One line that the client's subscriptions speak of; *last* is what it was told of it last and may rely on."""

    assessment: Assessment
    forecast: Forecast
    last: SeenNotice | None
    facts_only: bool
    """The subscription tells events alone: no figure of this line is ever the client's."""


class ClientView:
    """Everything that one client may see and do; made by :func:`for_client`."""

    def __init__(self, connection: Connection, settings: Settings, client: Client) -> None:
        self._connection = connection
        self._settings = settings
        self._notices = ClientNotices(connection, client)
        self.client = client

    def language(self, wanted: str) -> str:
        """Return *wanted* if the client's contacts read it, else theirs: what was written for them is in no other."""
        spoken = self.client.languages
        return wanted if wanted in spoken or not spoken else spoken[0]

    def notices(self, *, limit: int, before: str = "") -> tuple[SeenNotice, ...]:
        """Return the last *limit* notices that were released to the client, newest first.

        With *before* those that come before its notice of that id; before that of nobody's, or another's, none do.
        """
        place = self._notices.number_of(before) if before else None
        if before and place is None:
            return ()
        kept = self._notices.newest(limit=limit, before=place, released=True)
        lines = {(one.drafted.assessment, one.drafted.judgement.scenario) for one in kept}
        whole = {seen.notice.id: seen for line in lines for seen in self._of_line(*line)}
        return tuple(self._tellable(whole[one.id], one) for one in kept)

    def notice(self, wanted: str) -> SeenNotice | None:
        """Return the released notice of exactly that id, or ``None``: unknown, a draft, or somebody else's."""
        kept = self._notices.get(wanted)
        if kept is None or kept.sent is None:
            return None
        line = self._of_line(kept.drafted.assessment, kept.drafted.judgement.scenario)
        seen = next((one for one in line if one.notice.id == wanted), None)
        return self._tellable(seen, kept) if seen is not None else None

    def outlook(self, assessments: Iterable[Assessment]) -> tuple[SeenLine, ...]:
        """Return the lines that the subscriptions speak of, in the files' order, each as it was told last.

        Of an assessment marked above the client's ceiling there is nothing, not even a name.
        """
        ceiling = strictness(self.client.ceiling)
        return tuple(
            line
            for assessment in assessments
            if strictness(assessment.marking) <= ceiling
            for forecast in forecasts(assessment)
            if (line := self._line(assessment, forecast)) is not None
        )

    def acknowledge(self, wanted: str, *, account: str, now: datetime) -> bool:
        """Put on record that *account* has the notice; twice is as once. ``False`` if there is no such notice."""
        kept = self._notices.get(wanted)
        seen = self.notice(wanted)
        if kept is None or seen is None:
            return False
        if seen.received_by(account) is not None:
            return True
        about = f"{self.client.id}/{account}"
        self._notices.step(kept, Step(kind=StepKind.RECEIPT, who=account, why=RECEIVED, at=now, about=about))
        detail = {"client": self.client.id, "notice": wanted, "why": RECEIVED}
        audit.write(self._connection, at=now, who=account, what=f"notice: {StepKind.RECEIPT}", detail=detail)
        return True

    def _of_line(self, assessment: str, scenario: str) -> tuple[SeenNotice, ...]:
        return _seen(self._notices.every(assessment=assessment, scenario=scenario))

    def _line(self, assessment: Assessment, forecast: Forecast) -> SeenLine | None:
        subscription = self.client.subscription_to(assessment.id, forecast.key)
        if subscription is None:
            return None
        kept = self._notices.every(assessment=assessment.id, scenario=forecast.key)
        last = last_told(kept)
        seen = next((one for one in _seen(kept) if last is not None and one.notice.id == last.id), None)
        shown = self._tellable(seen, last) if seen is not None and last is not None else None
        facts = subscription.release is ReleaseRule.AUTOMATIC_FACTS_ONLY
        return SeenLine(assessment=assessment, forecast=forecast, last=shown, facts_only=facts)

    def _tellable(self, seen: SeenNotice, kept: KeptNotice) -> SeenNotice:
        """Return *seen* with the headlines that the client may be shown as things stand."""
        told = tellable(self._connection, self._settings, seen.notice, move=kept.move)
        return replace(seen, notice=told.notice)


def for_client(connection: Connection, settings: Settings, client: str) -> ClientView | None:
    """Return the view of the client of that id, or ``None`` where the configuration has no such client."""
    found = settings.client(client)
    return ClientView(connection, settings, found) if found is not None else None


def client_outlook(
    connection: Connection, settings: Settings, client: str, assessments: Iterable[Assessment]
) -> tuple[SeenLine, ...]:
    """Return the outlook of the client of that id on *assessments*; nothing where there is no such client."""
    view = for_client(connection, settings, client)
    return view.outlook(assessments) if view is not None else ()


def marking_of(shown: Iterable[str]) -> str:
    """Return the strictest of the markings of what is *shown*; empty for nothing."""
    known = sorted({strictness(marking) for marking in shown})
    return MARKINGS[known[-1]] if known else ""


def _seen(kept: Iterable[KeptNotice]) -> tuple[SeenNotice, ...]:
    sent = [one for one in kept if one.sent is not None]
    corrections = {one.sent.supersedes: one.id for one in sent if one.sent is not None and one.sent.corrects}
    return tuple(
        SeenNotice(
            notice=one.sent,
            at=released_at(one),
            withdrawn=one.state is NoticeState.WITHDRAWN,
            corrected_by=corrections.get(one.id, ""),
            receipts=tuple(step for step in one.steps if step.kind is StepKind.RECEIPT),
        )
        for one in sent
        if one.sent is not None
    )
