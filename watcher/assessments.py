"""The live assessments: read from their files, compiled, and never replaced by a broken version."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from indicators.assessments import Assessment
from indicators.concepts import TermsByLanguage, shared_digest
from indicators.errors import Problem, Severity
from indicators.items import Item
from indicators.matcher import Matcher, terms_read
from indicators.parsing import parse_assessment
from indicators.places import NO_ATLAS, Atlas
from indicators.publishers import Publisher
from indicators.revisions import revisions
from watcher.assessment_files import read_text
from watcher.gazetteers import fingerprint, load_atlas
from watcher.health.coverage import AskedOfSource, asks_of
from watcher.store import Connection, StoreError, audit, items
from watcher.store import assessments as kept
from watcher.store.database import Database
from watcher.store.footings import Footing, footing_of

SAMPLE = 200
"""Items that tell the matcher which words are rare in what this installation reads."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One assessment in force, compiled. ``footing`` is what its judgements rest on beside their items.

    ``asks`` is what each indicator asks of a source.
    """

    assessment: Assessment
    matcher: Matcher
    digest: str
    file: str
    footing: Footing
    asks: Mapping[str, AskedOfSource]


def compiled(
    assessment: Assessment,
    *,
    text: str,
    file: str,
    atlas: Atlas = NO_ATLAS,
    atlas_version: str = "",
    sample: tuple[Item, ...] = (),
    publishers: Mapping[str, Publisher] | None = None,
    terms: Mapping[str, TermsByLanguage] | None = None,
) -> Live:
    """Return *assessment* ready to judge; its digest also changes with the shared concepts and with *atlas*.

    *publishers* are the operator's, by source; *terms* are read in the place of today's.
    """
    read = terms_read(assessment) if terms is None else terms
    return Live(
        assessment=assessment,
        matcher=Matcher(assessment, atlas=atlas, sample=sample, terms=read),
        digest=digest_of(text + shared_digest() + atlas_version),
        file=file,
        footing=footing_of(rules=digest_of(text), terms=read, publishers=publishers or {}, gazetteers=atlas_version),
        asks=asks_of(assessment),
    )


def digest_of(text: str) -> str:
    """Return a short name for exactly this version of a file."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Library:
    """The assessments that a daemon has in force, one for each file, with the gazetteers and publishers they read."""

    def __init__(
        self,
        files: tuple[str, ...],
        database: Database,
        *,
        gazetteers: tuple[str, ...] = (),
        publishers: Mapping[str, Publisher] | None = None,
    ) -> None:
        self._files = files
        self._gazetteers = gazetteers
        self._publishers = publishers or {}
        self._database = database
        self._live: dict[str, Live] = {}
        self._seen: dict[str, str] = {}
        self._refused: dict[str, str] = {}

    @property
    def live(self) -> tuple[Live, ...]:
        """What is in force now."""
        return tuple(self._live[f] for f in self._files if f in self._live)

    @property
    def refused(self) -> dict[str, str]:
        """The files that are refused as they stand, and the first fault of each."""
        return dict(self._refused)

    def refresh(self, *, now: datetime) -> tuple[Problem, ...]:
        """Take up every file that changed and is sound; keep the last good version of one that is not.

        A sound version is stored before it is used, so that a restart over a broken file still
        has it. Returns the problems of files that changed since the last look.
        """
        problems: list[Problem] = []
        places = fingerprint(self._gazetteers)
        for file in self._files:
            text, found = read_text(Path(file))
            digest = "" if text is None else digest_of(text + places)
            if self._seen.get(file) == digest:
                continue
            taken, found = self._compile(file, text, found)
            problems += found
            if taken is not None and text is not None:
                self._take(file, taken, text, now)
            else:
                self._fall_back(file, found)
            self._seen[file] = digest  # only now: where the store failed, the next look tries again
        return tuple(problems)

    def _compile(
        self, file: str, text: str | None, found: tuple[Problem, ...]
    ) -> tuple[Live | None, tuple[Problem, ...]]:
        """Read and compile *text*; whatever goes wrong with it is a problem of the file, never ours."""
        try:
            assessment, found = parse_assessment(text, name=file) if text is not None else (None, found)
            live = None
            if assessment is not None and text is not None:
                live, missing = self._compiled(assessment, text, file)
                found = (*found, *missing)
        except StoreError:
            raise
        except Exception as error:
            log.exception("assessment could not be read", file=file)
            return None, (Problem(where=file, what=f"could not be read: {type(error).__name__}"),)
        other = self._other(file, live) if live is not None else None
        if live is not None and other is not None:
            what = f"has the id {live.assessment.id}, as {other.file} does"
            return None, (*found, Problem(where=file, what=what, instead="give it an id of its own"))
        return live, found

    def _other(self, file: str, live: Live) -> Live | None:
        """Return what is in force of another file under the id of *live*."""
        wanted = live.assessment.id
        return next((one for name, one in self._live.items() if name != file and one.assessment.id == wanted), None)

    def _compiled(self, assessment: Assessment, text: str, file: str) -> tuple[Live | None, tuple[Problem, ...]]:
        """Compile beside what is in force, which goes on unchanged until :meth:`refresh` puts this in its place.

        A gazetteer that cannot be read keeps what is in force; where nothing is, the assessment's own places do.
        """
        atlas, problems = load_atlas(self._gazetteers, assessment.countries)
        if file in self._live and any(problem.severity is Severity.ERROR for problem in problems):
            return None, problems
        with self._database.read() as connection:
            sample = items.recent(connection, limit=SAMPLE)
        version = fingerprint(self._gazetteers)
        live = compiled(
            assessment,
            text=text,
            file=file,
            atlas=atlas,
            atlas_version=version,
            sample=sample,
            publishers=self._publishers,
        )
        return live, problems

    def _take(self, file: str, live: Live, text: str, now: datetime) -> None:
        assessment = live.assessment
        with self._database.write() as connection:
            self._note_revisions(connection, file, assessment, text, now)
            good = kept.GoodAssessment(
                file=file,
                id=assessment.id,
                version=assessment.version,
                sha=digest_of(text),
                text=text,
                loaded_at=now,
            )
            kept.keep_good(connection, good)
        self._live[file] = live
        self._refused.pop(file, None)
        log.info("assessment taken up", assessment=assessment.id, version=assessment.version)

    @staticmethod
    def _note_revisions(connection: Connection, file: str, assessment: Assessment, text: str, now: datetime) -> None:
        """Put on record what this version does to what is open; the first one does nothing to anything."""
        last = kept.last_good(connection, file)
        if last is None or last.sha == digest_of(text):
            return
        before, _ = parse_assessment(last.text, name=file, proven=False)
        if before is None or before.id != assessment.id:
            return
        told = [str(revision) for revision in revisions(before, assessment)]
        detail = {"assessment": assessment.id, "from": before.version, "to": assessment.version, "what": told}
        audit.write(connection, at=now, who="watcher", what="assessment revised", detail=detail)
        for one in told:
            log.info("assessment revised", assessment=assessment.id, change=one)

    def _fall_back(self, file: str, problems: tuple[Problem, ...]) -> None:
        first = next((str(p) for p in problems if p.severity is Severity.ERROR), "unreadable")
        self._refused[file] = first
        log.error("assessment refused, the last good version stays if there is one", file=file, problem=first)
        if file in self._live:
            return
        with self._database.read() as connection:
            good = kept.last_good(connection, file)
        assessment, _ = parse_assessment(good.text, name=file, proven=False) if good else (None, ())
        if assessment is not None and good is not None:
            live, _ = self._compiled(assessment, good.text, file)
            if live is not None and self._other(file, live) is None:  # two of one id would undo each other's judgements
                self._live[file] = live


