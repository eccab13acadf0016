"""Notice: everything that one client is told about one line of an outlook, in every language it is told in.

Kept whole, so that what was said can be shown years later. What is not in here cannot reach a client: rule ids,
reports of private sources, figures of the ledger, decisions' reasons and other clients have no field.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from alerts.markings import Marking
from alerts.notices.edits import Edits
from alerts.pending import Pending
from alerts.worded import Names, Worded
from indicators.bands import Band, Estimative, WarningLevel, band_of


class NoticeType(StrEnum):
    """What a notice does to the one before it: the message types of the Common Alerting Protocol."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    CORRECTION = "Correction"


class Judgement(Worded):
    """What stands about the line: figure, horizon, warning level; ``gone`` if the assessment has it no more.

    ``pending`` is set where the term of the figure, which is told, has not settled yet.
    """

    scenario: str
    name: Names
    p: float
    estimative: Estimative = Estimative.ICD203
    deadline: AwareDatetime
    level: int
    happened: bool | None = None
    gone: bool = False
    pending: Pending | None = None

    @property
    def band(self) -> Band:
        """The word for the figure."""
        return self.estimative.scale[band_of(self.p, self.estimative.scale)]


class Before(Worded):
    """What this client was told last: the notice, when, and what stood then. Without one, the assessment itself."""

    notice: str = ""
    at: AwareDatetime
    p: float
    level: int
    withdrawn: bool = False
    """Whether it was taken back before this one left."""


class Driver(Worded):
    """Something that moved the figure since then: whether up, and how strongly, 1 to 3; *less*, by less being seen."""

    kind: str
    name: Names
    up: bool
    strength: int
    fading: bool = False
    less: bool = False


class Finding(Worded):
    """One event as evidence. ``title`` and ``url`` are empty where the source is not to be named."""

    name: Names
    place: str
    day: str
    dated: bool
    grade: str
    voices: int
    """Publisher families that reported it."""
    title: str = ""
    url: str = ""


class Exposure(Worded):
    """How far the nearest of the events is from one site or road of the client; ``km`` is ``None`` if none is known."""

    road: bool
    name: str
    km: float | None = None
    what: Names = Field(default_factory=dict)
    place: str = ""
    day: str = ""


class Doubted(Worded):
    """A reason for low confidence, without the name of any publisher; ``value`` as in the outlook's own doubts."""

    kind: str
    value: float


class Reliance(Worded):
    """How far the figure can be leaned on: confidence, doubts, and what cannot be seen or should be and is not."""

    level: str
    doubts: tuple[Doubted, ...] = ()
    coverage: float
    degraded: bool = False
    unseen: tuple[Names, ...] = ()
    missing: tuple[Names, ...] = ()


class Alternative(Worded):
    """The most likely other path, which may be the likelier one; ``opposite``: that the thing does not come about."""

    name: Names
    p: float
    opposite: bool


class Shift(Worded):
    """An indicator that would go from one level to another."""

    name: Names
    before: str
    level: str


class Turn(Worded):
    """What would carry the figure into the next word up or down; ``band`` is that word's place in the scale."""

    rises: bool
    band: int | None = None
    ways: tuple[tuple[Shift, ...], ...] = ()


class Mark(Worded):
    """What stood published from ``at`` on."""

    at: AwareDatetime
    p: float


class Release(Worded):
    """Who let it go, and when; ``by`` is empty where it left by itself, as the subscription says."""

    by: str = ""
    at: AwareDatetime
    next_update: AwareDatetime


class Notice(Worded):
    """One notice for one client. Before its ``release`` it is a draft and reaches nobody."""

    kind: Literal["notice"] = "notice"
    id: str
    client: str
    client_name: str
    assessment: str
    version: str
    title: Names
    marking: Marking
    at: AwareDatetime
    """When the move behind it was decided."""
    type: NoticeType
    supersedes: str = ""
    facts_only: bool = False
    judgement: Judgement
    before: Before
    drivers: tuple[Driver, ...] = ()
    findings: tuple[Finding, ...] = ()
    more: int = 0
    """Events that are not named."""
    exposures: tuple[Exposure, ...] = ()
    reliance: Reliance
    alternative: Alternative | None = None
    turns: tuple[Turn, ...] = ()
    course: tuple[Mark, ...] = ()
    advice: Names = Field(default_factory=dict)
    clear_at: int
    """The warning level below which the client is given the all-clear."""
    hold_hours: float
    issuer: str
    contact: str
    edits: Edits = Edits()
    recalls: bool = False
    """Whether it only takes the superseded notice back."""
    release: Release | None = None
    zone: str = "UTC"
    """On whose clocks its times are printed; set for each contact as it is sent."""

    @property
    def subject_key(self) -> str:
        """What it is about, for the store's index: this client's line."""
        return f"{self.client}/{self.judgement.scenario}"

    @property
    def level(self) -> WarningLevel:
        """The warning level that now stands."""
        return WarningLevel(self.judgement.level)

    @property
    def urgency(self) -> WarningLevel:
        """How soon it must be heard: the end of a warning is as urgent as the warning was."""
        return WarningLevel(max(self.judgement.level, self.before.level))

    @property
    def next_update(self) -> datetime | None:
        """By when its client is told again: as a person wrote it, else as was set at release; ``None`` for a draft."""
        return self.edits.next_update or self.release.next_update if self.release is not None else None

    @property
    def corrects(self) -> bool:
        """Whether it puts right what was said before."""
        return self.type is NoticeType.CORRECTION

    @property
    def rising(self) -> bool:
        """Whether things grew graver since this client was told last."""
        level, before = self.judgement.level, self.before.level
        return level > before or (level == before and self.judgement.p >= self.before.p)

    def decided(self, p: float | None, confidence: str) -> "Notice":
        """Return the notice with the figure and the confidence that a person decided on, where there are any.

        What would change our mind goes with the machine's word: with another word nobody has worked it out. A person's
        figure has no term that is pending: it is decided.
        """
        reliance = self.reliance.model_copy(update={"level": confidence}) if confidence else self.reliance
        if p is None:
            return self.model_copy(update={"reliance": reliance})
        judgement = self.judgement.model_copy(update={"p": p, "pending": None})
        other = self.alternative
        return self.model_copy(
            update={
                "reliance": reliance,
                "judgement": judgement,
                "alternative": other.model_copy(update={"p": 1 - p}) if other is not None and other.opposite else other,
                "turns": self.turns if judgement.band == self.judgement.band else (),
                "course": (*self.course[:-1], Mark(at=self.course[-1].at, p=p)) if self.course else (),
            }
        )

    @property
    def clears(self) -> bool:
        """Whether it is the all-clear."""
        return self.type is NoticeType.CANCEL and not self.recalls

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings that nobody left out."""
        return tuple(f for number, f in enumerate(self.findings, 1) if number not in self.edits.left_out)
