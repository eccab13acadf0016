"""Glossary: the terms that an assessment's own file writes down, each with its place in that file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment
from indicators.concepts import Concept
from indicators.written import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTerm:
    """A term as the file has it. ``name`` is what queries call it by (``@fuel``, ``#jnim``).

    ``lang`` is an ISO 639-1 code or ``any``.
    """

    name: str
    lang: str
    written: str
    path: Path


def written_terms(assessment: Assessment) -> Iterator[WrittenTerm]:
    """Yield every term of the concepts and actors of *assessment*, in the file's order; no shared concept's."""
    kinds: tuple[tuple[str, str, Mapping[str, Concept]], ...] = (
        ("concepts", "@", assessment.concepts),
        ("actors", "#", assessment.actors),
    )
    for kind, mark, concepts in kinds:
        for name, concept in concepts.items():
            for lang, terms in concept.terms.items():
                for i, written in enumerate(terms):
                    yield WrittenTerm(name=f"{mark}{name}", lang=lang, written=written, path=(kind, name, lang, i))


def included(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """Return, for each concept and actor that takes the terms of others along, which (``@fuel``: ``@diesel``)."""
    concepts = {f"@{name}": tuple(f"@{part}" for part in c.include) for name, c in assessment.concepts.items()}
    return concepts | {f"#{name}": tuple(f"#{part}" for part in c.include) for name, c in assessment.actors.items()}