Written = tuple[str, str]
"""The name of a file, and its text."""


def in_force(connection: Connection, files: tuple[str, ...]) -> tuple[Assessment, ...]:
    """Return the assessments that a daemon has taken up, or would take up, without writing anything."""
    return tuple(read_in_force(connection, files, {}).values())


def read_in_force(
    connection: Connection, files: tuple[str, ...], known: Mapping[Written, Assessment]
) -> dict[Written, Assessment]:
    """Return the same by what they were read from; what is *known* is not read again."""
    found: dict[Written, Assessment] = {}
    for file in files:
        good = kept.last_good(connection, file)
        text = good.text if good is not None else read_text(Path(file))[0]
        if text is None:
            continue
        assessment = known.get((file, text)) or parse_assessment(text, name=file, proven=False)[0]
        if assessment is not None:
            found[file, text] = assessment
    return found


def stale_files(connection: Connection, files: tuple[str, ...]) -> tuple[str, ...]:
    """Say which files are refused as they stand now, so that an older version of them is in force."""
    found: list[str] = []
    for file in files:
        good = kept.last_good(connection, file)
        text, problems = read_text(Path(file))
        if text is not None and good is not None and digest_of(text) == good.sha:
            continue
        assessment = None
        if text is not None:
            assessment, problems = parse_assessment(text, name=file)
        if assessment is None:
            stays = f"version {good.version} stays in force" if good else "nothing is in force for it"
            found.append(f"{next(map(str, problems), file)}: {stays}")
    return tuple(found)
