"""A notice as its client was told it: what the words say, by field, and nothing that a person left out of them."""

from datetime import datetime

from pydantic import Field

from alerts.messages import subject_lines
from alerts.messages.notices import sections
from alerts.notices import Notice
from alerts.notices.edits import Part
from alerts.notices.notice import Alternative, Before, Driver, Exposure, Finding, Judgement, Mark, Reliance, Turn
from watcher.web.api.documents import Document, Names


class ToldNotice(Document):
    """What a notice told you, part by part; a part that was not told is null or empty.

    Of facts alone there is neither figure, term, level nor confidence; of a recall only what it takes back.
    """

    id: str
    type: str = Field(description="What it does to the one before it.", examples=["Alert", "Update", "Cancel"])
    line: Names = Field(description="What it says, in a line.")
    assessment: str
    version: str
    title: Names
    scenario: str
    name: Names
    marking: str
    at: datetime = Field(description="When the move behind it was decided, UTC.")
    supersedes: str | None
    facts_only: bool
    recalls: bool = Field(description="It only takes the superseded notice back.")
    judgement: Judgement | None
    before: Before | None = Field(description="What you were told last, and what stood then.")
    drivers: tuple[Driver, ...]
    findings: tuple[Finding, ...]
    more: int = Field(description="Events that are not named.")
    exposures: tuple[Exposure, ...]
    reliance: Reliance | None
    alternative: Alternative | None
    turns: tuple[Turn, ...] = Field(description="What would change our mind.")
    course: tuple[Mark, ...] = Field(description="The figures that stood published.")
    words: dict[str, Names] = Field(description="What a person wrote, by the part that it stands in.")
    advice: Names
    next_update: datetime | None = Field(description="By when you are told again, UTC.")
    released_by: str | None = Field(description="Null where it left by itself.")
    issuer: str
    contact: str


def as_told(notice: Notice) -> ToldNotice:
    """Return what *notice* told: the parts that its message has, each with what stands in it."""
    told = frozenset(sections(notice))
    judged, release = "judgement" in told, notice.release
    own = {part: dict(words) for part, words in notice.edits.words.items() if _STANDS_IN[part] & told}
    return ToldNotice(
        id=notice.id,
        type=notice.type.value,
        line=dict(subject_lines(notice)),
        assessment=notice.assessment,
        version=notice.version,
        title=dict(notice.title),
        scenario=notice.judgement.scenario,
        name=dict(notice.judgement.name),
        marking=notice.marking,
        at=notice.at,
        supersedes=notice.supersedes or None,
        facts_only=notice.facts_only,
        recalls=notice.recalls,
        judgement=notice.judgement if judged else None,
        before=notice.before if judged else None,
        drivers=notice.drivers if judged else (),
        findings=notice.shown if "evidence" in told else (),
        more=notice.more + len(notice.findings) - len(notice.shown) if "evidence" in told else 0,
        exposures=notice.exposures if "so_what" in told else (),
        reliance=notice.reliance if judged else None,
        alternative=notice.alternative if "alternatives" in told else None,
        turns=notice.turns if "mind" in told else (),
        course=notice.course if judged else (),
        words={part.value: words for part, words in own.items()},
        advice=dict(notice.advice) | own.get(Part.ADVICE, {}) if "advice" in told else {},
        next_update=notice.next_update if "next" in told else None,
        released_by=release.by or None if release is not None else None,
        issuer=notice.issuer,
        contact=notice.contact,
    )


_STANDS_IN = {
    Part.HEADLINE: {"judgement"},
    Part.CHANGED: {"changed"},
    Part.SO_WHAT: {"so_what"},
    Part.ALTERNATIVES: {"alternatives"},
    Part.ADVICE: {"advice"},
    Part.TOLD: {"correction", "recall"},
}
"""The sections of a message that a person's words for a part can stand in."""
