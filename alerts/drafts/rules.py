"""Rules of release: what must hold before a notice may leave. Each says in a sentence what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.catalogue import day
from alerts.clients import ReleaseRule
from alerts.messages import render
from alerts.notices.edits import Part, weak_word
from alerts.notices.notice import Notice, NoticeType
from indicators.language.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """Who had a notice in hand: ``worked`` has edited or gone over it, ``releases`` lets it go."""

    worked: tuple[str, ...]
    releases: str


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are written."""
    return one_line(one).casefold() == one_line(other).casefold()


def persons_missing(rule: ReleaseRule, handled: Handled) -> Iterator[str]:
    """Yield what the *rule* still asks of people."""
    if not handled.releases.strip():
        yield "a notice leaves only by a named person: --by NAME"
    if rule is not ReleaseRule.TWO_PERSON:
        return
    if not handled.worked:
        yield "two people must have read it: another goes over it first, with `watcher notices edit` or `review`"
    elif any(same_person(name, handled.releases) for name in handled.worked):
        names = ", ".join(handled.worked)
        yield f"{names} worked on it and so cannot release it: the subscription asks for two people"


def words_missing(notice: Notice, languages: tuple[str, ...]) -> Iterator[str]:
    """Yield what is not worded in a language that the client reads, or not as a judgement must be."""
    for missing in notice.edits.missing(languages):
        yield f"{missing} is empty while another language has it: --set {missing}=…"
    if notice.corrects and not notice.edits.words.get(Part.TOLD):
        yield "a correction says what was wrong: --set told.en=…"
    for lang in languages:
        yield from headline_faults(notice, lang)
        if render(notice, lang=lang).fallback:
            yield f"its layout in {lang!r} cannot be worded; the log says why"


def headline_faults(notice: Notice, lang: str) -> Iterator[str]:
    """Yield why a person's headline is no judgement: it bears the term, its range and the day, and no weak word."""
    headline = notice.edits.text(Part.HEADLINE, lang)
    if not headline:
        return
    weak = weak_word(headline, lang)
    if weak:
        yield f"headline.{lang}: {weak!r} says less than any term; write the term"
    judged = notice.judgement
    wanted = [judged.band.term(lang), judged.band.printed, day(judged.deadline.isoformat(), lang)]
    missing = [one for one in wanted if one.casefold() not in headline.casefold()]
    if missing and judged.happened is None and not judged.gone:
        yield f"headline.{lang}: a judgement has its term, range and day: it lacks {', '.join(map(repr, missing))}"


def too_soon(notice: Notice, last: Notice | None, *, at_most_every: timedelta, now: datetime) -> datetime | None:
    """Return from when on *notice* may leave, if *last* was released too short a time ago; a rise never waits.

    Neither does an all-clear or a correction.
    """
    if last is None or last.release is None or notice.type in (NoticeType.CANCEL, NoticeType.CORRECTION):
        return None
    until = last.release.at + at_most_every
    risen = notice.judgement.level > last.judgement.level
    return until if now < until and not risen else None
